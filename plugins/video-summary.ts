import { pageViews, type PageView } from './depth/page-view'
import type { Part, Viewing } from './video/media'

export interface VideoSummary extends Part {
  /** What has been watched of the video in this element by now, in hundredths of its duration: `0-25,80-100`. */
  watched(media: object): string
}

/** In hundredths of the duration, in order of time: enough to draw a strip of 100 cells. */
const strip = (seen: number[], duration: number | null) => {
  const ranges: [start: number, end: number][] = []
  if (duration) {
    seen.forEach((_, tenth) => {
      const last = ranges[ranges.length - 1]
      if (last?.[1] == tenth) last[1]++
      else ranges.push([tenth, tenth + 1])
    })
  }
  return ranges
    .map((range) => range.map((tenths) => Math.min(100, Math.round((10 * tenths) / duration!))))
    .filter(([start, end]) => start! < end!)
    .map((range) => range.join('-'))
    .join()
}

/**
 * The part of `videoDepth` that sends `Video Depth`, once per video and page view: when the page, the route, the source
 * or the element goes. Its properties are those of `Pct Video Viewed` and `watched`, a strip such as `0-25,80-100`.
 * To both events it adds `plays` (with each replay after the end), `loops`, and `live` for a stream without end.
 */
export const videoSummary = (): VideoSummary => {
  const shown = new WeakMap<object, Viewing>()

  const part: Part = (analytics, signal) => {
    const over = new WeakSet<Viewing>()
    /** Not summed up yet, with the page view that each belongs to. */
    const open = new Map<Viewing, PageView>()
    const known = new WeakSet<Viewing>()

    const sum = (viewing: Viewing) => {
      const view = open.get(viewing)
      if (!view) return
      open.delete(viewing)
      void analytics.track('Video Depth', { ...viewing.figures }, { context: { page: view.page } })
    }
    const sumAll = () => {
      for (const viewing of [...open.keys()]) {
        viewing.look()
        sum(viewing)
      }
    }
    const { current, stop } = pageViews(analytics, sumAll)
    addEventListener('pagehide', sumAll, { signal })
    signal.addEventListener('abort', stop)

    return (viewing, type, playing, seen) => {
      const { figures, media } = viewing
      const { duration } = figures
      if (!known.has(viewing)) {
        known.add(viewing)
        // Another source, or another page view, of the same element.
        const before = shown.get(media)
        if (before) sum(before)
        open.set(viewing, current())
        figures.plays = 1
        figures.loops = 0
        // Asked for when something is sent, and not at each look.
        Object.defineProperty(figures, 'watched', {
          enumerable: true, get: () => strip(seen, figures.duration as number | null),
        })
      }
      shown.set(media, viewing)
      if (playing && over.delete(viewing)) figures.plays++
      if (type == 'ended') over.add(viewing)
      // A video that loops does not end: it seeks to its beginning.
      if (type == 'seeking' && media.loop && media.currentTime < 1) figures.loops++
      if (duration == Infinity) {
        Object.assign(figures, { live: true, duration: null, watched_percent: null, position_percent: null })
      }
      if (type == 'pause' && !media.isConnected) sum(viewing)
    }
  }
  return Object.assign(part, {
    watched(media: object) {
      const viewing = shown.get(media)
      viewing?.look()
      return (viewing?.figures.watched as string) ?? ''
    },
  })
}
