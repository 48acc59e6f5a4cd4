import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

type Listener = (data: unknown) => void

interface TermlyPage {
  Termly: {
    getConsentState?(): Record<string, unknown> | undefined
    on?(event: string, listener: Listener): unknown
    off?(event: string, listener: Listener): unknown
  }
}

/**
 * Termly. Decided when it tells of a consent or names one (`uuid`). It does not say whether the state that a
 * returning visitor finds is a choice or a default, so without either word a grant counts as implied.
 *
 * @param options.categories `essential`, `performance`, `analytics`, `advertising`, `social_networking`,
 *   `unclassified` → the site's category
 * @param options.asksFirst true when Termly asks before it grants in all regions of the site: any grant beyond
 *   `essential` is then a decision, and returning visitors count at once
 */
export const termly = (
  { categories, asksFirst }: { categories?: CategoryMap; asksFirst?: boolean } = {}
): ConsentManager => {
  let decided = false
  let id: unknown
  return {
    name: 'termly',
    absent: 'opt-in',
    read() {
      const state = pageGlobals<TermlyPage>().Termly?.getConsentState?.()
      if (!state || typeof state !== 'object') return
      const names = Object.keys(state)
      const granted = names.some((name) => name !== 'essential' && state[name] === true)
      return consentState(
        decided || (asksFirst && granted) ? 'explicit' : granted ? 'implied' : 'pending',
        siteCategories(categories, names, (name) => state[name]),
        { id }
      )
    },
    subscribe(changed) {
      let live = true
      const hear = (isConsent: boolean): Listener => (data) => {
        if (!live) return
        const { uuid } = (data ?? {}) as { uuid?: unknown }
        if (uuid && typeof uuid === 'string') id = uuid
        if (isConsent || id) decided = true
        changed()
      }
      const listeners: [string, Listener][] = [['initialized', hear(false)], ['consent', hear(true)]]
      const find = () => {
        const { Termly } = pageGlobals<TermlyPage>()
        return Termly?.on && Termly
      }
      const stop = whenPresent(find, changed, (api) => {
        for (const [event, listener] of listeners) api.on?.(event, listener)
        return () => {
          for (const [event, listener] of listeners) api.off?.(event, listener)
        }
      })
      return () => {
        live = decided = false
        id = undefined
        stop()
      }
    }
  }
}
