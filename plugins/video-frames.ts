import { createFrame, type Frame } from './video/frame'
import type { Plugin } from '../src/types'
import type { Media } from './video/media'

export interface VideoFramesOptions {
  /** Further origins whose frames speak one of the protocols, such as a proxy: `https://video.example.com`. */
  origins?: string[]
}

/**
 * YouTube and Vimeo players in frames, for the `videoDepth` given: `plugins: [depth, videoFrames(depth)]`. They are
 * asked through the messages that their own scripts use: none of those is loaded, and no second player is made. Frames
 * that come late, load lazily or change their address are taken up when they load.
 *
 * A YouTube frame answers only with `enablejsapi=1` in its address. The first one without it is reported by an
 * `error` event, code `youtube_api_off`.
 */
export const videoFrames = (
  depth: { trackVideo(media: Media): void },
  { origins = [] }: VideoFramesOptions = {},
): Plugin => {
  const frames = new Map<HTMLIFrameElement, Frame>()
  let warned = false
  let control: AbortController | undefined

  const drop = (element: HTMLIFrameElement) => {
    frames.get(element)?._stop()
    frames.delete(element)
  }
  const unload = () => {
    control?.abort()
    control = undefined
    frames.forEach((_, element) => drop(element))
  }

  return {
    name: 'Video Frames',
    type: 'utility',
    memoryOnly: true,
    isLoaded: () => !!control,
    load(_, analytics) {
      unload()
      const { signal } = control = new AbortController()
      const take = (element: HTMLIFrameElement) => {
        frames.forEach((_, other) => (other == element || !other.isConnected) && drop(other))
        const frame = createFrame(element, origins, depth.trackVideo)
        if (!frame) return
        if (frame._off && !warned) {
          warned = true
          analytics.emit('error', { code: 'youtube_api_off', reason: new Error('no enablejsapi=1: ' + element.src) })
        }
        frames.set(element, frame)
      }
      // Neither does `load` bubble, but it can be captured.
      document.addEventListener('load', ({ target }) => {
        if ((target as Element).tagName == 'IFRAME') take(target as HTMLIFrameElement)
      }, { signal, capture: true })
      addEventListener('message', ({ source, origin, data }) => {
        for (const [element, frame] of frames) {
          try {
            if (element.contentWindow == source) frame._hear(origin, data)
          } catch {
            // Not a message of a player.
          }
        }
      }, { signal })
      document.querySelectorAll('iframe').forEach(take)
    },
    unload,
  }
}
