import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

interface CustomerPrivacy {
  /** `{ analytics: 'yes' | 'no' | '', … }`; other spellings have been met. */
  currentVisitorConsent?(): Record<string, unknown> | '' | undefined
  analyticsProcessingAllowed?(): unknown
  marketingAllowed?(): unknown
  preferencesProcessingAllowed?(): unknown
  saleOfDataAllowed?(): unknown
}

const apiOf = (): CustomerPrivacy | undefined =>
  pageGlobals<{ Shopify: { customerPrivacy?: CustomerPrivacy } }>().Shopify?.customerPrivacy

/**
 * Shopify Customer Privacy. Decided when the visitor has answered; otherwise what the rules of the region allow is in
 * force as an implied grant. The API must be on the page: Shopify's banner brings it, a theme without that calls
 * `Shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }])`.
 *
 * @param options.categories `analytics`, `marketing`, `preferences`, `sale_of_data` → the site's category
 */
export const shopify = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => ({
  name: 'shopify',
  absent: 'opt-in',
  read() {
    const api = apiOf()
    const visitor = api?.currentVisitorConsent?.()
    if (!api || visitor === undefined) return
    const answered = Object.values(visitor || {}).some((value) =>
      typeof value === 'boolean' || (typeof value === 'string' && /^(yes|no|true|false)$/.test(value)))
    // These combine the answer with the rules of the region.
    const allowed: Record<string, unknown> = {
      analytics: api.analyticsProcessingAllowed?.(),
      marketing: api.marketingAllowed?.(),
      preferences: api.preferencesProcessingAllowed?.(),
      sale_of_data: api.saleOfDataAllowed?.()
    }
    const unasked = !answered && allowed.analytics === true
    return consentState(
      answered ? 'explicit' : unasked ? 'implied' : 'pending',
      siteCategories(categories, Object.keys(allowed), (name) => allowed[name]),
      { model: unasked ? 'opt-out' : undefined }
    )
  },
  subscribe(changed) {
    const stops = [
      listen(document, ['visitorConsentCollected'], changed),
      whenPresent(() => apiOf()?.currentVisitorConsent, changed)
    ]
    return () => stops.forEach((stop) => stop())
  }
})
