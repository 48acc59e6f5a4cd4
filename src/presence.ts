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

  return {
    /** The page is going, and may end any moment. */
    isAway: () => away,

    /** @param cached whether it may come back, if it is going; undefined if it is only hidden */
    async leave(cached?: boolean): Promise<void> {
      if (cached === false) gate.end()
      if (!gate.refresh()) return
      away ||= cached !== undefined
      await conveyor.hurry()
      // Not if it has come back meanwhile.
      if (gate.allows() && (away || cached === undefined)) transport()?.leave(cached)
    },

    back(): void {
      away = false
      if (!gate.refresh()) return
      identity().sync()
      void transport()?.flush()
    },

    /** @param state a decision; null if everybody was forgotten */
    hear(state: ConsentState | null): void {
      if (state?.categories) gate.adopt(state)
      else if (gate.allows()) identity().reload()
    },
  }
}
