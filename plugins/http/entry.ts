import type { AssentEvent } from '../../src/types'

/** One event, serialised once: the same text is stored, sent and sent again. */
export interface Entry {
  id: string
  json: string
  /** UTF-8 bytes of `json`. */
  size: number
}

/** Stands for the consent of the sending, which is not known yet; always the end of the text. */
const OPEN_END = '"consent":0}}'

export const byteLength = (body: string | ArrayBuffer): number =>
  typeof body == 'string' ? new TextEncoder().encode(body).length : body.byteLength

/**
 * @param stamped whether the decision in force is to be written in when the event leaves
 * @throws TypeError if a plugin has put in what JSON cannot hold
 */
export function toEntry({ context, ...event }: AssentEvent, stamped: boolean): Entry {
  const { consent, ...rest } = context
  const json = JSON.stringify({ ...event, context: { ...rest, consent: stamped ? 0 : consent } })
  return { id: event.messageId, json, size: byteLength(json) }
}

/** The body of contract section 6, with `context.consent` as of now. */
export function toBody(entries: Entry[], stamp: string, writeKey: string): string {
  const events = entries.map(({ json }) => (json.endsWith(OPEN_END) ? json.slice(0, -3) + stamp + '}}' : json))
  return `{"batch":[${events}],"sentAt":"${new Date().toISOString()}","writeKey":${JSON.stringify(writeKey)}}`
}
