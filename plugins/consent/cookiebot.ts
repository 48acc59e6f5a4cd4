import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

interface CookiebotPage {
  Cookiebot: {
    hasResponse?: unknown
    consent?: Record<string, unknown>
    consentID?: unknown
    consentUTC?: unknown
  }
}

/**
 * Cookiebot. Decided when the visitor has responded; its flags exist, and `necessary` is on, before.
 *
 * @param options.categories `necessary`, `preferences`, `statistics`, `marketing` → the site's category
 */
export const cookiebot = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => ({
  name: 'cookiebot',
  absent: 'opt-in',
  read() {
    const { hasResponse, consent, consentID, consentUTC } = pageGlobals<CookiebotPage>().Cookiebot ?? {}
    if (!consent) return
    const { method } = consent
    return consentState(
      hasResponse === true && (method === 'explicit' || method === 'implied') ? method : 'pending',
      siteCategories(categories, ['necessary', 'preferences', 'statistics', 'marketing'], (name) => consent[name]),
      {
        id: hasResponse === true ? consentID : undefined,
        updatedAt: consentUTC instanceof Date ? +consentUTC : undefined
      }
    )
  },
  // A returning visitor raises neither accept nor decline, only the first of these.
  subscribe: (changed) =>
    listen(window, ['CookiebotOnConsentReady', 'CookiebotOnAccept', 'CookiebotOnDecline', 'CookiebotOnLoad'], changed)
})
