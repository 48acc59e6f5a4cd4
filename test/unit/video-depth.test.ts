import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { videoDepth, type VideoDepth, type VideoDepthOptions } from '../../plugins/video-depth'
import { videoSpec } from '../../plugins/video-spec'
import { videoSummary } from '../../plugins/video-summary'
import type { Analytics } from '../../src/analytics'
import type { Json } from '../../src/types'
import type { Media } from '../../plugins/video/media'

const client = () => {
  const listeners = new Set<(type: string) => void>()
  const told: { event: string, properties: Json, path?: string }[] = []
  const call = (type: string) => [...listeners].forEach((each) => each(type))
  const analytics = {
    track(event: string, properties: Json, options?: Json) {
      call('track')
      told.push({ event, properties: { ...properties }, path: options?.context?.page?.path as string })
      return Promise.resolve()
    },
    page: () => call('page'),
    on: (_: string, each: (type: string) => void) => listeners.add(each),
    off: (_: string, each: (type: string) => void) => listeners.delete(each),
    emit: () => undefined,
    consent: () => undefined,
  } as unknown as Analytics
  const percents = () => told.filter(({ event }) => event === 'Pct Video Viewed').map((each) => each.properties.percent)
  const sums = () => told.filter(({ event }) => event === 'Video Depth')
  return { analytics, told, percents, sums, listeners }
}

/** A video with a clock of its own: what plays, plays while fake time passes. */
const video = (duration = 100, src = 'https://v.test/a.mp4?token=1') => {
  const ranges: [number, number][] = []
  const state = {
    currentSrc: src, currentTime: 0, dataset: {} as DOMStringMap, duration, ended: false, isConnected: true,
    muted: false, paused: true, playbackRate: 1, readyState: 4, seeking: false, title: '', autoplay: false,
    controls: true, loop: false,
    played: {
      get length() { return ranges.length },
      start: (i: number) => ranges[i]![0],
      end: (i: number) => ranges[i]![1],
    },
  }
  const media = Object.assign(new EventTarget(), state)
  const tell = (type: string) => media.dispatchEvent(new Event(type))
  let current: [number, number] | undefined
  const begin = () => {
    current = ranges.find(([start, end]) => start <= media.currentTime && media.currentTime <= end)
    if (!current) ranges.push(current = [media.currentTime, media.currentTime])
  }
  return {
    media: media as unknown as Media & typeof state,
    tell,
    play() {
      media.paused = media.ended = false
      begin()
      tell('playing')
    },
    /** Seconds of the clock. */
    watch(seconds: number) {
      for (let i = 0; i < seconds * 10; i++) {
        const next = Math.round(media.currentTime * 10 + media.playbackRate) / 10
        media.currentTime = Math.min(media.duration || Infinity, next)
        current![1] = Math.max(current![1], media.currentTime)
        vi.advanceTimersByTime(100)
      }
    },
    pause() {
      media.paused = true
      tell('pause')
    },
    seek(to: number) {
      media.seeking = true
      media.currentTime = to
      tell('seeking')
      media.seeking = false
      if (!media.paused) begin()
      tell('seeked')
    },
    end() {
      media.paused = media.ended = true
      tell('pause')
      tell('ended')
    },
    swap(to: string) {
      ranges.length = 0
      Object.assign(media, { currentSrc: to, currentTime: 0, paused: true, duration: NaN })
      tell('emptied')
      media.duration = 100
      tell('durationchange')
    },
  }
}

let plugin: VideoDepth
const start = (options: VideoDepthOptions = {}) => {
  const parts = client()
  plugin = videoDepth({ summary: videoSummary(), ...options })
  plugin.load({} as never, parts.analytics)
  return parts
}

beforeEach(() => {
  vi.useFakeTimers()
  history.replaceState(null, '', '/')
})
afterEach(() => {
  plugin.unload!({} as never, {} as never)
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('each threshold is sent once, ascending, when it is reached, by one timer and nothing else', () => {
  const { percents, told } = start()
  const { media, play, watch } = video()
  plugin.trackVideo(media)
  expect(vi.getTimerCount()).toBe(0)
  play()
  expect(vi.getTimerCount()).toBe(1)
  watch(24.9)
  expect(percents()).toEqual([])
  watch(0.5)
  expect(percents()).toEqual([25])
  watch(74.6)
  expect(percents()).toEqual([25, 50, 75, 100])
  expect(vi.getTimerCount()).toBe(0)
  expect(told[0]!.properties).toMatchObject({
    percent: 25, duration: 100, src: 'https://v.test/a.mp4', video_id: 'https://v.test/a.mp4#1', player: 'html5',
    plays: 1, loops: 0, muted: false, rate: 1, jump: false,
  })
  expect(told[0]!.properties.page_view_id).toMatch(/^[\d-]{8,}$/)
  expect(told[0]!.properties.watched_seconds).toBeGreaterThanOrEqual(25)
})

test('V1 coverage ignores what a seek skips; position counts it, as a jump', () => {
  for (const [metric, expected] of [['coverage', []], ['position', [25, 50, 75]]] as const) {
    const { percents, told } = start({ metric })
    const { media, play, watch, seek, pause } = video(12)
    plugin.trackVideo(media)
    play()
    watch(1)
    seek(10)
    watch(0.9)
    pause()
    expect(percents()).toEqual(expected)
    expect(told.every(({ properties }) => properties.jump === true)).toBe(true)
    window.dispatchEvent(new Event('pagehide'))
    expect(told.at(-1)).toMatchObject({
      event: 'Video Depth', properties: { watched_percent: 15.8, position_percent: 90.8, watched: '0-8,83-91' },
    })
    plugin.unload!({} as never, {} as never)
  }
})

test('V2 a seek while paused is nothing', () => {
  const { told } = start({ metric: 'position' })
  const { media, seek } = video()
  plugin.trackVideo(media)
  seek(90)
  window.dispatchEvent(new Event('pagehide'))
  expect(told).toEqual([])
})

test('V3, V5 thresholds wait for the duration, and stay sent when it grows', () => {
  const { percents } = start()
  const { media, play, watch, tell } = video(NaN)
  plugin.trackVideo(media)
  play()
  watch(30)
  expect(percents()).toEqual([])
  media.duration = 100
  tell('durationchange')
  expect(percents()).toEqual([25])
  media.duration = 200
  tell('durationchange')
  watch(21)
  expect(percents()).toEqual([25])
  watch(50)
  expect(percents()).toEqual([25, 50])
})

test('V4 a live stream has no percents; it is summed up as live', () => {
  const { percents, sums } = start()
  const { media, play, watch } = video(Infinity)
  plugin.trackVideo(media)
  play()
  watch(60)
  expect(vi.getTimerCount()).toBe(0)
  window.dispatchEvent(new Event('pagehide'))
  expect(percents()).toEqual([])
  expect(sums()[0]!.properties).toMatchObject({
    live: true, duration: null, watched_percent: null, watched_seconds: 60, watched: '',
  })
})

test('V6, V7 loops and replays send nothing again and are counted', () => {
  const { percents, sums } = start()
  const { media, play, watch, seek, end } = video(10)
  media.loop = true
  plugin.trackVideo(media)
  play()
  watch(10)
  seek(0)
  watch(10)
  media.loop = false
  end()
  seek(0)
  play()
  watch(10)
  window.dispatchEvent(new Event('pagehide'))
  expect(percents()).toEqual([25, 50, 75, 100])
  expect(sums()[0]!.properties).toMatchObject({ loops: 1, plays: 2, watched_percent: 100, watched: '0-100' })
})

test('V8, V25 the last second, and of short clips the last tenth, may be missing', () => {
  const { percents } = start()
  const long = video(100)
  plugin.trackVideo(long.media)
  long.play()
  long.watch(98.5)
  expect(percents()).toEqual([25, 50, 75])
  long.watch(0.8)
  long.end()
  expect(percents()).toEqual([25, 50, 75, 100])
  const short = video(0.5)
  plugin.trackVideo(short.media)
  short.play()
  short.watch(0.3)
  short.pause()
  expect(percents().slice(4)).toEqual([25, 50])
  short.play()
  short.watch(0.2)
  short.end()
  expect(percents().slice(4)).toEqual([25, 50, 75, 100])
  plugin.trackVideo(video(0).media)
})

test('V9 at four times the speed no threshold is missed', () => {
  const { told, percents } = start()
  const { media, play, watch } = video()
  media.playbackRate = 4
  plugin.trackVideo(media)
  play()
  watch(25)
  expect(percents()).toEqual([25, 50, 75, 100])
  expect(told[0]!.properties.watched_seconds).toBeLessThan(26)
})

test('V10 the same address twice is two videos, unless the page names them', () => {
  const { told } = start()
  const named = video()
  named.media.dataset.videoId = 'intro'
  for (const each of [video(), video(), named]) {
    plugin.trackVideo(each.media)
    each.play()
    each.watch(26)
  }
  const ids = told.map(({ properties }) => properties.video_id as string)
  expect(ids).toEqual(['https://v.test/a.mp4#1', 'https://v.test/a.mp4#2', 'intro'])
})

test('V11, V19 a swapped source is another video; after an advertisement the content goes on', () => {
  const { percents, sums } = start({ ad: ({ currentSrc }) => currentSrc.includes('ad') })
  const { media, play, watch, swap, seek } = video()
  plugin.trackVideo(media)
  play()
  watch(20)
  swap('https://v.test/ad.mp4')
  play()
  watch(60)
  expect(sums()).toEqual([])
  swap('https://v.test/a.mp4?token=1')
  seek(20)
  play()
  watch(6)
  expect(percents()).toEqual([25])
  swap('https://v.test/b.mp4')
  play()
  watch(1)
  expect(sums().map(({ properties }) => properties.src)).toEqual(['https://v.test/a.mp4'])
  expect(sums()[0]!.properties.watched_seconds).toBeCloseTo(26, 0)
  expect(sums()[0]!.properties.watched).toBe('0-26')
})

test('V12 an element that is removed while it plays is summed up, and let go', () => {
  const { sums } = start()
  const { media, play, watch, pause } = video()
  plugin.trackVideo(media)
  play()
  watch(10)
  media.isConnected = false
  pause()
  expect(sums()).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('V15 background loops are ignored unless they are asked for', () => {
  const cases = [[{}, undefined, 0], [{ background: true }, undefined, 1], [{}, 'track', 1]] as const
  for (const [options, mark, expected] of cases) {
    const { percents } = start(options)
    const { media, play, watch } = video()
    Object.assign(media, { autoplay: true, muted: true, loop: true, controls: false })
    if (mark) media.dataset.assentVideo = mark
    plugin.trackVideo(media)
    play()
    watch(26)
    expect(percents()).toHaveLength(expected)
    plugin.unload!({} as never, {} as never)
  }
})

test('V16 muted autoplay counts from the unmute, if it is not to count', () => {
  const { percents, sums } = start({ countMutedAutoplay: false })
  const { media, play, watch, tell } = video()
  Object.assign(media, { autoplay: true, muted: true })
  plugin.trackVideo(media)
  play()
  watch(30)
  expect(percents()).toEqual([])
  media.muted = false
  tell('volumechange')
  watch(20)
  expect(percents()).toEqual([])
  watch(6)
  expect(percents()).toEqual([25])
  window.dispatchEvent(new Event('pagehide'))
  expect(sums()[0]!.properties.watched_seconds).toBe(26)
})

test('V17 a hidden tab goes on counting, unless pauseWhenHidden', () => {
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(false)
  for (const [pauseWhenHidden, expected] of [[false, [25]], [true, []]] as const) {
    const { percents } = start({ pauseWhenHidden })
    const { media, play, watch } = video()
    plugin.trackVideo(media)
    play()
    watch(10)
    hidden.mockReturnValue(true)
    document.dispatchEvent(new Event('visibilitychange'))
    watch(30)
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(percents()).toEqual(expected)
    plugin.unload!({} as never, {} as never)
  }
  hidden.mockRestore()
})

test('V18 while it stalls the clock runs and coverage does not', () => {
  const { percents, sums } = start()
  const { media, play, watch, tell, swap } = video()
  plugin.trackVideo(media)
  play()
  watch(20)
  media.readyState = 2
  tell('waiting')
  vi.advanceTimersByTime(60_000)
  expect(percents()).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
  swap('b')
  window.dispatchEvent(new Event('pagehide'))
  expect(sums()[0]!.properties.watched_seconds).toBe(20)
})

test('V23 one summary per page view: at its end, with the page that it was', () => {
  const { analytics, sums, percents } = start()
  const { media, play, watch } = video()
  plugin.trackVideo(media)
  play()
  watch(30)
  analytics.page()
  expect(sums()).toEqual([])
  history.pushState(null, '', '/next')
  analytics.page()
  expect(sums()).toHaveLength(1)
  expect(sums()[0]).toMatchObject({ path: '/', properties: { watched_percent: 30 } })
  watch(26)
  expect(percents()).toEqual([25, 25])
  window.dispatchEvent(new Event('pagehide'))
  window.dispatchEvent(new Event('pagehide'))
  expect(sums()).toHaveLength(2)
  expect(sums()[1]).toMatchObject({ path: '/next' })
  expect(sums()[1]!.properties.page_view_id).not.toBe(sums()[0]!.properties.page_view_id)
})

test('V24 after unload nothing is left: no timer, no listener, no event', () => {
  const { told, listeners } = start({ segmentSpec: videoSpec() })
  const { media, play, watch, end } = video()
  plugin.trackVideo(media)
  play()
  watch(10)
  const before = told.length
  plugin.unload!({} as never, {} as never)
  expect(vi.getTimerCount()).toBe(0)
  expect(listeners.size).toBe(0)
  watch(90)
  end()
  window.dispatchEvent(new Event('pagehide'))
  expect(told).toHaveLength(before)
  expect(plugin.isLoaded()).toBe(false)
})

test('what was handed over before load, or before a second load, is measured', () => {
  const parts = client()
  plugin = videoDepth()
  const { media, play, watch } = video()
  plugin.trackVideo(media)
  plugin.load({} as never, parts.analytics)
  play()
  watch(26)
  plugin.unload!({} as never, parts.analytics)
  watch(26)
  plugin.load({} as never, parts.analytics)
  watch(20)
  expect(parts.percents()).toEqual([25])
  watch(6)
  expect(parts.percents()).toEqual([25, 25])
})

test('segmentSpec adds the events of the Segment video specification', () => {
  const { told } = start({ segmentSpec: videoSpec(), thresholds: [], summary: false })
  const { media, play, watch, pause, seek, end } = video(30)
  plugin.trackVideo(media)
  play()
  watch(11)
  pause()
  play()
  seek(25)
  watch(5)
  end()
  expect(told.map(({ event }) => event.slice(6))).toEqual([
    'Playback Started', 'Content Started', 'Content Playing', 'Playback Paused', 'Playback Resumed', 'Content Playing',
    'Playback Seek Started', 'Playback Seek Completed', 'Content Completed', 'Playback Completed',
  ])
  expect(told[2]!.properties).toMatchObject({ position: 10, total_length: 30, livestream: false })
  expect(new Set(told.map(({ properties }) => properties.session_id as string)).size).toBe(1)
  expect(told[0]!.properties).toMatchObject({ video_player: 'html5', sound: 100, full_screen: false })
})

test('V11, V19 a source that comes back goes on with what was seen of it, and counts nothing twice', () => {
  const { percents, told } = start()
  const { media, play, watch, swap } = video()
  plugin.trackVideo(media)
  play()
  watch(20)
  swap('https://v.test/b.mp4')
  play()
  watch(5)
  swap('https://v.test/a.mp4?token=1')
  play()
  watch(24)
  expect(percents()).toEqual([])
  watch(2)
  expect(percents()).toEqual([25])
  expect(told.at(-1)!.properties).toMatchObject({ watched_seconds: 25, watched: '0-25' })
})

test('V16 what was played while it did not count, counts when it is played again', () => {
  const { percents, sums } = start({ countMutedAutoplay: false })
  const { media, play, watch, seek, tell } = video()
  Object.assign(media, { autoplay: true, muted: true })
  plugin.trackVideo(media)
  play()
  watch(40)
  media.muted = false
  tell('volumechange')
  seek(0)
  watch(26)
  expect(percents()).toEqual([25])
  seek(10)
  watch(10)
  window.dispatchEvent(new Event('pagehide'))
  expect(sums()[0]!.properties.watched_seconds).toBeCloseTo(26, 0)
})

test('in another page view everything can be watched again', () => {
  const { analytics, percents } = start()
  const { media, play, watch, seek } = video()
  plugin.trackVideo(media)
  play()
  watch(30)
  analytics.page()
  analytics.page()
  seek(0)
  watch(24)
  expect(percents()).toEqual([25])
  watch(2)
  expect(percents()).toEqual([25, 25])
})

test('a page view that begins while a video plays gets what is played from then on, without a summary too', () => {
  const { analytics, told } = start({ summary: false })
  const { media, play, watch } = video()
  plugin.trackVideo(media)
  play()
  analytics.page()
  watch(20)
  analytics.page()
  watch(24)
  expect(told).toEqual([])
  watch(2)
  expect(told[0]!.properties).toMatchObject({ percent: 25, watched_seconds: 25 })
})

test('V4 a live stream with an end in a far future, as some players have it, costs no more than others', () => {
  const { told } = start()
  const { media, play, watch } = video(2 ** 32)
  const read = vi.fn(() => false)
  Object.defineProperty(media, 'muted', { get: read })
  plugin.trackVideo(media)
  play()
  watch(60)
  expect(read.mock.calls.length).toBeLessThan(20)
  expect(told).toEqual([])
})

test('by position the last hundredth may be missing, whatever the length', () => {
  for (const length of [12, 1000]) {
    const { percents } = start({ metric: 'position', thresholds: [100] })
    const { media, play, watch, seek, pause } = video(length)
    plugin.trackVideo(media)
    play()
    seek(0.985 * length)
    watch(0.1)
    expect(percents()).toEqual([])
    seek(0.992 * length)
    watch(0.1)
    pause()
    expect(percents()).toEqual([100])
    plugin.unload!({} as never, {} as never)
  }
})

test('after a withdrawal nothing is left of the page view, and the next visitor is in another', () => {
  const { analytics, told } = start({ summary: false })
  const { media, play, watch } = video()
  plugin.trackVideo(media)
  play()
  watch(26)
  plugin.unload!({} as never, analytics)
  expect(Object.getOwnPropertySymbols(analytics)).toEqual([])
  plugin.load({} as never, analytics)
  watch(26)
  expect(told.map(({ properties }) => properties.percent as number)).toEqual([25, 25])
  expect(told[1]!.properties.page_view_id).not.toBe(told[0]!.properties.page_view_id)
})
