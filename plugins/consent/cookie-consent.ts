import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { storedChange } from './shared/stored-change'

interface Stored {
  categories?: unknown
  revision?: unknown
  consentId?: unknown
  consentTimestamp?: unknown
  lastConsentTimestamp?: unknown
  expirationTime?: unknown
}

/** What is used of vanilla-cookieconsent 3. */
interface CookieConsentApi {
  validConsent(): unknown
  /** Parses the cookie (or localStorage) anew at each call; `{}` when there is none. */
  getCookie(): Stored | undefined
  getConfig(name: string): unknown
  getUserPreferences(): { acceptedCategories?: unknown }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/**
 * vanilla-cookieconsent 3. Decided when its cookie holds a consent of the current revision. The cookie is read and
 * not the API's state, which goes stale when the visitor decides in another tab.
 *
 * @param options.categories category name → the site's category
 * @param options.api the module, where it is imported instead of being the global `CookieConsent`
 */
export const cookieConsent = (
  { categories, api }: { categories?: CategoryMap; api?: unknown } = {}
): ConsentManager => {
  const find = (): Partial<CookieConsentApi> | undefined =>
    (api as CookieConsentApi | undefined) ?? pageGlobals<{ CookieConsent: CookieConsentApi }>().CookieConsent
  return {
    name: 'cookieConsent',
    absent: 'opt-in',
    read() {
      const manager = find()
      const defined = manager?.getConfig?.('categories')
      // Without categories it has not been started yet.
      if (!manager || !defined || typeof defined !== 'object') return
      const stored = manager.getCookie?.() ?? {}
      const { revision, consentId, expirationTime, lastConsentTimestamp } = stored
      const valid = !!consentId && !!stored.consentTimestamp && !!lastConsentTimestamp &&
        Array.isArray(stored.categories) && !(Number(expirationTime) < Date.now()) &&
        // It does not compare revisions unless the site set one, which only its own verdict knows.
        (revision === manager.getConfig?.('revision') || manager.validConsent?.() === true)
      const model = manager.getConfig?.('mode') === 'opt-out' ? 'opt-out' : 'opt-in'
      // Before a choice under opt-out only the preferences list what is on.
      const accepted = listOf(valid ? stored.categories : manager.getUserPreferences?.()?.acceptedCategories)
      return consentState(
        valid ? 'explicit' : model === 'opt-out' ? 'implied' : 'pending',
        siteCategories(categories, Object.keys(defined), (name) => accepted.includes(name)),
        valid
          ? { model, id: consentId, updatedAt: Date.parse(`${lastConsentTimestamp}`), policyVersion: `${revision}` }
          : { model }
      )
    },
    subscribe(changed) {
      const isTheirs = (name: unknown): boolean => {
        const cookie = find()?.getConfig?.('cookie') as { name?: unknown } | undefined
        return name === (cookie?.name ?? 'cc_cookie')
      }
      const stops = [
        // The last one is all that happens before a choice.
        listen(window, ['cc:onFirstConsent', 'cc:onConsent', 'cc:onChange', 'cc:onModalReady'], changed),
        storedChange(isTheirs, changed)
      ]
      return () => stops.forEach((stop) => stop())
    }
  }
}
