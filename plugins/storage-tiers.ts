import { attempt } from '../src/attempt'
import type { StorageTiers } from '../src/consent'
import type { Store } from '../src/stores/store'

/** The categories that a tier needs, all of them; one that is left out is never used. */
export interface StorageTiersOptions {
  /** Over visits: cookie, localStorage, and the outbox in IndexedDB. */
  persistent?: string[]
  /** As long as the tab lives: sessionStorage. */
  session?: string[]
}

/** Even reading the property throws where storage is blocked. */
const session: Store = {
  get: (key) => attempt(() => JSON.parse(sessionStorage.getItem(key)!)),
  set: (key, value) => attempt(() => sessionStorage.setItem(key, JSON.stringify(value))),
  remove: (key) => attempt(() => sessionStorage.removeItem(key)),
}

/**
 * How long what is known of a visitor lives follows consent, both ways while the page is open: over visits, in the
 * tab, or in the memory of the page. The longest that is granted holds, and what a longer one has stored is erased.
 *
 *     consent: { requires: ['analytics'], tiers: storageTiers({ session: ['analytics'], persistent: ['functional'] }) }
 */
export function storageTiers(needed: StorageTiersOptions): StorageTiers {
  const tab = [session]
  const memory: Store[] = []
  return {
    stores: tab,
    choose(categories) {
      const granted = (names?: string[]) => names?.every((name) => categories[name])
      return granted(needed.persistent) ? undefined : granted(needed.session) ? tab : memory
    },
  }
}
