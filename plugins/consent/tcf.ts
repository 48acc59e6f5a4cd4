import type { ConsentManager, ConsentState } from '../../src/types'
import { consentState } from './shared/consent-state'
import { iabApi } from './shared/iab-api'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

type Bits = Record<string, unknown> | undefined

/** https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework, CMP API v2, TCData. */
interface TcData {
  gdprApplies?: unknown
  eventStatus?: unknown
  tcString?: unknown
  purpose?: { consents?: Bits; legitimateInterests?: Bits }
  vendor?: { consents?: Bits; legitimateInterests?: Bits }
  publisher?: { consents?: Bits; legitimateInterests?: Bits }
  specialFeatureOptins?: Bits
}

const allPurposes = Array.from({ length: 11 }, (_, index) => `${index + 1}`)

/** `8` is a purpose; a letter before the number means another of the string's lists, `li` its legitimate interest. */
const bitOf = ({ purpose, vendor, publisher, specialFeatureOptins }: TcData, name: string): unknown => {
  const [, list = '', number = ''] = /^([a-z]*)(\d+)$/.exec(name) ?? []
  const lists: Record<string, Bits> = {
    '': purpose?.consents,
    li: purpose?.legitimateInterests,
    v: vendor?.consents,
    vli: vendor?.legitimateInterests,
    p: publisher?.consents,
    pli: publisher?.legitimateInterests,
    s: specialFeatureOptins
  }
  return lists[list]?.[number]
}

const stateOf = (data: TcData, map?: CategoryMap): ConsentState => {
  const { gdprApplies, eventStatus, tcString } = data
  const settled = eventStatus === 'tcloaded' || eventStatus === 'useractioncomplete'
  const chosen = gdprApplies === true && !!tcString && settled
  const free = gdprApplies === false
  return consentState(
    free ? 'not-required' : chosen ? 'explicit' : 'pending',
    siteCategories(map, allPurposes, (name) => free || bitOf(data, name)),
    { model: gdprApplies === true && 'opt-in', tcString }
  )
}

/**
 * IAB TCF 2.2 and 2.3, in the page or from a frame within one that has it. Decided when the string is loaded or the
 * visitor has acted; where the GDPR does not apply every category is granted.
 *
 * @param options.categories → the site's category, of: `1` to `11` consent to a purpose, `li7` legitimate interest
 *   for it, `v755` consent for a vendor (`vli755`), `p8` for the publisher (`pli8`), `s1` opt-in to a special feature
 */
export const tcf = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let latest: ConsentState | undefined
  return {
    name: 'tcf',
    read: () => latest,
    subscribe(changed) {
      const stop = iabApi('__tcfapi', changed, (data, success) => {
        const answer = success === true && data && typeof data === 'object' ? (data as TcData) : undefined
        // The visitor looks at the banner again: what was decided holds until something else is.
        if (answer?.eventStatus === 'cmpuishown' && latest?.decision === 'decided') return
        latest = answer && stateOf(answer, categories)
        changed()
      })
      return () => {
        stop()
        latest = undefined
      }
    }
  }
}
