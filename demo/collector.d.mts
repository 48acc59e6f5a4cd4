import type { IncomingHttpHeaders } from 'node:http'

/** One scripted answer; see collector.mjs. `delay` in milliseconds. */
export interface Step {
  status?: number
  headers?: Record<string, string>
  body?: string
  delay?: number
  abort?: boolean
  hang?: boolean
  cors?: false
  accept?: boolean
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type WireEvent = Record<string, any> & { type: string, messageId: string, timestamp: string }

export interface RequestRecord {
  method: string
  url: string
  headers: IncomingHttpHeaders
  origin: string | undefined
  /** Epoch milliseconds at which the body had arrived. */
  at: number
  /** Bytes of the body as sent. */
  size: number
  gzip: boolean
  /** Undefined while it is being answered. */
  status: number | 'abort' | 'hang' | undefined
  events: WireEvent[]
  body?: { batch: WireEvent[], sentAt: string, writeKey: string }
  /** Why the body is no batch. */
  fault?: string
  /** The connection ended before the answer did: the client gave up, or the plan said `abort`. */
  cut?: true
}

export interface Collector {
  readonly accepted: WireEvent[]
  readonly requests: RequestRecord[]
  readonly preflights: { url: string, headers: IncomingHttpHeaders, at: number }[]
  readonly copies: Map<string, number>
  readonly port: number
  readonly origin: string
  readonly endpoint: string
  plan: Step[]
  mode: ((request: RequestRecord) => Step | undefined) | undefined
  onEvent(callback: (event: WireEvent) => void): () => void
  waitFor(wanted: number | ((collector: Collector) => unknown), ms?: number): Promise<WireEvent[]>
  clear(): void
  close(): Promise<void>
}

export function startCollector(
  options?: { port?: number, host?: string, file?: string, plan?: Step[] }
): Promise<Collector>
