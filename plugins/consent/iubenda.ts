import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { cookieValue } from './shared/cookie-value'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { storedChange } from './shared/stored-change'
import { whenPresent } from './shared/when-present'

type Purposes = Record<string, unknown>

/** What iubenda keeps of a visitor's choice. Without consent per category there is only `consent`. */
interface Preference {
  purposes?: Purposes
  /** Under the laws of the United States: `s` sale, `sh` sharing, `adv` targeted advertising. */
  uspr?: Purposes
  consent?: unknown
  timestamp?: unknown
  id?: unknown
  cons?: { rand?: unknown }
  tcfv2?: unknown
  gppString?: unknown
}

interface Callbacks {
  onPreferenceExpressedOrNotNeeded?(this: unknown, preference: Preference | null, ...rest: unknown[]): unknown
}

interface IubendaPage {
  _iub: {
    csConfiguration?: { callback?: Callbacks }
    cs?: { api?: { getPreferences?(): Preference | undefined }; options?: { callback?: Callbacks } }
  }
}

const cookieName = '_iub_cs-\\d+'

const storedPreference = (): Preference | undefined => {
  try {
    return JSON.parse(cookieValue(cookieName) ?? 'null')
  } catch {
    return
  }
}

const isExpressed = (preference?: Preference | null): preference is Preference =>
  !!preference && (!!preference.purposes || typeof preference.consent === 'boolean')

const timeOf = ({ timestamp }: Preference): number => Date.parse(typeof timestamp === 'string' ? timestamp : '') || 0

/**
 * iubenda. Decided when a preference was expressed, as its API or its cookie tells, whichever is newer: a choice
 * made in another tab is only in the cookie.
 *
 * @param options.categories purpose number (`4` measurement, `5` marketing) → the site's category
 */
export const iubenda = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let notNeeded = false
  let heard: Preference | null | undefined
  return {
    name: 'iubenda',
    read() {
      const { _iub } = pageGlobals<IubendaPage>()
      if (!_iub) return
      const [preference] = [_iub.cs?.api?.getPreferences?.(), heard, storedPreference()]
        .filter(isExpressed)
        .sort((one, other) => timeOf(other) - timeOf(one))
      if (!preference) {
        return consentState(
          notNeeded ? 'not-required' : 'pending',
          siteCategories(categories, ['1', '2', '3', '4', '5'], () => true)
        )
      }
      const { purposes, uspr, consent, timestamp, id, cons, tcfv2, gppString } = preference
      return consentState(
        'explicit',
        siteCategories(categories, Object.keys({ ...(purposes ?? { consent }), ...uspr }),
          (name) => uspr?.[name] ?? (purposes ? purposes[name] : consent)),
        { updatedAt: timestamp, id: id ?? cons?.rand, tcString: tcfv2, gppString }
      )
    },
    subscribe(changed) {
      let live = true
      const chain = (callbacks: Callbacks): (() => void) => {
        const before = callbacks.onPreferenceExpressedOrNotNeeded
        const ours: typeof before = function (preference, ...rest) {
          if (live) {
            heard = preference
            notNeeded = !isExpressed(preference)
            changed()
          }
          return before?.call(this, preference, ...rest)
        }
        callbacks.onPreferenceExpressedOrNotNeeded = ours
        return () => {
          if (callbacks.onPreferenceExpressedOrNotNeeded === ours) callbacks.onPreferenceExpressedOrNotNeeded = before
        }
      }
      const stops = [
        storedChange((name) => RegExp(`^${cookieName}$`).test(`${name}`), changed),
        whenPresent(() => pageGlobals<IubendaPage>()._iub?.csConfiguration, changed, (configuration) => {
          // It copies its callbacks when it starts, so one that runs already has a second set.
          const running = pageGlobals<IubendaPage>()._iub?.cs?.options?.callback
          const chained = [...new Set([configuration.callback ??= {}, running])].map((set) => set && chain(set))
          return () => chained.forEach((stop) => stop?.())
        })
      ]
      return () => {
        live = notNeeded = false
        heard = undefined
        stops.forEach((stop) => stop())
      }
    }
  }
}
