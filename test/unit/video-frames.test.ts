import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { videoDepth } from '../../plugins/video-depth'
import { videoFrames } from '../../plugins/video-frames'
import { videoSummary } from '../../plugins/video-summary'
import type { Analytics } from '../../src/analytics'
import type { Json, Plugin } from '../../src/types'

const told: { event: string, properties: Json }[] = []
const errors: Json[] = []
const analytics = {
  track: (event: string, properties: Json) => {
    told.push({ event, properties })
    return Promise.resolve()
  },
  on: () => undefined,
  off: () => undefined,
  emit: (_: string, error: Json) => errors.push(error),
  consent: () => undefined,
} as unknown as Analytics

let depth: Plugin
let frames: Plugin
const start = () => {
  const plugin = videoDepth({ summary: videoSummary() })
  depth = plugin
  frames = videoFrames(plugin)
  for (const each of [depth, frames]) each.load({} as never, analytics)
}

/** A frame in the page, and the messages that were sent into it. */
const add = (src: string) => {
  const element = document.createElement('iframe')
  document.body.append(element)
  element.src = src
  const sent = vi.spyOn(element.contentWindow!, 'postMessage').mockImplementation(() => undefined)
  element.dispatchEvent(new Event('load'))
  const { origin } = new URL(src)
  const say = (data: unknown, from = origin, source: unknown = element.contentWindow) =>
    window.dispatchEvent(new MessageEvent('message', { data, origin: from, source: source as Window }))
  return { element, say, messages: () => sent.mock.calls.map(([message]) => message as unknown) }
}
const youtube = (add: (data: unknown) => void) => (event: string, info: unknown) =>
  add(JSON.stringify({ event, info, id: 'assent', channel: 'widget' }))
const percents = () => told.filter(({ event }) => event === 'Pct Video Viewed').map((each) => each.properties.percent)

beforeEach(() => {
  vi.useFakeTimers()
  told.length = errors.length = 0
})
afterEach(() => {
  for (const each of [frames, depth]) each.unload!({} as never, analytics)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  document.body.innerHTML = ''
})

const HOSTS = ['www.youtube.com', 'www.youtube-nocookie.com', 'youtube.com']
test.each(HOSTS)('V20 a frame of %s is greeted until it answers, and measured by what it says', (host) => {
  start()
  const { say, messages } = add(`https://${host}/embed/dQw4w9WgXcQ?enablejsapi=1`)
  vi.advanceTimersByTime(1000)
  expect(messages().length).toBeGreaterThan(2)
  expect(JSON.parse(messages()[0] as string)).toMatchObject({ event: 'listening' })
  const tell = youtube(say)
  tell('initialDelivery', { currentTime: 0, duration: 0, playerState: 5, playbackRate: 1, muted: false })
  tell('onReady', null)
  const greetings = messages().length
  vi.advanceTimersByTime(60_000)
  expect(messages()).toHaveLength(greetings)

  const videoData = { video_id: 'dQw4w9WgXcQ', title: 'A film' }
  tell('infoDelivery', { playerState: 1, currentTime: 0, duration: 100, videoData })
  for (let second = 0.5; second <= 20; second += 0.5) {
    vi.advanceTimersByTime(500)
    tell('infoDelivery', { currentTime: second, playbackRate: 1 })
  }
  // The visitor seeks: nothing says so.
  for (let second = 80; second <= 86; second += 0.5) {
    vi.advanceTimersByTime(500)
    tell('infoDelivery', { currentTime: second })
  }
  vi.advanceTimersByTime(500)
  expect(percents()).toEqual([25])
  tell('infoDelivery', { playerState: 2, currentTime: 86.2 })
  window.dispatchEvent(new Event('pagehide'))
  expect(told.at(-1)).toMatchObject({
    event: 'Video Depth',
    properties: {
      player: 'youtube', title: 'A film', duration: 100, src: `https://${host}/embed/dQw4w9WgXcQ`, watched_percent: 26.2,
    },
  })
})

test('the next video of a YouTube playlist is another one', () => {
  start()
  const tell = youtube(add('https://www.youtube.com/embed/first123456?enablejsapi=1').say)
  for (const id of ['first123456', 'second12345']) {
    tell('infoDelivery', { playerState: 1, currentTime: 0, duration: 10, videoData: { video_id: id } })
    for (let second = 1; second <= 3; second++) {
      vi.advanceTimersByTime(1000)
      tell('infoDelivery', { currentTime: second })
    }
    vi.advanceTimersByTime(1000)
  }
  expect(told.map(({ event, properties }) => [event, String(properties.src).slice(-11)])).toEqual([
    ['Pct Video Viewed', 'first123456'], ['Video Depth', 'first123456'], ['Pct Video Viewed', 'second12345'],
  ])
})

test('V21 a Vimeo frame is asked for its events and measured by timeupdate', () => {
  start()
  const { say, messages } = add('https://player.vimeo.com/video/76979871?h=1')
  expect(messages()[0]).toEqual({ method: 'ping' })
  say({ event: 'ready' })
  expect(messages()).toContainEqual({ method: 'addEventListener', value: 'timeupdate' })
  say({ event: 'play', data: { seconds: 0, percent: 0, duration: 40 } })
  for (let second = 0.25; second <= 21; second += 0.25) {
    vi.advanceTimersByTime(250)
    say(JSON.stringify({ event: 'timeupdate', data: { seconds: second, percent: second / 40, duration: 40 } }))
  }
  expect(percents()).toEqual([25, 50])
  expect(told[0]!.properties).toMatchObject({ player: 'vimeo', src: 'https://player.vimeo.com/video/76979871' })
})

test('one warning for YouTube frames without their API, which are left alone', () => {
  start()
  const first = add('https://www.youtube.com/embed/a1')
  add('https://www.youtube.com/embed/a2')
  vi.advanceTimersByTime(10_000)
  expect(first.messages()).toEqual([])
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatchObject({ code: 'youtube_api_off' })
  expect((errors[0]!.reason as Error).message).toContain('enablejsapi=1')
})

test('a frame that YouTube\'s own API speaks with is overheard, not greeted', () => {
  start()
  const { say, messages } = add('https://www.youtube.com/embed/a1?enablejsapi=1&widgetid=1')
  vi.advanceTimersByTime(10_000)
  expect(messages()).toEqual([])
  const tell = youtube(say)
  tell('infoDelivery', { playerState: 1, currentTime: 0, duration: 4 })
  vi.advanceTimersByTime(1200)
  tell('infoDelivery', { currentTime: 1.2 })
  vi.advanceTimersByTime(1000)
  expect(percents()).toEqual([25])
})

test('messages of others, of other origins and of no sense are not listened to, and harm nothing', () => {
  start()
  const { say } = add('https://www.youtube.com/embed/a1?enablejsapi=1')
  const playing = JSON.stringify({ event: 'infoDelivery', info: { playerState: 1, currentTime: 0, duration: 4 } })
  const later = JSON.stringify({ event: 'infoDelivery', info: { currentTime: 2 } })
  for (const [from, source] of [['https://evil.test', undefined], [undefined, window]] as const) {
    say(playing, from, source)
    vi.advanceTimersByTime(2000)
    say(later, from, source)
  }
  for (const data of ['{', 'null', null, 7, {}, '{"info":null}', '{"info":7}', [], '{"info":{"currentTime":"x"}}']) {
    say(data)
  }
  vi.advanceTimersByTime(2000)
  expect(told).toEqual([])
})

test('a frame that is removed is summed up when the next one loads', () => {
  start()
  const { say, element } = add('https://player.vimeo.com/video/1')
  say({ event: 'play', data: { seconds: 0, duration: 40 } })
  vi.advanceTimersByTime(1000)
  say({ event: 'timeupdate', data: { seconds: 1, duration: 40 } })
  element.remove()
  add('https://player.vimeo.com/video/2')
  expect(told.map(({ event, properties }) => [event, properties.watched_seconds])).toEqual([['Video Depth', 1]])
})

test('a threshold is sent when it is reached, whatever the speed became', () => {
  start()
  const { say } = add('https://player.vimeo.com/video/1')
  const tell = youtube(add('https://www.youtube.com/embed/a1?enablejsapi=1').say)
  say({ event: 'play', data: { seconds: 0, duration: 40 } })
  tell('infoDelivery', { playerState: 1, currentTime: 0, duration: 40 })
  say({ event: 'playbackratechange', data: { playbackRate: 2 } })
  tell('infoDelivery', { playbackRate: 2 })
  for (let second = 0.5; second <= 10.5; second += 0.5) {
    vi.advanceTimersByTime(250)
    say({ event: 'timeupdate', data: { seconds: second, duration: 40 } })
    tell('infoDelivery', { currentTime: second })
  }
  vi.advanceTimersByTime(250)
  expect(told.map(({ properties }) => properties.player as string).sort()).toEqual(['vimeo', 'youtube'])
})

test('V3 the duration may come after the beginning', () => {
  start()
  const tell = youtube(add('https://www.youtube.com/embed/a1?enablejsapi=1').say)
  tell('infoDelivery', { playerState: 1, currentTime: 0, duration: 0 })
  tell('infoDelivery', { duration: 4 })
  for (let second = 0.5; second <= 1.5; second += 0.5) {
    vi.advanceTimersByTime(500)
    tell('infoDelivery', { currentTime: second })
  }
  expect(percents()).toEqual([25])
})

test('the duration of one video of a playlist is not that of the next', () => {
  start()
  const tell = youtube(add('https://www.youtube.com/embed/first123456?enablejsapi=1').say)
  tell('infoDelivery', { playerState: 1, currentTime: 0, duration: 4, videoData: { video_id: 'first123456' } })
  tell('infoDelivery', { playerState: -1, videoData: { video_id: 'second12345' } })
  tell('infoDelivery', { playerState: 1, currentTime: 0 })
  for (let second = 1; second <= 3; second++) {
    vi.advanceTimersByTime(1000)
    tell('infoDelivery', { currentTime: second })
  }
  tell('infoDelivery', { duration: 100 })
  vi.advanceTimersByTime(1000)
  expect(percents()).toEqual([])
})
