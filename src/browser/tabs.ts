import { attempt } from '../attempt'

/** Tells the other tabs of this site, and hears from them. Not storage: a message that nobody hears is gone. */
export function openTabs<Message>(name: string, hear: (message: Message) => void): (message: Message) => void {
  // None in an old browser, or for an opaque origin.
  const channel = attempt(() => new BroadcastChannel(name))
  if (channel) channel.onmessage = ({ data }) => hear(data)
  return (message) => channel?.postMessage(message)
}
