export interface HttpOptions {
  /** Full http(s) URL. */
  endpoint: string
  writeKey: string
  /** Events per request at most. Default 500: the bytes of a batch are bounded anyway. */
  flushAt?: number
  /** Milliseconds before a batch that is not full goes out. Default 0 after a quiet spell, else 100. */
  flushInterval?: number
  /** Bodies as bare gzipped bytes, but for those that leave with a page. Default: text. */
  compression?: 'gzip'
}

/** What the transport needs of the client. */
export interface HttpSurroundings {
  /** Reads consent again and says whether sending is allowed from this line on. */
  allowed(): boolean
  /** `context.consent` as of now; undefined where the site has no gate. */
  stamp(): object | undefined
  /** May events be written down, or only kept in memory? */
  durable(): boolean
  /** Adds to the loss meter (src/stats.ts); a `reason` with `dropped`. */
  count(what: 'sent' | 'acknowledged' | 'retried' | 'dropped', events: number, reason?: string): void
  /** Tells the site of an error: src/report.ts. */
  report(code: string, error: unknown, more?: object): void
}
