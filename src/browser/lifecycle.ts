/**
 * The moments at which a page may be going, and those at which it is back. Never `unload` or `beforeunload`: they cost
 * the page its place in the back/forward cache.
 * @param leave hidden; or going, and then whether the page is cached and may come back. May be called more than once.
 * @param back visible again, restored from the back/forward cache, or online again
 */
export function watchLifecycle(leave: (cached?: boolean) => unknown, back: () => unknown): void {
  addEventListener('pagehide', (event) => leave(event.persisted))
  addEventListener('pageshow', (event) => event.persisted && back())
  addEventListener('online', back)
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : back()))
}

/** Runs `start` now, or `late`, when a prerendered page is really shown. */
export function whenShown(start: (late?: unknown) => void): void {
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', start, { once: true })
  } else start()
}
