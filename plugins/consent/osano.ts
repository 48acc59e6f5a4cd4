import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

type Listener = (consent: unknown) => void

interface OsanoPage {
  Osano: {
    cm?: {
      /** `{ ESSENTIAL: 'ACCEPT', ANALYTICS: 'DENY', … }`, the defaults included. */
      getConsent?(): Record<string, unknown> | undefined
      addEventListener?(type: string, listener: Listener): unknown
      removeEventListener?(type: string, listener: Listener): unknown
    }
  }
}

// Both answer a late listener as well. `…-consent-changed` is a switch that has not been saved.
const events = ['osano-cm-initialized', 'osano-cm-consent-saved']

/**
 * Osano. Decided once it hands out a saved consent; before, it hands out nothing while its defaults can be read.
 *
 * @param options.categories `ESSENTIAL`, `ANALYTICS`, `MARKETING`, `PERSONALIZATION`, `STORAGE` → the site's category
 */
export const osano = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let saved = false
  return {
    name: 'osano',
    absent: 'opt-in',
    read() {
      const consent = pageGlobals<OsanoPage>().Osano?.cm?.getConsent?.()
      if (!consent || typeof consent !== 'object') return
      return consentState(
        saved ? 'explicit' : 'pending',
        // OPT_OUT is accepted by whom opts out.
        siteCategories(categories, Object.keys(consent).filter((name) => name !== 'OPT_OUT'),
          (name) => consent[name] === 'ACCEPT')
      )
    },
    subscribe(changed) {
      let live = true
      const listener: Listener = (consent) => {
        if (!live) return
        if (consent && (consent as Record<string, unknown>).ESSENTIAL === 'ACCEPT') saved = true
        changed()
      }
      const find = () => {
        const cm = pageGlobals<OsanoPage>().Osano?.cm
        return cm?.addEventListener && cm
      }
      const stop = whenPresent(find, changed, (cm) => {
        for (const event of events) cm.addEventListener?.(event, listener)
        return () => {
          for (const event of events) cm.removeEventListener?.(event, listener)
        }
      })
      return () => {
        live = saved = false
        stop()
      }
    }
  }
}
