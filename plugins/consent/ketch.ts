import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

interface Consent {
  purposes?: Record<string, unknown>
  isGpcEnabled?: unknown
  protocols?: Record<string, unknown>
}

interface Configuration {
  purposes?: { code?: unknown; requiresOptIn?: unknown }[]
}

interface KetchPage {
  /** A queue before it arrives, so early calls are safe. */
  ketch(command: string, ...args: unknown[]): unknown
}

/**
 * Ketch. Its `consent` event also announces the defaults of opt-out places, so its configuration is asked which
 * purposes need an opt-in: one of those granted, or an update by the visitor, is a decision.
 *
 * @param options.categories purpose code → the site's category
 */
export const ketch = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let consent: Consent | undefined
  let configuration: Configuration | undefined
  let updated = false
  return {
    name: 'ketch',
    absent: 'opt-in',
    read() {
      const purposes = consent?.purposes
      if (!purposes || typeof purposes !== 'object') return
      const gpc = consent?.isGpcEnabled
      const optIn = configuration?.purposes?.filter(({ requiresOptIn }) => requiresOptIn)
      const chosen = optIn?.length
        ? optIn.some(({ code }) => purposes[`${code}`] === true)
        // Nothing needs an opt-in: a purpose that is off was switched off, by the visitor or by the browser's signal.
        : optIn && gpc !== true && Object.values(purposes).includes(false)
      return consentState(
        // While nobody knows what needs an opt-in, what is in force may be a default.
        updated || chosen ? 'explicit' : optIn?.length ? 'pending' : 'implied',
        siteCategories(categories, Object.keys(purposes), (name) => purposes[name]),
        { model: optIn && (optIn.length ? 'opt-in' : 'opt-out'), gpc, gppString: consent?.protocols?.gpp }
      )
    },
    subscribe(changed) {
      let live = true
      let heard = 0
      const hear = (news: unknown): void => {
        if (!live || !news || typeof news !== 'object') return
        heard++
        consent = news
        changed()
      }
      const update = (): void => {
        updated = live
        if (live) changed()
      }
      const configure = (answer: unknown): void => {
        if (!live || !answer || typeof answer !== 'object') return
        configuration = answer
        changed()
      }
      const stop = whenPresent(() => pageGlobals<KetchPage>().ketch, changed, (api) => {
        // Answers come to the callback or as a promise, by its version. Asked in this order: what a consent means is
        // known before the first one is heard.
        const ask = (command: string, take: (answer: unknown) => void): void =>
          void Promise.resolve(api(command, take)).then(take, () => undefined)
        ask('getConfig', configure)
        api('on', 'userConsentUpdated', update)
        api('on', 'consent', hear)
        ask('getConsent', (answer) => heard || hear(answer))
        return () => {
          api('off', 'userConsentUpdated', update)
          api('off', 'consent', hear)
        }
      })
      return () => {
        live = updated = false
        consent = configuration = undefined
        stop()
      }
    }
  }
}
