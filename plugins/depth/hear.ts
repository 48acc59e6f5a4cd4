/**
 * Starts or stops hearing events (names separated by blanks), at the window unless told: before all other listeners,
 * and without holding up a scroll.
 */
export const hear = (on: unknown, types: string, listener: (event: Event) => void, target: EventTarget = window) =>
  types.split(' ').forEach((type) =>
    target[on ? 'addEventListener' : 'removeEventListener'](type, listener, { capture: true, passive: true }))
