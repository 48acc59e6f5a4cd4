import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { iabApi } from './shared/iab-api'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

type Fields = Record<string, unknown>

/** https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, CMP API Specification, PingReturn. */
interface Ping {
  signalStatus?: unknown
  /** 2 Europe, 5 Canada, from 7 the United States; -1 none, 0 not yet known. */
  applicableSections: number[]
  gppString?: unknown
  /** By prefix; a section is a list of subsections by the specification and one object in the reference library. */
  parsedSections?: Record<string, Fields | Fields[]>
}

/**
 * IAB GPP for the United States, in the page or from a frame within one that has it; for Europe there is `tcf`.
 * Decided when its signal is ready. A visitor who has not opted out has not consented either: that is an implied
 * grant under opt-out.
 *
 * @param options.categories → the site's category, of: `Sale`, `Sharing`, `TargetedAdvertising` and the other fields
 *   that end in `OptOut`, granted while not opted out, and `unrestricted`, granted where these sections are in force,
 *   for what they say nothing about, such as a site's own statistics
 */
export const gpp = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let latest: Ping | undefined
  return {
    name: 'gpp',
    absent: 'opt-in',
    read() {
      if (!latest) return
      const { signalStatus, applicableSections, parsedSections = {}, gppString } = latest
      const applicable = signalStatus === 'ready' ? applicableSections : []
      const free = applicable.includes(-1)
      const american = applicable.length > 0 && applicable.every((id) => id > 6)
      const grants: Record<string, boolean> = {}
      let gpc = false
      // All sections count, should several be there.
      for (const [field, value] of Object.values(parsedSections).flat().flatMap(Object.entries)) {
        const name = field.replace(/OptOut$/, '')
        // 0 does not apply, 1 opted out, 2 did not.
        if (name !== field) grants[name] = (value === 0 || value === 2) && grants[name] !== false
        if (field === 'Gpc' && value) gpc = true
      }
      return consentState(
        free ? 'not-required'
          : !american ? 'pending'
            : !gpc && Object.values(grants).includes(false) ? 'explicit' : 'implied',
        siteCategories(categories, Object.keys(grants), (name) => free || name === 'unrestricted' || grants[name]),
        { model: american ? 'opt-out' : undefined, gpc, gppString }
      )
    },
    subscribe(changed) {
      const stop = iabApi('__gpp', changed, (data, success) => {
        const news = success === true ? (data as { pingData?: Ping } | null)?.pingData : undefined
        // Not ready: a change is under way, and what was decided holds until it is done.
        if (latest && news?.signalStatus !== 'ready') return
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
