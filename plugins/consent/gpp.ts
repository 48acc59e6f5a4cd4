import type { ConsentManager, ConsentState } from '../../src/types'
import { consentState } from './shared/consent-state'
import { iabApi } from './shared/iab-api'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

type Fields = Record<string, unknown>

/** https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, CMP API Specification, PingReturn. */
interface Ping {
  signalStatus?: unknown
  applicableSections?: unknown
  gppString?: unknown
  /** By prefix; a section is a list of subsections by the specification and one object in the reference library. */
  parsedSections?: Record<string, Fields | Fields[]>
}

const optOut = 'OptOut'

const stateOf = (ping: Ping, unrestricted: string[], map?: CategoryMap): ConsentState => {
  const { signalStatus, applicableSections: applicable, parsedSections = {}, gppString } = ping
  const ready = signalStatus === 'ready' && Array.isArray(applicable)
  const free = ready && applicable.includes(-1)
  const sectionOf = (prefix: string): Fields => Object.assign({}, ...[parsedSections[prefix] ?? {}].flat())

  // Europe and Canada: lists of consents to purposes, from 1.
  const european = ready && applicable.includes(2)
  const purposes = european ? sectionOf('tcfeuv2').PurposeConsents
    : ready && applicable.includes(5) ? sectionOf('tcfcav1').PurposesExpressConsent : undefined

  // The United States: 0 does not apply, 1 opted out, 2 did not. All sections count, should several be there.
  const american = Object.keys(parsedSections).filter((prefix) => /^us/.test(prefix)).map(sectionOf)
  const saleOfUsp = { Y: 1, N: 2, '-': 0 }
  const valuesOf = (name: string): unknown[] => american
    .map((fields) => fields[name + optOut] ??
      (name === 'Sale' ? saleOfUsp[fields.OptOutSale as keyof typeof saleOfUsp] : undefined))
    .filter((value) => value !== undefined)
  const names = ['Sale', ...american.flatMap((fields) =>
    Object.keys(fields).filter((name) => name.endsWith(optOut)).map((name) => name.slice(0, -optOut.length)))]
  const gpc = american.some(({ Gpc }) => Gpc === true)
  const optedOut = names.some((name) => valuesOf(name).includes(1))

  const state = consentState(
    free ? 'not-required'
      : !ready || !applicable.some((id) => id > 0) ? 'pending'
        : purposes || (optedOut && !gpc) ? 'explicit' : 'implied',
    siteCategories(map, purposes ? Object.keys(purposes).map((index) => `${+index + 1}`) : names, (name) => {
      if (free) return true
      if (purposes) return (purposes as unknown[])[+name - 1]
      const values = valuesOf(name)
      return values.length > 0 && values.every((value) => value === 0 || value === 2)
    }),
    { model: purposes ? 'opt-in' : 'opt-out', gpc, gppString }
  )
  if (state.decision !== 'pending' && !purposes)
    for (const category of unrestricted) state.categories[category] = true
  return state
}

/**
 * IAB GPP, in the page or from a frame within one that has it. Decided when its signal is ready. In the United States
 * a visitor who has not opted out has not consented either: that is an implied grant under opt-out.
 *
 * @param options.categories → the site's category, of: `Sale`, `Sharing`, `TargetedAdvertising` and the other fields
 *   that end in `OptOut`, granted while not opted out; `1` to `11` a purpose of the European or Canadian section
 * @param options.unrestricted site categories that the American sections say nothing about and that are granted
 *   where they are in force, such as `analytics`
 */
export const gpp = (
  { categories, unrestricted = [] }: { categories?: CategoryMap; unrestricted?: string[] } = {}
): ConsentManager => {
  let latest: ConsentState | undefined
  return {
    name: 'gpp',
    read: () => latest,
    subscribe(changed) {
      const stop = iabApi('__gpp', changed, (data, success) => {
        const { pingData } = (data ?? {}) as { pingData?: Ping }
        if (success !== true || !pingData || typeof pingData !== 'object') return
        // Not ready: a change is under way, and what was decided holds until it is done.
        if (pingData.signalStatus !== 'ready' && latest) return
        latest = stateOf(pingData, unrestricted, categories)
        changed()
      })
      return () => {
        stop()
        latest = undefined
      }
    }
  }
}
