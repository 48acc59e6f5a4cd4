import type { AnalyticsLike, Page } from '../../src/types'
import { hear } from './hear'

/** One view of one page: what a scroll depth or the depth of a video belongs to. */
export interface PageView {
  /** Random, and kept nowhere but in memory. */
  id: string
  /** Path and query, as the address bar has them. */
  url: string
  /** For `options.context.page` of a call that is made when the address bar has moved on. */
  page: Page
}

/** Plugins are bundled one by one, so the view that they share is kept on the client. */
const KEY = Symbol.for('assent.pageView')

/**
 * The page views of this client, the same for every plugin. A view begins when the first plugin asks; another begins
 * with each further `page()` call, and when path or query of the address change, whoever changed them.
 *
 * `changed` runs in the same task, when the next view has begun and before the `page()` call is taken in. Without the
 * Navigation API a `pushState` is noticed at the next call or `current()`, so ask before measuring anything.
 */
export const pageViews = (analytics: AnalyticsLike, changed: () => void) => {
  const home = analytics as AnalyticsLike & Record<symbol, PageView | undefined>
  let view: PageView | undefined
  /** Whether this view has had its `page()` call. */
  let paged = false

  const current = (cause?: unknown): PageView => {
    const { origin, pathname: path, search } = location
    const { referrer, title } = document
    const url = path + search
    const old = view
    const shared = home[KEY]
    home[KEY] = view = shared?.url == url && !(cause == 'page' && paged && shared == old) ? shared : {
      // Not randomUUID: it exists in secure contexts only.
      id: crypto.getRandomValues(new Uint32Array(4)).join('-'),
      url,
    } as PageView
    // Each time: titles often come after the address.
    view.page = { path, referrer, search, title, url: origin + url }
    if (old && old != view) {
      paged = false
      changed()
    }
    paged ||= cause == 'page'
    return view
  }

  const listen = (on: boolean) => {
    hear(on, 'popstate currententrychange', current, (window as { navigation?: EventTarget }).navigation)
    analytics[on ? 'on' : 'off']('call', current)
  }
  current()
  listen(true)
  return {
    current,
    stop() {
      listen(false)
      delete home[KEY]
    },
  }
}
