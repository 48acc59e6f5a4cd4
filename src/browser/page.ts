import { attempt } from '../attempt'
import type { Page } from '../types'

/** The page as the standard snippet photographs it; what it gives as path and search is in the href as well. */
export interface SnippetPage {
  __t: 'bpc'
  /** href of the canonical link, as written */
  c?: string | null
  /** href */
  u: string
  /** title */
  t: string
  /** referrer */
  r: string
  /** Time of the call, epoch milliseconds: our own snippet knows it, the standard one does not. */
  d?: number
}
export type Photo = Omit<SnippetPage, '__t'>

export const isSnippetPage = (value: unknown): value is SnippetPage => (value as SnippetPage)?.__t == 'bpc'

/** The page now. No layout is read, and nothing is worked out on the caller's time. */
export const photograph = (): Photo => ({
  c: document.querySelector('link[rel=canonical]')?.getAttribute('href'),
  // Cheaper than location, each property of which is a call into the browser.
  u: document.URL,
  t: document.title,
  r: document.referrer,
})

/**
 * `context.page` of the Segment spec; a canonical link speaks for the path and, with the current query, for the
 * URL.
 */
export function toPage({ c: canonical, u: href, t: title, r: referrer }: Photo): Page {
  const at = new URL(href)
  const { search } = at
  const absolute = canonical ? attempt(() => new URL(canonical, href)) : undefined
  const [base = '', hash = ''] = (/^https?:/.test(canonical!) ? canonical! : String(absolute)).split(/(#.*)/)
  return {
    path: (absolute ?? at).pathname,
    referrer,
    search,
    title,
    url: absolute ? (base.includes('?') ? base : base + search) + hash : href.replace(/#.*/, ''),
  }
}

/** Can it be used? A page that a call brings along may be made up by anybody. */
export const isSound = (page: Photo): unknown => attempt(() => toPage(page) && new Date(page.d ?? 0).toISOString())
