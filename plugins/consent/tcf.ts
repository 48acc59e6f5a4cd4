import type { ConsentManager } from '../../src/types'
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
  vendor?: { consents?: Bits }
  publisher?: { consents?: Bits }
  specialFeatureOptins?: Bits
}

const allPurposes = Array.from({ length: 11 }, (_, index) => `${index + 1}`)

/** `8` is a purpose; letters before the number mean another of the lists. */
const bitOf = ({ purpose, vendor, publisher, specialFeatureOptins }: TcData, name: string): unknown => {
  const lists: Record<string, Bits> = {
    '': purpose?.consents,
    li: purpose?.legitimateInterests,
    v: vendor?.consents,
    p: publisher?.consents,
    s: specialFeatureOptins
  }
  return lists[name.replace(/\d+/, '')]?.[name.replace(/\D+/, '')]
}

/**
 * IAB TCF 2.2 and 2.3, in the page or from a frame within one that has it. Decided when the string is loaded or the
 * visitor has acted; where the GDPR does not apply every category is granted.
 *
 * @param options.categories → the site's category, of: `1` to `11` consent to a purpose, `li7` legitimate interest
 *   for it, `v755` consent for a vendor, `p8` consent to a purpose for the publisher, `s1` opt-in to a special feature
 */
export const tcf = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let latest: TcData | undefined
  return {
    name: 'tcf',
    absent: 'opt-in',
    read() {
      if (!latest) return
      const { gdprApplies, eventStatus, tcString } = latest
      const free = gdprApplies === false
      const settled = eventStatus === 'tcloaded' || eventStatus === 'useractioncomplete'
      return consentState(
        free ? 'not-required' : gdprApplies === true && tcString && settled ? 'explicit' : 'pending',
        siteCategories(categories, allPurposes, (name) => free || bitOf(latest!, name)),
        { model: gdprApplies ? 'opt-in' : undefined, tcString }
      )
    },
    subscribe(changed) {
      const stop = iabApi('__tcfapi', changed, (data, success) => {
        const news = success === true && data ? (data as TcData) : undefined
        // The visitor looks at the banner again: what was decided holds until something else is.
        if (latest && news?.eventStatus === 'cmpuishown') return
        latest = news
        changed()
      })
      return () => {
        stop()
        latest = undefined
      }
    }
  }
}
