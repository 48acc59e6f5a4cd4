import { isNews, type ConsentOptions, type Decision } from './consent'
import type { Emitter } from './emitter'
import type { Categories, ConsentState } from './types'

/**
 * Tells of a decision: other tabs, the page, and by an event the collector.
 * @param update says it by a track event of this name
 */
export function createNews(
  face: Emitter,
  tellTabs: (state: ConsentState) => void,
  update: (event: string) => unknown,
) {
  /** What the page has not heard yet. */
  const news: (Categories | undefined)[] = []

  /** The arguments but the first are those of the gate's `changed`. */
  return (consent: ConsentOptions, now: Decision, before: Decision | undefined, here: boolean, said: boolean): void => {
    const { decided, categories, state } = now
    if (!isNews(now, before)) return
    // What a manager says while it makes up its mind is no news to other tabs.
    if (state && here && (decided || before?.decided) && (before || said)) tellTabs(state)
    // A listener may decide anew: all hear of that, and after this.
    if (news.push(decided ? { ...categories } : undefined) < 2) {
      for (const each of news) face.emit('consent', each)
      news.length = 0
    }
    const { event = 'Consent Updated' } = consent
    // Not for what another tab decided, nor for what a slow manager brings late: of an earlier page, or of nobody.
    const old = !before?.decided && (now.basis != 'explicit' || state!.updatedAt! < performance.timeOrigin)
    if (!decided || !now.open || !event || !here || !said || old) return
    if (before) update(event)
    else queueMicrotask(() => update(event)) // after the calls that were early
  }
}
