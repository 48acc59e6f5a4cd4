import type { AnalyticsLike, Categories, Plugin } from '../../src/types'
import { pageGlobals } from './shared/page-globals'

type Signal = 'granted' | 'denied'
type Signals = Record<string, Signal | number | string[]>

/** Site category → signals of Google's; one or several. */
export type SignalMap = Record<string, string | string[]>

const adSignals = ['ad_storage', 'ad_user_data', 'ad_personalization']
const defaultMap: SignalMap = {
  analytics: 'analytics_storage',
  advertising: adSignals,
  functional: 'functionality_storage',
  personalization: 'personalization_storage'
}

/**
 * Google Consent Mode v2 as an output: tells gtag what assent has decided.
 * https://developers.google.com/tag-platform/security/guides/consent
 *
 * Everything is denied by `default` as soon as this is called, so call it before the Google tag: whoever has refused
 * before gets no plugin loaded at all, and a tag that hears nothing takes everything for granted. `update` follows
 * assent's decision, and denies everything again when the plugin is unloaded.
 *
 * @param options.map site category → signals; a signal fed by several categories needs all of them. Default:
 *   analytics, advertising, functional and personalization
 * @param options.wait milliseconds that the tag waits for the first `update`; default 500
 * @param options.region where the `default` holds (`['DE', 'US-CA']`); default everywhere
 * @param options.dataLayer name of the global list; default `dataLayer`
 */
export const googleConsentMode = (
  { map = defaultMap, wait = 500, region, dataLayer = 'dataLayer' }:
  { map?: SignalMap; wait?: number; region?: string[]; dataLayer?: string } = {}
): Plugin => {
  const names = new Set([...Object.values(defaultMap), ...Object.values(map)].flat())
  let told = ''
  let forget = (): void => undefined

  const signalsOf = (categories: Categories = {}): Signals => {
    const signals: Signals = {}
    for (const name of names) {
      const needed = Object.keys(map).filter((category) => [map[category]].flat().includes(name))
      signals[name] = needed.length && needed.every((category) => categories[category] === true) ? 'granted' : 'denied'
    }
    return signals
  }
  // gtag tells its commands from other entries of the list by their being an Arguments object.
  const gtag = function (..._command: unknown[]): void {
    const page = pageGlobals<Record<string, unknown[]>>()
    // eslint-disable-next-line prefer-rest-params
    ;(page[dataLayer] ??= []).push?.(arguments)
  }
  const update = (categories?: Categories): void => {
    const signals = signalsOf(categories)
    const news = JSON.stringify(signals)
    if (news !== told) gtag('consent', 'update', signals)
    told = news
  }

  gtag('consent', 'default', { ...signalsOf(), wait_for_update: wait, ...(region && { region }) })
  return {
    name: 'googleConsentMode',
    type: 'utility',
    memoryOnly: true,
    isLoaded: () => true,
    load(_ctx, analytics: AnalyticsLike) {
      const decided = analytics.consent()
      if (decided) update(decided)
      analytics.on('consent', update)
      forget = () => void analytics.off('consent', update)
    },
    unload() {
      forget()
      update()
    }
  }
}
