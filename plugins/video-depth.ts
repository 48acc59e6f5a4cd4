import { watch, type WatchOptions } from './video/watch'
import type { Plugin } from '../src/types'
import type { Media, Part } from './video/media'

export interface VideoDepthOptions extends WatchOptions {
  /**
   * `Video Depth`, the sum of each video when it, the route or the page goes: `videoSummary()`, which is also
   * the default if its script is on the page.
   */
  summary?: false | Part
  /** The events of the Segment video specification as well: `videoSpec()`, or true if its script is on the page. */
  segmentSpec?: boolean | Part
}

/** Where scripts of plugins put their factories. */
type Scripts = Partial<Record<'videoSummary' | 'videoSpec', () => Part>>
type Root = Document | ShadowRoot

export interface VideoDepth extends Plugin {
  /** Take up a video that `document` cannot hear, or a player that acts like one (see `Media`). */
  trackVideo(media: Media): void
  /** Take up every video under a shadow root, now and later. */
  observe(root: Root): void
}

/**
 * Sends `Pct Video Viewed` while videos are watched: by default when the seconds played at least once come to 25, 50,
 * 75 and 100 % of the duration, each threshold once per element, source and page view.
 *
 * `Pct Video Viewed { percent, watched_percent, position_percent, watched_seconds, duration, video_id, title, src,
 * player, muted, rate, jump, page_view_id }`: shares of the duration in percent, times in seconds, both to a tenth and
 * null where they are not known; `src` without its query; `rate` is `playbackRate`; `jump`: the playhead is there, but
 * less than that was played (metric `position` only). Played is what the playhead
 * passes while the video runs, to a tenth of a second.
 *
 * ```js
 * analytics.register(videoDepth({ thresholds: [10, 50, 90] }))
 * ```
 */
export const videoDepth = (options: VideoDepthOptions = {}): VideoDepth => {
  /** Handed over, perhaps before `load`; whether it lives on is up to the page. */
  const handed: WeakRef<Media | Root>[] = []
  let control: AbortController | undefined
  let take: ((what?: Media | Root) => void) | undefined

  const unload = () => {
    control?.abort()
    take = undefined
  }
  const hand = (what: Media | Root) => {
    handed.push(new WeakRef(what))
    take?.(what)
  }

  return {
    name: 'Video Depth',
    type: 'utility',
    memoryOnly: true,
    isLoaded: () => !!take,
    load(_, analytics) {
      unload()
      const { signal } = control = new AbortController()
      const { videoSummary, videoSpec } = (window as { assent?: Scripts }).assent ?? {}
      const { summary = videoSummary?.(), segmentSpec } = options
      const parts = [summary, segmentSpec == true ? videoSpec?.() : segmentSpec]
      const follow = watch(analytics, signal, options, parts.flatMap((part) => part ? part(analytics, signal) : []))
      take = (what) => {
        if (!what) return
        if ('duration' in what) return follow(what)
        // Media events do not bubble, but they can be captured, so that late videos need no observer.
        what.addEventListener('playing', ({ target }) => {
          if ((target as Element).tagName == 'VIDEO') follow(target as HTMLVideoElement)
        }, { signal, capture: true })
        what.querySelectorAll('video').forEach(follow)
      }
      ;[document, ...handed.map((ref) => ref.deref())].forEach(take)
    },
    unload,
    trackVideo: hand,
    observe: hand,
  }
}
