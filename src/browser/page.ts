import { attempt } from '../attempt'
import type { Page } from '../types'

/** The page as the standard snippet photographs it: canonical href, pathname, href, search, title, referrer. */
export interface SnippetPage {
  __t: 'bpc'
  c?: string | null
  p: string
  u: string
  s: string
  t: string
  r: string
  /** Time of the call, epoch milliseconds: our own snippet knows it, the standard one does not. */
  d?: number
}

export const isSnippetPage = (value: unknown): value is SnippetPage => (value as SnippetPage)?.__t == 'bpc'

/**
 * `context.page` of the Segment spec; a canonical link speaks for the path and, with the current query, for the
 * URL.
 */
export function toPage({ c: canonical, p, u, s: search, t: title, r: referrer }: Omit<SnippetPage, '__t'>): Page {
  const absolute = canonical ? attempt(() => new URL(canonical, u)) : undefined
  const [base = '', hash = ''] = (/^https?:/.test(canonical!) ? canonical! : String(absolute)).split(/(#.*)/)
  return {
    path: absolute?.pathname ?? p,
    referrer,
    search,
    title,
    url: absolute ? (base.includes('?') ? base : base + search) + hash : u.replace(/#.*/, ''),
  }
}

/** The page now. No layout is read. */
export function readPage(): Page {
  const { title, referrer } = document
  const { href } = location
  // Each property of location is a call into the browser: one is enough.
  const [, pathname = '', search = ''] = /^[^:]+:\/\/[^/?#]*([^?#]*)(\?[^#]+)?/.exec(href) ?? []
  const canonical = document.querySelector('link[rel=canonical]')?.getAttribute('href')
  return toPage({ c: canonical, p: pathname, u: href, s: search, t: title, r: referrer })
}
