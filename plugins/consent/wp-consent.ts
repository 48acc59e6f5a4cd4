import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { cookieValue } from './shared/cookie-value'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

interface WordPressPage {
  /** `optin` or `optout`, set late by the banner. */
  wp_consent_type: unknown
  wp_has_consent(category: string): unknown
  consent_api: { cookie_prefix?: unknown }
}

const names = ['functional', 'preferences', 'statistics-anonymous', 'statistics', 'marketing']

/**
 * WordPress Consent API. Decided when it has stored an answer. Until the banner has defined the type of consent its
 * function answers yes to everything, which counts for nothing here.
 *
 * @param options.categories `functional`, `preferences`, `statistics-anonymous`, `statistics`, `marketing` → the
 *   site's category
 */
export const wpConsent = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => ({
  name: 'wpConsent',
  absent: 'opt-in',
  read() {
    const { wp_consent_type: type, wp_has_consent: has, consent_api: api } = pageGlobals<WordPressPage>()
    if (typeof type !== 'string' || !/^opt(in|out)/.test(type) || typeof has !== 'function') return
    const prefix = typeof api?.cookie_prefix === 'string' ? api.cookie_prefix : 'wp_consent'
    // Banners allow the other two by themselves.
    const answered = ['preferences', 'statistics', 'marketing'].some((name) =>
      /^(allow|deny)$/.test(cookieValue(`${prefix}_${name}`) ?? ''))
    const model = /^optout/.test(type) ? 'opt-out' : 'opt-in'
    return consentState(
      answered ? 'explicit' : model === 'opt-out' ? 'implied' : 'pending',
      siteCategories(categories, names, has),
      { model }
    )
  },
  subscribe: (changed) => listen(document, ['wp_listen_for_consent_change', 'wp_consent_type_defined'], changed)
})
