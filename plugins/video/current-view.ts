import type { AnalyticsLike } from '../../src/types'

/** Shared with depth/page-view, which also knows the page and when it changes; here the id is enough. */
const KEY = Symbol.for('assent.pageView')

/** Returns a function that answers with the id of the page view that the client is in; a call may begin another. */
export const currentView = (analytics: AnalyticsLike, signal: AbortSignal, changed: () => void) => {
  const home = analytics as AnalyticsLike & Record<symbol, { id: string; url: string } | undefined>
  let view: { id: string } | undefined
  let paged = false

  const current = (cause?: unknown) => {
    const url = location.pathname + location.search
    if (home[KEY]?.url != url || (cause == 'page' && paged && home[KEY] == view)) {
      home[KEY] = { id: crypto.getRandomValues(new Uint32Array(4)).join('-'), url }
    }
    paged = cause == 'page' || (paged && view == home[KEY])
    view = home[KEY]
    return view!.id
  }
  const hear = (type: string) => {
    if (view != (current(type), view)) changed()
  }
  analytics.on('call', hear)
  signal.addEventListener('abort', () => {
    analytics.off('call', hear)
    // After a withdrawal the next visitor is in another page view.
    delete home[KEY]
  })
  return current
}
