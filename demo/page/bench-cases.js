/**
 * The faults of demo/server/faults.mjs: name and title, how many of the five calls the collector has to have (while the
 * fault lasts, once it is healed), and what it is.
 */
export const CALLS = 5

export const cases = [
  ['unavailable', '503', 0, CALLS, 'Unavailable. Events wait, attempts back off.'],
  ['throttled', '429', 0, CALLS, 'Too many requests, Retry-After 4 s, which is kept.'],
  ['cut', 'Connection cut', 0, CALLS, 'No answer at all, as from a blocker.'],
  ['silent', 'Hangs', 0, CALLS, 'Never answers; the client gives up after 15 s and tries again.'],
  ['lost-answer', 'Answer lost', CALLS, CALLS, 'Taken, but the answer is lost. Retries are duplicates, counted once.'],
  ['unreadable', 'No CORS', CALLS, CALLS, 'Taken, but the answer may not be read. Counted once.'],
  ['too-large', '413', CALLS, CALLS, 'Batch too large: it is split until it fits.'],
  ['rejecting', '400', 0, 0, 'Refused for good: given up, with one error event.'],
].map(([name, title, failing, healed, text]) => ({ name, title, failing, healed, text }))
