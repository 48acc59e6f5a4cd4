import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { cookieValue } from './shared/cookie-value'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

interface OneTrustPage {
  /** At first it may hold nothing but `geolocationResponse`. */
  OneTrust: {
    IsAlertBoxClosed?(): unknown
    GetDomainData?(): {
      ShowAlertNotice?: unknown
      ConsentModel?: { Name?: unknown }
      Groups?: { CustomGroupId?: unknown }[]
    }
  }
  /** `,C0001,C0002,` */
  OnetrustActiveGroups: unknown
}

// "implied consent" is a guess of the manager's, which does for opt-in what no banner at all does.
const models: Record<string, string> = { 'opt-out': 'opt-out', 'opt-in': 'opt-in', 'implied consent': 'opt-in' }

/**
 * OneTrust. Decided once its banner is closed; the groups that are active before are its defaults.
 *
 * @param options.categories group id (`C0002`, or what the site renamed it to) → the site's category
 */
export const oneTrust = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => ({
  name: 'oneTrust',
  absent: 'opt-in',
  read() {
    const { OneTrust, OnetrustActiveGroups: active } = pageGlobals<OneTrustPage>()
    const data = OneTrust?.GetDomainData?.()
    if (!data || typeof active !== 'string') return
    const listed = active.split(',').map((id) => id.trim()).filter(Boolean)
    const groups = Array.isArray(data.Groups) ? data.Groups.map(({ CustomGroupId: id }) => String(id).trim()) : listed
    const closed = OneTrust?.IsAlertBoxClosed?.() === true
    const model = models[String(data.ConsentModel?.Name).toLowerCase()]
    return consentState(
      closed ? 'explicit'
        : model === 'opt-out' ? 'implied'
          : data.ShowAlertNotice === false ? 'not-required' : 'pending',
      siteCategories(categories, groups, (id) => listed.includes(id)),
      { model, updatedAt: closed ? Date.parse(`${cookieValue('OptanonAlertBoxClosed')}`) : undefined }
    )
  },
  subscribe: (changed) => listen(window, ['OneTrustGroupsUpdated', 'OTConsentApplied', 'consent.onetrust'], changed)
})
