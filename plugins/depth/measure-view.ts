import type { AnalyticsLike } from '../../src/types'
import { findScroller } from './find-scroller'
import { hear } from './hear'
import type { PageView } from './page-view'
import type { ScrollDepthOptions } from '../scroll-depth'

/**
 * A scroll within this time of a wheel, a touch, a key or a press is the visitor's, and so is one that goes on from it:
 * it follows its input in the next frame, but frames may be slow, and a fling takes many.
 */
const GRACE_MS = 500
/** Before it looks at a new page, which is then laid out. */
const SETTLE_MS = 100

const INPUTS = 'resize scroll wheel touchmove keydown pointerdown pointerup'
const LEAVING = 'pagehide visibilitychange'

/** Measures one page view from now until it is told to stop: with `true`, not without its summary. */
export const measureView = (
  analytics: AnalyticsLike,
  current: () => PageView,
  {
    thresholds = [25, 50, 75, 100], root: where = 'auto', denominator, tolerancePx = 5, requireScroll = true,
    countRestored, countScripted, dwellMs = 0, summary = true, landmarks,
  }: ScrollDepthOptions,
) => {
  const named = () => ((where as Element).nodeType ? where as Element : document.querySelector(where as string))
  const view = current()
  const left = [...thresholds].sort((a, b) => a - b)
  let root = named()
  let scrollable = false
  let counts: boolean | undefined = !requireScroll
  let top = 0
  let height = 0
  let viewport: number
  let max: number
  let maxPx: number
  let firstTop = Infinity
  let firstPx: number
  let firstHeight: number
  let passed: object | undefined
  /** When the visitor last did something, or scrolled by it. Whatever scrolls before may be the browser's work. */
  let input = -Infinity
  /** What has scrolled since the last look, and who did it if not the visitor. */
  let moved: EventTarget | null | undefined
  let trigger: 'script' | undefined
  /** Since when the page has been visible, 0 while it is not; and for how long it was before. */
  let since = 0
  let seen = 0

  const tick = () => {
    const now = performance.now()
    seen += since && now - since
    since = document.hidden ? 0 : now
  }

  const send = (event: string, properties: object) => {
    tick()
    void analytics.track(event, {
      ...properties,
      max_percent: Math.round(max),
      page_height: height,
      viewport_height: viewport,
      ms_visible: Math.round(seen),
      page_view_id: view.id,
      ...passed,
    }, current() == view ? undefined : { context: { page: view.page } })
  }

  const measure = () => {
    timer = undefined
    if (current() != view) return
    if (!root?.isConnected || !scrollable) root = named() || findScroller()
    if (!root) return
    const tall = root.scrollHeight
    const fits = tall <= root.clientHeight + tolerancePx
    // Hidden, or a dialog holds the body in place: that is no way to reach the end.
    if (!tall || (fits && scrollable)) return
    top = Math.abs(root.scrollTop)
    height = tall
    viewport = root.clientHeight
    scrollable = !fits

    const bottom = Math.min(top + viewport, height)
    // Until the visitor scrolls, pages load, routes render and scripts jump: the first look is the last of these.
    const early = top <= firstTop
    if (early) {
      firstTop = top
      firstPx = bottom
      firstHeight = height
      max = maxPx = 0
    }
    if (moved == root) {
      if ((counts = scrollable && (!trigger || countScripted || (countRestored && input < 0)))) firstTop = -1
    }

    const whole = denominator == 'initial' ? firstHeight : height
    const jump = early ? moved == root && top > viewport : top > maxPx
    if (early || counts) {
      max = Math.max(max, Math.min(100, (100 * bottom) / whole))
      if (bottom > maxPx) {
        maxPx = bottom
        passed = landmarks?.()
      }
    }

    while (counts && bottom + tolerancePx >= (left[0]! / 100) * whole) {
      const percent = left.shift()!
      max = Math.max(max, percent)
      send('Pct Page Scrolled', { percent, jump, trigger })
    }
    moved = trigger = undefined
    // With a summary to come, a page without the last threshold is followed to its end.
    hear(left.length || (summary && maxPx + tolerancePx < height), INPUTS, onInput)
  }

  /** In a task of its own, after the frame: its layout is done, so that looking at it costs nothing. */
  const look = () => {
    if (dwellMs || !timer) {
      clearTimeout(timer)
      timer = setTimeout(measure, dwellMs)
    }
  }

  const onInput = ({ type, target }: Event) => {
    if (type == 'resize') return look()
    let now = performance.now()
    if (type == 'scroll') {
      const element = (target as Document).scrollingElement || target
      if (scrollable && root!.isConnected && element != root) return
      moved = element
      look()
      if (now > input + GRACE_MS) return void (trigger = 'script')
      now = Math.max(now, input)
    }
    // A pointer that is held down may be on the scrollbar.
    input = type == 'pointerdown' ? Infinity : now
    trigger = undefined
  }

  const onLeave = ({ type }: Event) => {
    tick()
    // A depth that has not been held is none.
    if (!dwellMs || !timer) measure()
    if (type == 'pagehide') sum()
  }

  const sum = () => {
    if (!height || !summary) return
    summary = false
    send('Page Depth', {
      initial_percent: Math.round((100 * firstPx) / firstHeight),
      initial_px: Math.round(firstPx),
      max_px: Math.round(maxPx),
      height_growth: height - firstHeight,
      fits: !scrollable,
    })
  }

  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(measure, SETTLE_MS)
  tick()
  hear(true, INPUTS, onInput)
  hear(true, LEAVING, onLeave)

  return (finished?: boolean) => {
    if (finished) sum()
    hear(false, INPUTS, onInput)
    hear(false, LEAVING, onLeave)
    clearTimeout(timer)
  }
}
