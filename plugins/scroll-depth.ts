import type { Json, Plugin } from '../src/types'
import { measureView } from './depth/measure-view'
import { pageViews } from './depth/page-view'

export interface ScrollDepthOptions {
  /** Percentages that raise an event each. Default `[25, 50, 75, 100]`. */
  thresholds?: number[]
  /**
   * What scrolls: an element, or a selector (looked up again when its element goes). Without an answer, and by default
   * (`auto`): the tallest of the page and of the scrollers that cover 60 % of the viewport.
   */
  root?: string | Element
  /** Share of the height now (`current`, default) or of the height as first seen. */
  denominator?: 'current' | 'initial'
  /** How near is there, in CSS pixels. Default 5: zoom leaves gaps of 1. */
  tolerancePx?: number
  /** Whether the visitor has to scroll before anything counts. Default true. */
  requireScroll?: boolean
  /** Count positions that the browser or a script brings about before the visitor scrolls. Default false. */
  countRestored?: boolean
  /** Count all scrolling that no input of the visitor explains; its events say `trigger: 'script'`. Default false. */
  countScripted?: boolean
  /** For how long the page has to rest, in milliseconds, before its position counts. Default 0. */
  dwellMs?: number
  /** Send one `Page Depth` per page view when the visitor leaves it. Default true. */
  summary?: boolean
  /** Adds what it returns to each event, asked whenever the depth grows: `scrollLandmarks()`. Default none. */
  landmarks?: () => Json
}

/**
 * How far people scroll: the share of the page above the bottom edge of the viewport, as far as they scrolled it.
 *
 * `Pct Page Scrolled { percent, max_percent, page_height, viewport_height, ms_visible, jump, page_view_id }`, for each
 * threshold once per page view, in ascending order; `jump` when what lies between was never on the screen.
 * `Page Depth { initial_percent, initial_px, max_percent, max_px, height_growth, fits, page_height, viewport_height,
 * ms_visible, page_view_id }` once per page view, when it is left; `fits`: nothing to scroll, `initial`: before
 * the visitor scrolled. Heights in CSS pixels. For page views see depth/page-view.ts.
 *
 * ```js
 * analytics.register(scrollDepth({ thresholds: [50, 90], root: 'main' }))
 * ```
 * A selector that is none makes `load` throw a SyntaxError, which the client reports.
 */
export const scrollDepth = (options: ScrollDepthOptions = {}): Plugin => {
  let stop: (() => void) | undefined
  return {
    name: 'scroll-depth',
    type: 'utility',
    memoryOnly: true,
    isLoaded: () => !!stop,
    load(_, analytics) {
      const begin = () => measureView(analytics, views.current, options)
      const views = pageViews(analytics, () => {
        end(true)
        end = begin()
      })
      let end = begin()
      stop = () => {
        views.stop()
        end()
      }
    },
    unload() {
      stop?.()
      stop = undefined
    },
  }
}
