/** What the proof asks of a page of Playwright or puppeteer: the part that both have. */

export interface BrowserRequest {
  url(): string
  method(): string
  resourceType(): string
  isNavigationRequest(): boolean
  frame(): unknown
}

export interface BrowserResponse {
  url(): string
  headers(): Record<string, string>
  /** Playwright only: there `headers` leaves cookies out. */
  allHeaders?(): Promise<Record<string, string>>
}

// Both packages type their events by generics of their own, which no plain signature matches.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Listener = (news: any) => void
interface Listen {
  (event: 'request', listener: Listener): unknown
  (event: 'response', listener: Listener): unknown
}

export interface BrowserPage {
  url(): string
  reload(): Promise<unknown>
  mainFrame(): unknown
  evaluate(script: string): Promise<unknown>
  exposeFunction(name: string, callback: (text: string) => void): Promise<unknown>
  on: Listen
  off: Listen
  /** Playwright. */
  addInitScript?(script: string): Promise<unknown>
  /** puppeteer. */
  evaluateOnNewDocument?(script: string): Promise<unknown>
}

/** Something that was stored, read or sent while there was no decision. */
export interface Finding {
  kind: 'read' | 'write' | 'request'
  /** `cookie`, `localStorage`, `fetch`, `img` … as in the ledger of `assent/audit`. */
  what: string
  /** Name of the cookie, key or database; of a request its URL. */
  key: string
  /** The script that did it, or the response that set the cookie. */
  by?: string
  times: number
}

/** A key or a URL: all of it, or the beginning of a URL; or a pattern; or whatever you say. */
export type Allowed = string | RegExp | ((finding: Finding) => boolean)
