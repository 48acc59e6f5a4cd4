import type { ConsentManager, ConsentState } from '../../src/types'
import { consentState } from './shared/consent-state'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

interface Consent {
  given?: unknown
  /** v3: `EXPLICIT` or `IMPLICIT` */
  type?: unknown
  /** v2: like `given` */
  status?: unknown
  /** v2: the newest last, `explicit` or `implicit` */
  history?: { type?: unknown }[]
}

interface Service {
  id?: unknown
  name?: unknown
  /** v3 */
  category?: unknown
  /** v2 */
  categorySlug?: unknown
  consent?: Consent
}

interface Details {
  consent?: Record<string, unknown> & Consent & { setting?: { type?: unknown } }
  services?: Record<string, Service>
}

interface Common {
  isInitialized?(): unknown
  /** "No consent given, or to be asked again"; known once initialised. */
  isConsentRequired?(): unknown
  getControllerId?(): unknown
}

interface UsercentricsPage {
  __ucCmp: Common & { getConsentDetails?(): Promise<Details | undefined> }
  /** A list, or since about 3.121 the promise of one. */
  UC_UI: Common & { getServicesBaseInfo?(): Service[] | Promise<Service[]> }
}

/** In v2 everything is at hand, in v3 everything is a promise. */
const answer = async (map?: CategoryMap): Promise<ConsentState | undefined> => {
  const { __ucCmp: v3, UC_UI: v2 } = pageGlobals<UsercentricsPage>()
  const api = v3 ?? v2
  // Before, its other answers are none.
  if ((await api?.isInitialized?.()) === false) return
  const [required, id, details, list] = await Promise.all([
    api?.isConsentRequired?.(), api?.getControllerId?.(),
    v3?.getConsentDetails?.(), v3 ? undefined : v2?.getServicesBaseInfo?.()
  ])
  const services = list ?? Object.entries(details?.services ?? {}).map(([id, service]) => ({ id, ...service }))
  if (!Array.isArray(services)) return
  const { consent } = details ?? {}
  const setting = consent?.setting?.type
  const model = setting === 'CCPA' ? 'opt-out' : setting ? 'opt-in' : undefined
  const chosen = [consent, ...services.map((service) => service.consent)].some((given) =>
    given?.type === 'EXPLICIT' || given?.history?.slice(-1)[0]?.type === 'explicit')
  return consentState(
    chosen && required !== true ? 'explicit'
      : model === 'opt-out' ? 'implied'
        : required !== true && (consent?.required ?? required) === false ? 'not-required' : 'pending',
    siteCategories(map, services.map(({ category, categorySlug }) => `${category ?? categorySlug}`), (name) => {
      const meant = services.filter((service) =>
        [service.category, service.categorySlug, service.name, service.id].includes(name))
      return meant.length > 0 && meant.every((service) => (service.consent?.given ?? service.consent?.status) === true)
    }),
    { model, id }
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
    absent: 'opt-in',
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
        answer(categories).then(take, (reason) => take(undefined, reason))
      }
      const stops = [
        listen(window, ['UC_CONSENT', 'UC_UI_INITIALIZED', 'UC_UI_CMP_EVENT', event, 'focus', 'pageshow'], ask),
        whenPresent(() => pageGlobals<UsercentricsPage>().__ucCmp ?? pageGlobals<UsercentricsPage>().UC_UI, ask)
      ]
      return () => {
        asked++
        latest = failure = undefined
        stops.forEach((stop) => stop())
      }
    }
  }
}
