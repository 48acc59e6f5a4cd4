/**
 * The faults of demo/server/faults.mjs, and how many of the five calls the collector has to have: while the fault lasts
 * and once it is healed.
 */
export const CALLS = 5

export const cases = [
  { name: 'unavailable', title: '503', text: 'Unavailable. Events wait, attempts back off.', failing: 0, healed: 5 },
  { name: 'throttled', title: '429', text: 'Too many requests, Retry-After 4 s, which is kept.', failing: 0, healed: 5 },
  { name: 'cut', title: 'Connection cut', text: 'No answer at all, as from a blocker.', failing: 0, healed: 5 },
  { name: 'silent', title: 'Hangs', text: 'Never answers; the client gives up after 15 s and tries again.', failing: 0, healed: 5 },
  { name: 'lost-answer', title: 'Answer lost', text: 'Taken, but the answer is lost. Retries are duplicates, counted once.', failing: 5, healed: 5 },
  { name: 'unreadable', title: 'No CORS', text: 'Taken, but the answer may not be read. Counted once.', failing: 5, healed: 5 },
  { name: 'too-large', title: '413', text: 'Batch too large: it is split until it fits.', failing: 5, healed: 5 },
  { name: 'rejecting', title: '400', text: 'Refused for good: given up, with one error event.', failing: 0, healed: 0 },
]
