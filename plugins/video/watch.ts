import { currentView } from './current-view'
import type { AnalyticsLike } from '../../src/types'
import type { Media, Observer, Ranges, Viewing } from './media'

export interface WatchOptions {
  /** Percentages that raise an event each, ascending. Default `[25, 50, 75, 100]`. */
  thresholds?: number[]
  /** `coverage`: the share really played, each second once (default). `position`: how far the playhead has come. */
  metric?: 'coverage' | 'position'
  /**
   * Seconds that may be missing at 100 %. Default: 1 s or 1 % of the duration, whichever is more, but at most 10 %; by
   * position 1 %.
   */
  completeTolerance?: number
  /**
   * Count silent loops too: `autoplay`, `muted` and `loop` without `controls`. Default false; the attribute
   * `data-assent-video="track"` does it for one.
   */
  background?: boolean
  /** Whether muted autoplay counts. Default true. */
  countMutedAutoplay?: boolean
  /** Stop counting while the tab is hidden, but for picture-in-picture. Default false. */
  pauseWhenHidden?: boolean
  /** Says that the element shows an advertisement now: it is not counted, and the content goes on afterwards. */
  ad?(media: Media): boolean
}

const EVENTS = 'playing pause waiting seeking seeked ratechange durationchange volumechange ended emptied'

/** What is unknown is null. */
const round = (value: number) => (value >= 0 ? Math.round(value * 10) / 10 : null)

/**
 * Follows videos by their events, by `played`, and by one timer for each that plays. Returns the function that takes up
 * one more.
 */
export const watch = (analytics: AnalyticsLike, signal: AbortSignal, options: WatchOptions, observers: Observer[]) => {
  const current = currentView(analytics, signal)
  const { thresholds = [25, 50, 75, 100], metric } = options
  const byPosition = metric == 'position'
  const followed = new WeakSet<Media>()
  /** Of what runs. Nothing else is held: an element that the page removes can be collected. */
  const looks = new Set<() => void>()
  let followers = 0
  const settle = () => looks.forEach((look) => look())

  document.addEventListener('visibilitychange', settle, { signal })
  signal.addEventListener('abort', () => {
    // Clears the timers.
    settle()
    analytics.off('call', current)
  })

  return (media: Media) => {
    if (followed.has(media)) return
    followed.add(media)
    const nth = ++followers
    /** By page view and source. */
    const viewings: Record<string, (more: number, type: string) => number> = {}
    let view = current()
    let src: string
    let duration: number
    let position: number
    let rate: number
    let since: number
    let ranges: Ranges = []
    let total = 0
    let playing = false
    let moved: boolean
    let timer: ReturnType<typeof setTimeout>

    const open = () => {
      const page_view_id = view
      const address = src.replace(/[?#].*/, '')
      const marks = [...thresholds]
      let seconds = 0
      const viewing: Viewing = { media, figures: {}, look }

      /** Takes in what was played since the last look; answers how much more the next threshold needs. */
      return (more: number, type: string) => {
        const share = (part: number) => round(Math.min(100, (100 * part) / duration))
        // NaN if the duration is not known or has no end, or all thresholds were sent.
        const needed = () => Math.min(
          (duration * marks[0]!) / 100,
          // What was played ends short of the end; the playhead does not.
          duration - (options.completeTolerance
            ?? Math.min(Math.max(+!byPosition, duration / 100), duration / 10)),
        )
        seconds += more
        Object.assign(viewing.figures, {
          player: media.player || 'html5', title: media.title, muted: media.muted, rate, src: address, page_view_id,
          video_id: media.dataset.videoId || `${address}#${nth}`,
          duration: round(duration), watched_seconds: round(seconds),
          watched_percent: share(seconds), position_percent: share(position),
        })
        observers.forEach((observer) => observer(viewing, type, playing, ranges))
        const amount = !byPosition ? seconds : moved || playing ? position : 0
        while (amount >= needed()) {
          void analytics.track('Pct Video Viewed', {
            ...viewing.figures, jump: seconds < needed(), percent: marks.shift(),
          })
        }
        return needed() - amount
      }
    }

    const look = ({ type } = { type: '' }) => {
      clearTimeout(timer)
      if (signal.aborted) return
      const gone = type == 'emptied'
      moved = playing
      if (!gone) {
        ({ currentSrc: src, duration, currentTime: position, playbackRate: rate } = media)
        ranges = Array.from(media.played as never, (_, i) => [media.played.start(i), media.played.end(i)])
      } else if (moved) {
        // `played` went with the source: the clock has to say the rest.
        ranges.push([position, position += ((Date.now() - since) / 1000) * rate])
      }
      since = Date.now()
      const runs = !gone && !media.paused && !media.ended
      playing = runs && !media.seeking && media.readyState > 2 && rate > 0 &&
        (!media.autoplay || !media.muted || (options.countMutedAutoplay != false &&
          !!(options.background || media.controls || !media.loop || media.dataset.assentVideo == 'track'))) &&
        !(options.pauseWhenHidden && document.hidden && document.pictureInPictureElement != media as EventTarget) &&
        !options.ad?.(media)
      looks[runs ? 'add' : 'delete'](look)

      const before = total
      total = ranges.reduce((sum, [start, end]) => sum + end - start, 0)
      let left = viewings[view + src]?.(moved ? total - before : 0, type)
      if (gone) total = 0
      view = current()
      if (playing && !viewings[view + src]) left = (viewings[view + src] = open())(0, type)
      // An event that was just sent may have brought another look.
      clearTimeout(timer)
      if (playing && left) timer = setTimeout(look, Math.max(250, (left / rate) * 1000))
    }
    for (const type of EVENTS.split(' ')) media.addEventListener(type, look, { signal })
    look()
  }
}
