import { vimeo, youtube } from './protocols'
import type { Media } from './media'

/** Written by the messages. */
type Mutable = { -readonly [Key in keyof Media]: Media[Key] }

export interface Frame {
  /** A player that does not speak. */
  _off: boolean
  _hear(origin: string, data: unknown): void
  _stop(): void
}

/** The player in a frame as a `Media`, handed to `track` when it first speaks; undefined if there is none known. */
export const createFrame = (
  element: HTMLIFrameElement, origins: string[], track: (media: Media) => void,
): Frame | undefined => {
  const { src } = element
  const [, home = '', path = ''] = src.match(/^(\w+:..[^/]+)([^?#]*)/) || []
  const protocol = [youtube, vimeo].find(({ _path, _origin }) =>
    _path.test(path) && (_origin.test(home) || origins.includes(home)))
  if (!protocol) return
  const first = protocol._path.exec(path)![1]!
  let id = first
  let since = 0
  let speaks = false
  let timer: ReturnType<typeof setTimeout>
  let wait = 99

  const media: Mutable = Object.assign(new EventTarget(), {
    player: protocol._name, dataset: element.dataset, readyState: 4, isConnected: true,
    currentSrc: home + path, currentTime: 0, duration: NaN, muted: false, paused: true, playbackRate: 1,
    title: element.title,
  })
  const tell = (type: string) => media.dispatchEvent(new Event(type))
  // To anybody: the frame may redirect, and a greeting says nothing.
  const send = (message: unknown) => element.contentWindow?.postMessage(message, '*')

  const greet = () => {
    send(protocol._hello)
    // Ever more rarely: nobody says whether an answer will come.
    timer = setTimeout(greet, (wait *= 1.5))
  }
  const off = protocol == youtube && !/[?&]enablejsapi=1/.test(src)
  // `widgetid`: the page runs YouTube's API. A second greeting would take the player away from it; it is overheard.
  if (!off && !/[?&]widgetid=/.test(src)) greet()

  /** It went there by playing, or else it seeked: back, or on faster than the clock. */
  const advance = (position: number) => {
    const now = Date.now()
    const from = media.currentTime
    const seeks = position < from - 1.5 || position > from + ((now - since) / 1000) * media.playbackRate + 1.5
    // Where it was last is how far it was played.
    if (seeks) tell('ratechange')
    since = now
    media.currentTime = position
    if (seeks) tell('seeking')
  }

  return {
    _off: off,
    _hear(origin, data) {
      if (origin != home && !protocol._origin.test(origin)) return
      const message = typeof data == 'string' ? JSON.parse(data) : data
      if (!speaks) {
        speaks = true
        clearTimeout(timer)
        protocol._then?.forEach(send)
        track(media)
      }
      const { type, currentTime, ...rest } = protocol._read(message)
      if (rest.id && rest.id != id) {
        // The next of a playlist.
        media.paused = true
        tell('emptied')
        media.currentSrc = home + path.replace(first, id = rest.id)
        media.duration = NaN
      }
      if (currentTime! >= 0) advance(currentTime!)
      for (const key in rest) media[key as 'title'] = rest[key as 'title'] ?? media[key as 'title']
      // Speed or duration may be new: few messages name an event.
      tell('ratechange')
      if (type) {
        media.ended = type == 'ended'
        tell(type)
      }
    },
    _stop() {
      clearTimeout(timer)
      media.isConnected = element.isConnected
      media.paused = true
      tell('pause')
    },
  }
}
