import { afterEach, expect, test } from 'vitest'
import { Emitter } from '../../src/emitter'
import { pageViews } from '../../plugins/depth/page-view'
import type { AnalyticsLike } from '../../src/types'

const client = () => new Emitter() as unknown as AnalyticsLike
const stops: (() => void)[] = []
const watch = (analytics: AnalyticsLike) => {
  const seen: string[] = []
  const views = pageViews(analytics, () => seen.push(views.current().id))
  stops.push(views.stop)
  return { seen, ...views }
}
afterEach(() => {
  stops.splice(0).forEach((stop) => stop())
  history.replaceState(null, '', '/')
})

test('two plugins of one client see the same view, and both hear of the next, once', () => {
  const analytics = client()
  const [a, b] = [watch(analytics), watch(analytics)]
  const { id } = a.current()
  expect(b.current().id).toBe(id)
  analytics.emit('call', 'page')
  expect([a.seen, b.seen]).toEqual([[], []])
  analytics.emit('call', 'page')
  expect(a.seen).toHaveLength(1)
  expect(b.seen).toEqual(a.seen)
  expect(a.seen).not.toContain(id)
})

test('an address that moves begins a view, and the page() call that follows belongs to it', () => {
  const analytics = client()
  const a = watch(analytics)
  analytics.emit('call', 'page')
  const old = a.current()
  history.pushState(null, '', '/next?q=1')
  document.title = 'Next'
  analytics.emit('call', 'page')
  expect(a.seen).toHaveLength(1)
  expect(old.page.path).toBe('/')
  expect(a.current()).toMatchObject({ url: '/next?q=1', page: { path: '/next', search: '?q=1', title: 'Next' } })
  history.pushState(null, '', '/next?q=1#part')
  analytics.emit('call', 'track')
  expect(a.seen).toHaveLength(1)
})

test('going back is noticed without a call', () => {
  const a = watch(client())
  history.replaceState(null, '', '/elsewhere')
  dispatchEvent(new Event('popstate'))
  expect(a.seen).toHaveLength(1)
})

test('who has stopped hears nothing, leaves nothing, and begins anew', () => {
  const analytics = client()
  const a = watch(analytics)
  const { id } = a.current()
  a.stop()
  history.pushState(null, '', '/next')
  dispatchEvent(new Event('popstate'))
  analytics.emit('call', 'page')
  analytics.emit('call', 'page')
  expect(a.seen).toEqual([])
  expect(Object.getOwnPropertySymbols(analytics)).toEqual([])
  expect(watch(analytics).current().id).not.toBe(id)
})
