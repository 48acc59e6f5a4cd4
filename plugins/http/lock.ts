/**
 * One sender at a time over all tabs of a site; without locks (plain http, opaque origins) message ids keep the
 * collector right.
 */
export const locked = (name: string, work: () => Promise<void>): Promise<unknown> =>
  navigator.locks ? navigator.locks.request(name, work).catch(work) : work()
