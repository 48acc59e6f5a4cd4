import { attempt } from '../attempt'
import type { ConsentState } from '../types'

/** A decision; null when the visitor was reset. */
type News = ConsentState | null

/**
 * Tells the other tabs of this site, and hears from them. Not storage: what nobody hears is gone.
 * @param hear `ours`: from a client of the same write key
 */
export function openTabs(writeKey: string, hear: (news: News, ours: boolean) => void): (news: News) => void {
  let channel: BroadcastChannel | undefined
  // The name is anybody's: others may say what they like.
  const onmessage = ({ data }: MessageEvent) => data && hear(data[1], data[0] == writeKey)
  // None in an old browser, or for an opaque origin.
  const open = () => (channel ??= attempt(() => Object.assign(new BroadcastChannel('assent'), { onmessage })))
  // Not while the page loads.
  setTimeout(open)
  return (news) => open()?.postMessage([writeKey, news])
}
