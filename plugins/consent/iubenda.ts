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

const callback = 'onPreferenceExpressedOrNotNeeded'
type Callback = (...given: (Preference | null)[]) => unknown

interface IubendaPage {
  _iub: {
    /** iubenda copies it when it starts. After that its API tells, and a change shows in its cookie. */
    csConfiguration?: { callback?: { [callback]?: Callback } }
    cs?: { api?: { getPreferences?(): Preference | undefined } }
  }
}

const storedPreference = (): Preference | undefined => {
  try {
    return JSON.parse(cookieValue('_iub_cs-\\d+')!)
  } catch {
    // None, or not of iubenda's own writing.
  }
}

const isExpressed = (preference?: Preference | null): preference is Preference =>
  typeof (preference?.purposes ?? preference?.uspr ?? 0) === 'object' || typeof preference?.consent === 'boolean'

const timeOf = ({ timestamp }: Preference): number => Date.parse(timestamp as string) || 0

/**
 * iubenda. Decided when a preference was expressed, as its API or its cookie tells, whichever is newer: a choice
 * made in another tab is only in the cookie.
 *
 * @param options.categories purpose number (`4` measurement, `5` marketing) → the site's category
 */
export const iubenda = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  // undefined: the callback has not been called.
  let heard: Preference | null | undefined
  return {
    name: 'iubenda',
    absent: 'opt-in',
    read() {
      const { _iub } = pageGlobals<IubendaPage>()
      if (!_iub) return
      const [preference] = [_iub.cs?.api?.getPreferences?.(), heard, storedPreference()]
        .filter(isExpressed)
        .sort((one, other) => timeOf(other) - timeOf(one))
      const { purposes, uspr, consent, id, cons, tcfv2, gppString } = preference ?? {}
      return consentState(
        preference ? 'explicit' : heard === undefined ? 'pending' : 'not-required',
        siteCategories(categories, Object.keys({ ...(purposes ?? { consent }), ...uspr }), (name) =>
          !preference || (uspr?.[name] ?? (purposes ? purposes[name] : consent))),
        { updatedAt: preference && timeOf(preference), id: cons?.rand ?? id, tcString: tcfv2, gppString }
      )
    },
    subscribe(changed) {
      let live = true
      const stops = [
        storedChange((name) => /^_iub_cs-\d+$/.test(name as string), changed),
        whenPresent(() => pageGlobals<IubendaPage>()._iub?.csConfiguration, changed, (configuration) => {
          const callbacks = (configuration.callback ??= {})
          const before = callbacks[callback]
          const ours: Callback = (...given) => {
            if (live) {
              heard = given[0] ?? null
              changed()
            }
            return before?.apply(callbacks, given)
          }
          callbacks[callback] = ours
          return () => {
            if (callbacks[callback] === ours) callbacks[callback] = before
          }
        })
      ]
      return () => {
        live = false
        heard = undefined
        stops.forEach((stop) => stop())
      }
    }
  }
}
