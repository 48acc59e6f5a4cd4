import type { AnalyticsLike, Json } from '../../src/types'

/**
 * A video as `videoDepth` sees it: an HTML video, or an object that acts like one for a player that is none. Nothing
 * else is read of it, and only the events in `EVENTS` of watch.ts are listened to.
 */
export interface Media extends EventTarget, Pick<HTMLVideoElement,
  'currentSrc' | 'currentTime' | 'dataset' | 'duration' | 'isConnected' | 'muted' | 'paused' | 'playbackRate' |
  'readyState' | 'title'>, Partial<Pick<HTMLVideoElement, 'autoplay' | 'controls' | 'ended' | 'loop' | 'seeking'>> {
  /** Default `html5`. */
  player?: string
}

/** One video in one page view. Scripts of their own share it, so no property may be mangled. */
export interface Viewing {
  readonly media: Media
  /** The properties of its events, as of the last look. */
  readonly figures: Json
  /** Brings the figures up to date. */
  look(event?: { type: string }): void
}

/**
 * Hears of each look at a viewing, before thresholds are checked, so that it can add to the figures. `type` is the
 * media event that caused the look, or empty; `playing`: content is running, and counts; `seen`: has an entry for each
 * tenth of a second that was watched.
 */
export type Observer = (viewing: Viewing, type: string, playing: boolean, seen: number[]) => void

/** Takes part in what `videoDepth` does from `load` until `signal` is aborted. */
export type Part = (analytics: AnalyticsLike, signal: AbortSignal) => Observer
