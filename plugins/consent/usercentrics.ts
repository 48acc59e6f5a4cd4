import type { Categories, ConsentManager, ConsentState } from '../../src/types'
import { consentState } from './shared/consent-state'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

interface Service {
  id?: unknown
  name?: unknown
  /** v3 */
  category?: unknown
  /** v2 */
  categorySlug?: unknown
  consent?: { given?: unknown; status?: unknown; history?: { type?: unknown }[] }
}

interface UsercentricsPage {
  __ucCmp: {
    isInitialized?(): unknown
    /** "No consent given, or to be asked again"; known once initialised. */
    isConsentRequired?(): unknown
    getConsentDetails?(): Promise<{
      consent?: Record<string, unknown> & { setting?: { type?: unknown } }
      services?: Record<string, Service>
    } | undefined>
  }
  UC_UI: {
    isInitialized?(): unknown
    isConsentRequired?(): unknown
    /** A list, or since about 3.121 the promise of one. */
    getServicesBaseInfo?(): Service[] | Promise<Service[]>
    getControllerId?(): unknown
  }
}

/** The map may name categories by slug and services by name or id; without a map the categories pass. */
const categoriesOf = (services: Service[], map?: CategoryMap): Categories => {
  const slugs = services.map(({ category, categorySlug }) => `${category ?? categorySlug}`)
  return siteCategories(map, slugs, (name) => {
    const meant = services.filter(({ category, categorySlug, name: own, id }) =>
      [category, categorySlug, own, id].includes(name))
    return meant.length > 0 && meant.every(({ consent }) => (consent?.given ?? consent?.status) === true)
  })
}

const version3 = async (map?: CategoryMap): Promise<ConsentState | undefined> => {
  const api = pageGlobals<UsercentricsPage>().__ucCmp
  if ((await api?.isInitialized?.()) === false) return
  const [required, details] = await Promise.all([api?.isConsentRequired?.(), api?.getConsentDetails?.()])
  const { consent, services } = details ?? {}
  if (!consent || !services) return
  const setting = consent.setting?.type
  const model = setting === 'CCPA' ? 'opt-out' : setting === 'GDPR' || setting === 'TCF' ? 'opt-in' : undefined
  return consentState(
    consent.type === 'EXPLICIT' && required !== true ? 'explicit'
      : model === 'opt-out' ? 'implied'
        : consent.type === 'IMPLICIT' && consent.required === false ? 'not-required' : 'pending',
    categoriesOf(Object.entries(services).map(([id, service]) => ({ id, ...service })), map),
    { model, id: consent.controllerId, updatedAt: consent.updatedAt }
  )
}

const version2 = async (map?: CategoryMap): Promise<ConsentState | undefined> => {
  const api = pageGlobals<UsercentricsPage>().UC_UI
  if (api?.isInitialized?.() !== true) return
  const services = await api.getServicesBaseInfo?.()
  if (!Array.isArray(services)) return
  const chosen = services.some(({ consent }) => consent?.history?.slice(-1)[0]?.type === 'explicit')
  return consentState(
    api.isConsentRequired?.() !== false ? 'pending' : chosen ? 'explicit' : 'not-required',
    categoriesOf(services, map),
    { id: api.getControllerId?.() }
  )
}

/**
 * Usercentrics, v3 (`__ucCmp`) and v2 (`UC_UI`). What it grants implicitly, by default, is not a decision.
 *
 * @param options.categories category slug, service name or service id → the site's category; dashboards file
 *   analytics under "marketing" often enough that naming the service is the safer way
 * @param options.event the window event named in the dashboard (v2 only); default `ucEvent`
 */
export const usercentrics = (
  { categories, event = 'ucEvent' }: { categories?: CategoryMap; event?: string } = {}
): ConsentManager => {
  let latest: ConsentState | undefined
  let failure: unknown
  let asked = 0
  return {
    name: 'usercentrics',
    read() {
      if (failure) throw failure
      return latest
    },
    subscribe(changed) {
      const ask = (): void => {
        const turn = ++asked
        // Answers may land in another order than that of the questions: only that of the last question counts.
        const take = (state?: ConsentState, reason?: unknown): void => {
          if (turn !== asked) return
          latest = state
          failure = reason
          changed()
        }
        const { __ucCmp } = pageGlobals<UsercentricsPage>()
        ;(__ucCmp?.getConsentDetails ? version3 : version2)(categories).then(take, (reason) => take(undefined, reason))
      }
      const stops = [
        listen(window, ['UC_CONSENT', 'UC_UI_INITIALIZED', 'UC_UI_CMP_EVENT', event, 'focus', 'pageshow'], ask),
        whenPresent(() => {
          const { __ucCmp, UC_UI } = pageGlobals<UsercentricsPage>()
          return __ucCmp?.getConsentDetails ?? UC_UI?.getServicesBaseInfo
        }, ask)
      ]
      return () => {
        asked++
        latest = failure = undefined
        stops.forEach((stop) => stop())
      }
    }
  }
}
