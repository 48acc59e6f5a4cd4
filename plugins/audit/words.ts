/** The words of the ledger. Types only. */
import type { Categories } from '../../src/types'

/** When something happened, under which decision, and who did it. */
export interface Moment {
  /** ISO time by the clock of the page. */
  at: string
  /** Milliseconds since the page began (`performance.timeOrigin`). */
  ms: number
  /** The categories in force; undefined while there is no decision. */
  consent?: Categories
  decided: boolean
  /** The script that did it, without query values; undefined where the engine does not tell. */
  by?: string
}

export type Kind = 'read' | 'write' | 'request'

export interface Entry extends Moment {
  kind: Kind
  /**
   * `cookie`, `cookieStore`, `localStorage`, `sessionStorage`, `storage` (one of the two, taken before the ledger
   * began), `indexedDB`, `caches`; of requests `fetch`, `fetchLater`, `xhr`, `beacon`, `WebSocket`, `EventSource`,
   * `img`, `script`, `iframe`, or else an initiator type of Resource Timing, such as `css`, or `other` for the script
   * of a `Worker`. Those of shared and service workers are nowhere listed, nor is what workers do.
   */
  what: string
  /**
   * Name of the cookie, key or database; of a request its URL. A read that got several names lists them, and is empty
   * where there was nothing to read; `*` is all of them.
   */
  key: string
}

export interface DecisionMade {
  at: string
  ms: number
  /** undefined: the visitor is undecided again. */
  categories?: Categories
}

export interface AuditOptions {
  /** Entries kept; later ones are only counted, so that the beginning is always complete. Default 2000. */
  limit?: number
  /** Keep the values in the queries of URLs. Default false: they may be about the visitor. */
  values?: boolean
}

/** The first of the entries that differ in nothing but time, and their number. */
export interface SummaryLine extends Entry {
  times: number
}

/** What goes to the privacy officer. */
export interface LedgerExport {
  page: string
  userAgent: string
  /** ISO times between which the ledger was kept; what the browser remembers of before is listed too. */
  from: string
  to: string
  /** Entries beyond the limit, which are not listed. */
  dropped: number
  decisions: DecisionMade[]
  entries: Entry[]
}

/** The client whose decision counts: assent, or its buffer before the script has arrived. */
export interface Watched {
  on?(event: string, listener: () => void): unknown
  consent?(): Categories | undefined
}

export interface Ledger {
  /** Names the client whose decision counts. Without this call it is `window.analytics`, whenever that comes. */
  watch(analytics: object): void
  entries(): Entry[]
  /** What happened while there was no decision. */
  before(): Entry[]
  summary(): SummaryLine[]
  toJSON(): LedgerExport
  /** Hears of each entry, and of each change of the decision (it has no `kind`). Returns the stop. */
  on(listener: (news: Entry | DecisionMade) => void): () => void
  /** Puts everything back as it was; what was written down stays. */
  stop(): void
}

/**
 * Writes down.
 * @param caller the function of ours whose caller did it; without one it is only heard of, and perhaps known already
 * @param ms when it was, if not now
 */
export type Note = (kind: Kind, what: string, key: unknown, caller?: unknown, ms?: number) => void

/** Begins to write down, and returns the stop. */
export type Tap = (note: Note) => () => void
