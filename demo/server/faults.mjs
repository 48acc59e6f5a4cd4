/** Ways in which a collector may fail: a step of demo/collector.mjs for each request, while the fault lasts. */
export const faults = {
  'unavailable': () => ({ status: 503 }),
  'throttled': () => ({ status: 429, headers: { 'retry-after': '4' } }),
  'cut': () => ({ abort: true }),
  'silent': () => ({ hang: true }),
  'lost-answer': () => ({ accept: true, abort: true }),
  'unreadable': () => ({ cors: false }),
  'too-large': ({ events }) => (events.length > 1 ? { status: 413 } : undefined),
  'rejecting': () => ({ status: 400 }),
}
