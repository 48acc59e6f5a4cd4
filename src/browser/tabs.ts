import { attempt } from '../attempt'

/** Tells the other tabs of this site, and hears from them. Not storage: a message that nobody hears is gone. */
export function openTabs<Message>(name: string, hear: (message: Message) => void): (message: Message) => void {
  let channel: BroadcastChannel | undefined
  // None in an old browser, or for an opaque origin.
  const open = () =>
    (channel ??= attempt(() =>
      Object.assign(new BroadcastChannel(name), { onmessage: ({ data }: MessageEvent) => hear(data) })
    ))
  // Not while the page loads.
  setTimeout(open)
  return (message) => open()?.postMessage(message)
}
