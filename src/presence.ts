import type { Http } from '../plugins/http/index'
import type { Conveyor } from './conveyor'
import type { Gate } from './gate'
import type { Identity } from './identity'
import type { ConsentState } from './types'

/** What is done while the page may be going, when it is back, and when another tab has news. */
export function createPresence(
  gate: Gate,
  conveyor: Conveyor,
  identity: () => Identity,
  transport: () => Http | undefined,
) {
  let away = false
  /** In the back/forward cache, where news of other tabs is not heard. */
  let cached: boolean | undefined

  return {
    /** The page is hidden or going: it may end any moment, and timers are late. */
    isAway: () => away,

    /** @param persisted whether it may come back, if it is going; undefined if it is only hidden */
    async leave(persisted?: boolean): Promise<void> {
      away = true
      cached ||= persisted
      if (persisted !== undefined) gate.end(persisted)
      if (!gate.refresh()) return
      if (persisted !== undefined) transport()?.go()
      await conveyor.hurry()
      transport()?.leave()
    },

    /** Of what says so the first counts: a page that comes from the cache is visible before it is shown. */
    back(): void {
      away = false
      if (!gate.refresh()) return
      if (cached) identity().reload(true)
      cached = false
      void transport()?.flush()
    },

    /**
     * @param news a decision that another tab has heard of; null if it has reset the visitor
     * @param ours of a client like this one; another may have a manager of its own, but cookies are shared
     */
    hear(news: ConsentState | null, ours: boolean): void {
      if (news?.categories && ours) gate.adopt(news)
      else if (gate.refresh() && !news) identity().reload(!ours)
    },
  }
}
