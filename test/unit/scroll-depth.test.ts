/** Who scrolled, and what was jumped over: cases of timing that no browser can be made to play reliably. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { scrollDepth, type ScrollDepthOptions } from '../../plugins/scroll-depth'
import { Emitter } from '../../src/emitter'
import type { Analytics } from '../../src/analytics'
import type { Json } from '../../src/types'

let told: Json[]
let root: HTMLElement
const stops: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  root = document.body.appendChild(document.createElement('main'))
  Object.defineProperties(root, { scrollHeight: { value: 4000 }, clientHeight: { value: 800 } })
})
afterEach(() => {
  stops.splice(0).forEach((stop) => stop())
  root.remove()
  vi.useRealTimers()
})

const start = (options: ScrollDepthOptions = {}) => {
  const analytics = Object.assign(new Emitter(), {
    track: (event: string, properties: Json) => (told.push({ event, ...properties }), Promise.resolve()),
  }) as unknown as Analytics
  const plugin = scrollDepth({ root, ...options })
  void plugin.load({} as never, analytics)
  stops.push(() => void plugin.unload!({} as never, analytics))
}
const say = (type: string) => root.dispatchEvent(new Event(type, { bubbles: true }))
const scrollTo = (top: number) => {
  root.scrollTop = top
  say('scroll')
}
const pass = (ms: number) => vi.advanceTimersByTime(ms)
const marks = () => told.map(({ percent, jump }) => [percent as number, jump as boolean])

test('who has scrolled before the first look has jumped only over what was never on the screen', () => {
  start()
  say('wheel')
  scrollTo(700)
  pass(200)
  expect(marks()).toEqual([[25, false]])
})

test('and over all of it, if that is more than a screen', () => {
  start()
  say('keydown')
  scrollTo(1500)
  pass(200)
  expect(marks()).toEqual([[25, true], [50, true]])
})

test('where the first look finds a page that the browser has scrolled, nobody has jumped', () => {
  start({ requireScroll: false })
  root.scrollTop = 1500
  pass(200)
  expect(marks()).toEqual([[25, false], [50, false]])
})

test('as long as the pointer is held down, as on a scrollbar, it is the visitor who scrolls', () => {
  start()
  pass(200)
  say('pointerdown')
  pass(900)
  scrollTo(300)
  pass(100)
  expect(marks()).toEqual([[25, false]])
  // The visitor reads, and drags on.
  pass(5000)
  scrollTo(1200)
  pass(100)
  expect(marks()).toEqual([[25, false], [50, true]])
  say('pointerup')
  pass(600)
  scrollTo(3200)
  pass(100)
  expect(marks()).toHaveLength(2)
})
