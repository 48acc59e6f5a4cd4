const MINUTE = 6e4

/** What an answer means for its batch (contract section 6); `0` is no answer at all. 413 is for the sender to split. */
export const isAccepted = (status: number): boolean => status >= 200 && status < 400
export const isRetryable = (status: number): boolean => !status || status == 408 || status == 429 || status >= 500

/** `Retry-After` in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3), a day at the most. */
export function readRetryAfter(header: string | null | undefined, now: number): number | undefined {
  const wait = /^\d+$/.test(header!) ? +header! * 1e3 : Date.parse(header!) - now
  return wait >= 0 ? Math.min(wait, 1440 * MINUTE) : undefined
}

/**
 * Doubles from one second to ten minutes, give or take a quarter, so that clients do not come back all at once. A host
 * that is down for an hour is asked some fifteen times, by all tabs and page loads together.
 */
export const backoff = (tries: number, random: number): number => Math.min(10 * MINUTE, 1e3 * 2 ** (tries - 1)) * (0.75 + random / 2)
