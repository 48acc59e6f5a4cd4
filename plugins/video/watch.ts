import { currentView } from './current-view'
import type { AnalyticsLike } from '../../src/types'
import type { Media, Observer, Viewing } from './media'

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
 * Follows videos by their events, by what their playhead passes, and by one timer for each that plays. Returns the
 * function that takes up one more.
 */
export const watch = (analytics: AnalyticsLike, signal: AbortSignal, options: WatchOptions, observers: Observer[]) => {
  const { thresholds = [25, 50, 75, 100], metric } = options
  const byPosition = metric == 'position'
  const followed = new WeakSet<Media>()
  /** Of what runs. Nothing else is held: an element that the page removes can be collected. */
  const looks = new Set<() => void>()
  let followers = 0
  const settle = () => looks.forEach((look) => look())
  // What plays on belongs to the page view that begins.
  const current = currentView(analytics, signal, settle)

  document.addEventListener('visibilitychange', settle, { signal })
  // Clears the timers.
  signal.addEventListener('abort', settle)

  return (media: Media) => {
    if (followed.has(media)) return
    followed.add(media)
    const nth = ++followers
    /** By page view and source. */
    const viewings: Record<string, (type: string, from?: number, to?: number) => number> = {}
    let view = current()
    let src: string
    let duration: number
    let position: number
    let rate: number
    let since: number
    let playing = false
    let moved: boolean
    let timer: ReturnType<typeof setTimeout>

    const open = () => {
      const page_view_id = view
      const address = src.replace(/[?#].*/, '')
      const marks = [...thresholds]
      /** Tenths of a second that were watched, and how many. */
      const seen: number[] = []
      let tenths = 0
      const viewing: Viewing = { media, figures: {}, look }

      /** Takes in what was played between two positions; answers how much more the next threshold needs. */
      return (type: string, from?: number, to?: number) => {
        const share = (part: number) => round(Math.min(100, (100 * part) / duration))
        // NaN if the duration is not known or has no end, or all thresholds were sent.
        const needed = () => Math.min(
          (duration * marks[0]!) / 100,
          // What was played ends short of the end; the playhead does not.
          duration - (options.completeTolerance
            ?? Math.min(Math.max(+!byPosition, duration / 100), duration / 10)),
        )
        for (let each = Math.round(from! * 10); each < Math.round(to! * 10); each++) seen[each] ||= ++tenths
        const seconds = tenths / 10
        Object.assign(viewing.figures, {
          player: media.player || 'html5', title: media.title, muted: media.muted, rate, src: address, page_view_id,
          video_id: media.dataset.videoId || `${address}#${nth}`,
          duration: round(duration), watched_seconds: seconds,
          watched_percent: share(seconds), position_percent: share(position),
        })
        observers.forEach((observer) => observer(viewing, type, playing, seen))
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
      const from = position
      const time = performance.now() / 1000
      /** How far it has come by the clock. */
      const due = from + (time - since) * rate
      moved = playing
      if (!gone) ({ currentSrc: src, duration, currentTime: position, playbackRate: rate } = media)
      else if (moved) position = due
      since = time
      const runs = !gone && !media.paused && !media.ended
      playing = runs && !media.seeking && media.readyState > 2 && rate > 0 &&
        (!media.autoplay || !media.muted || (options.countMutedAutoplay != false &&
          !!(options.background || media.controls || !media.loop || media.dataset.assentVideo == 'track'))) &&
        !(options.pauseWhenHidden && document.hidden && document.pictureInPictureElement != media as EventTarget) &&
        !options.ad?.(media)
      looks[runs ? 'add' : 'delete'](look)

      let left = viewings[view + src]?.(type, from,
        // When it seeks the playhead is elsewhere already.
        !moved ? 0 : media.seeking || type == 'seeking' ? due : position)
      view = current()
      if (playing && !viewings[view + src]) left = (viewings[view + src] = open())(type)
      // An event that was just sent may have brought another look.
      clearTimeout(timer)
      // Some players give a live stream an end that no timer reaches.
      if (playing && left! / rate < 1e6) timer = setTimeout(look, Math.max(250, (left! / rate) * 1000))
    }
    for (const type of EVENTS.split(' ')) media.addEventListener(type, look, { signal })
    look()
  }
}
