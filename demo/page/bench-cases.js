/**
 * The faults of demo/server/faults.mjs, and how many of the five calls the collector has to have: while the fault lasts
 * and once it is healed.
 */
export const CALLS = 5

export const cases = [
  {
    name: 'unavailable', title: '503', failing: 0, healed: 5,
    text: 'Unavailable. Events wait, attempts back off.',
  },
  {
    name: 'throttled', title: '429', failing: 0, healed: 5,
    text: 'Too many requests, Retry-After 4 s, which is kept.',
  },
  {
    name: 'cut', title: 'Connection cut', failing: 0, healed: 5,
    text: 'No answer at all, as from a blocker.',
  },
  {
    name: 'silent', title: 'Hangs', failing: 0, healed: 5,
    text: 'Never answers; the client gives up after 15 s and tries again.',
  },
  {
    name: 'lost-answer', title: 'Answer lost', failing: 5, healed: 5,
    text: 'Taken, but the answer is lost. Retries are duplicates, counted once.',
  },
  {
    name: 'unreadable', title: 'No CORS', failing: 5, healed: 5,
    text: 'Taken, but the answer may not be read. Counted once.',
  },
  {
    name: 'too-large', title: '413', failing: 5, healed: 5,
    text: 'Batch too large: it is split until it fits.',
  },
  {
    name: 'rejecting', title: '400', failing: 0, healed: 0,
    text: 'Refused for good: given up, with one error event.',
  },
]
