const MINUTE = 6e4

/**
 * What an answer means for its batch: the table in test/collector-contract/README.md. Status 0 is no answer at all.
 *
 * `Retry-After` is obeyed: seconds or an HTTP date (RFC 9110, 10.2.3), a day at the most. Else the wait doubles from
 * one second to ten minutes, give or take a quarter, so that clients do not come back all at once. A host that is down
 * for an hour is asked some fifteen times, by all tabs and page loads together.
 *
 * @param tries how often it has failed in a row before
 * @returns milliseconds until it may be tried again, or undefined for an answer that is final
 */
export function waitAfter(status: number, retryAfter: string | null | undefined, tries: number): number | undefined {
  if (status && status != 408 && status != 429 && status < 500) return
  const wait = /^\d+$/.test(retryAfter!) ? +retryAfter! * 1e3 : Date.parse(retryAfter!) - Date.now()
  return wait > 0
    ? Math.min(wait, 1440 * MINUTE)
    : Math.min(2 ** tries * 1e3, 10 * MINUTE) * (0.75 + Math.random() / 2)
}
