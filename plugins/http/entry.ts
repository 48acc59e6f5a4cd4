import type { AssentEvent } from '../../src/types'

/** One event as text, serialised once: the same is stored, sent and sent again. */
export type Entry = string

/** Stands for the consent of the sending, which is not known yet; always the end of the text. */
const OPEN_END = '"consent":0}}'

/** In UTF-8. */
export const byteLength = (body: string | ArrayBuffer): number =>
  typeof body == 'string' ? new TextEncoder().encode(body).length : body.byteLength

/**
 * @param stamped whether the decision in force is to be written in when the event leaves
 * @throws TypeError if a plugin has put in what JSON cannot hold
 */
export function toEntry({ context, ...event }: AssentEvent, stamped: boolean): Entry {
  const { consent, ...rest } = context
  return JSON.stringify({ ...event, context: { ...rest, consent: stamped ? 0 : consent } })
}

/** The body of a request (test/collector-contract/README.md), with `context.consent` as of now. */
export function toBody(entries: Entry[], stamp: string, writeKey: string): string {
  const events = entries.map((text) => (text.endsWith(OPEN_END) ? text.slice(0, -3) + stamp + '}}' : text))
  return `{"batch":[${events}],"sentAt":"${new Date().toISOString()}","writeKey":${JSON.stringify(writeKey)}}`
}
