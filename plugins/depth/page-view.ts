import type { AnalyticsLike, Page } from '../../src/types'

/** One view of one page: what a scroll depth or the depth of a video belongs to. */
export interface PageView {
  /** Random, and kept nowhere but in memory. */
  id: string
  /** Path and query, as the address bar has them. */
  url: string
  /** For `options.context.page` of a call that is made when the address bar has moved on. */
  page: Page
}

interface Shared {
  current(): PageView
  watchers: Set<(old: PageView) => void>
  end(): void
}

/** Plugins are bundled one by one, so they meet on the client itself. No property here may be mangled. */
const KEY = Symbol.for('assent.pageView')

/** `context.page` as the client fills it in: a canonical link speaks for the path and, with the query, for the URL. */
const readPage = (): Page => {
  const { pathname, search, href } = location
  const link = document.head?.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href || ''
  const [, base, path, query, hash] = /^(https?:..[^/?#]+)([^?#]*)(\?[^#]*)?(.*)/i.exec(link) || []
  return {
    path: path || pathname,
    referrer: document.referrer,
    search,
    title: document.title,
    url: base ? base + path + (query || search) + hash : href.replace(/#.*/, ''),
  }
}

const begin = (): PageView => ({
  // Not randomUUID: it exists in secure contexts only.
  id: crypto.getRandomValues(new Uint32Array(4)).join('-'),
  url: location.pathname + location.search,
  page: readPage(),
})

const share = (analytics: AnalyticsLike): Shared => {
  const watchers: Shared['watchers'] = new Set()
  let view = begin()
  let paged = false

  const next = () => {
    const old = view
    view = begin()
    paged = false
    watchers.forEach((watcher) => watcher(old))
  }
  const current = () => {
    if (location.pathname + location.search != view.url) next()
    // Titles and canonical links often come after the address.
    else view.page = readPage()
    return view
  }
  const called = (type: string) => {
    current()
    if (type == 'page') {
      if (paged) next()
      paged = true
    }
  }

  const { navigation } = window as { navigation?: EventTarget }
  navigation?.addEventListener('currententrychange', current)
  addEventListener('popstate', current)
  analytics.on('call', called)
  return {
    current,
    watchers,
    end() {
      navigation?.removeEventListener('currententrychange', current)
      removeEventListener('popstate', current)
      analytics.off('call', called)
    },
  }
}

/**
 * The page views of this client, the same for every plugin. A view begins when the first plugin asks; another begins
 * with each further `page()` call, and when path or query of the address change, whoever changed them.
 *
 * `changed` runs in the same task, when the next view has begun and before the `page()` call is taken in. Without the
 * Navigation API a `pushState` is noticed at the next call or `current()`, so ask before measuring anything.
 */
export const pageViews = (analytics: AnalyticsLike, changed: (old: PageView) => void) => {
  const home = analytics as AnalyticsLike & Record<symbol, Shared | undefined>
  const { current, watchers, end } = (home[KEY] ??= share(analytics))
  watchers.add(changed)
  return {
    current,
    stop() {
      if (watchers.delete(changed) && !watchers.size) {
        end()
        delete home[KEY]
      }
    },
  }
}
