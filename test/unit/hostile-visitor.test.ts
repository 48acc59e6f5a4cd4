/** Who the visitor is, whatever happens to page, tabs, consent and stores. */
import { beforeEach, expect, test, vi } from 'vitest'
import type { ConsentState } from '../../src/types'
import { storageTiers } from '../../plugins/storage-tiers'
import { arrive, consent, driven, forgetVisitor, names, newPage, page, setUp, wait } from './hostile-page'

newPage()
let channel: { onmessage?: (event: object) => void } = {}
beforeEach(() => {
  vi.stubGlobal('BroadcastChannel', class {
    constructor() {
      channel = this as never
    }
    postMessage() {}
  })
})
const decided = (analytics: boolean): ConsentState => ({ decision: 'decided', categories: { analytics } })
const pending: ConsentState = { decision: 'pending', categories: {} }
const of = (name: string) => page.sent.find(({ event }) => event == name)!
const cookie = (name: string) =>
  document.cookie.split('; ').find((pair) => pair.startsWith(name + '='))?.slice(name.length + 1)

test('another tab resets while this one is undecided again: nobody comes back with the grant', async () => {
  const { manager, say } = driven(decided(true))
  const { analytics, key } = setUp({ consent: { ...consent, manager } })
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  say(pending)
  await wait(15)
  forgetVisitor()
  channel.onmessage!({ data: [key, null] })
  await wait(5)
  say(decided(true))
  void analytics.track('a')
  await arrive(analytics)
  expect(of('a').userId).toBeUndefined()
})

test('another user by user().id: the anonymous id of the one before is in no store any more', async () => {
  const { analytics } = setUp()
  await wait(5)
  void analytics.identify('u')
  await arrive(analytics)
  const old = cookie('ajs_anonymous_id')
  analytics.user().id('v')
  expect(cookie('ajs_user_id')).toBe('v')
  expect(cookie('ajs_anonymous_id')).not.toBe(old)
})

test('user().reset() while undecided: the classic visitor does not come back with the grant', async () => {
  document.cookie = `ajs_user=${encodeURIComponent(JSON.stringify({ id: 'classic', traits: { a: 1 } }))}; path=/`
  document.cookie = `_sio=anon----classic; path=/`
  const { analytics } = setUp({ consent })
  await wait(5)
  analytics.user().reset()
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect([of('a').userId, of('a').anonymousId == 'anon']).toEqual([undefined, false])
})

test('a late load: what the address says of the visitor holds for what was called before', async () => {
  history.replaceState(null, '', '?ajs_aid=fromlink')
  const { analytics } = setUp({}, (early) => void early.track('a'))
  void analytics.track('b')
  await arrive(analytics)
  history.replaceState(null, '', '/')
  const ids = page.sent.map(({ event, anonymousId }) => [event, anonymousId])
  expect(ids).toEqual([['a', 'fromlink'], ['b', 'fromlink']])
})

test('a session in the tab ends with a reset in another', async () => {
  sessionStorage.clear()
  const tiers = storageTiers({ session: ['analytics'] })
  const { analytics, key } = setUp({ consent: { ...consent, tiers, manager: driven(decided(true)).manager } })
  await wait(5)
  void analytics.identify('u')
  await arrive(analytics)
  channel.onmessage!({ data: [key, null] })
  void analytics.track('a')
  await arrive(analytics)
  sessionStorage.clear()
  expect(of('a').userId).toBeUndefined()
})

test('a clock that goes back does not keep the stores from being looked at', async () => {
  const { analytics } = setUp()
  await wait(5)
  void analytics.track('w')
  await arrive(analytics)
  const real = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => real() - 36e5)
  forgetVisitor()
  document.cookie = 'ajs_anonymous_id=new; path=/'
  localStorage.setItem('ajs_anonymous_id', '"new"')
  void analytics.track('a')
  await arrive(analytics)
  expect(of('a').anonymousId).toBe('new')
})

test('withdrawn and granted again in another tab, and heard of late: nobody from before comes back', async () => {
  const at = (updatedAt: number, analytics: boolean) =>
    (document.cookie = `assent_consent=${JSON.stringify({ categories: { analytics }, updatedAt })}; path=/`)
  at(1, true)
  const { analytics, key } = setUp({ consent })
  await wait(5)
  void analytics.identify('u', { e: 1 })
  await arrive(analytics)
  const old = cookie('ajs_anonymous_id')
  at(3, true)
  forgetVisitor()
  channel.onmessage!({ data: [key, { decision: 'decided', categories: { analytics: false }, updatedAt: 2 }] })
  channel.onmessage!({ data: [key, { decision: 'decided', categories: { analytics: true }, updatedAt: 3 }] })
  await wait(20)
  void analytics.track('a')
  await arrive(analytics)
  expect([of('a').userId, of('a').anonymousId == old]).toEqual([undefined, false])
})

test('flush before the page is shown, where there are no locks, is no error', async () => {
  Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  const { analytics, errors } = setUp({ consent })
  await wait(5)
  await analytics.flush()
  Object.defineProperty(document, 'prerendering', { value: false, configurable: true })
  expect(errors).not.toHaveBeenCalled()
})

test.each([false, true])('identify said while undecided holds though one is stored, exempt: %s', async (exempt) => {
  document.cookie = 'ajs_anonymous_id=old; path=/'
  const { analytics } = setUp({ consent: { ...consent, exempt } })
  await wait(5)
  analytics.user().identify('u')
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect([of('a').userId, of('a').anonymousId]).toEqual(['u', 'old'])
})

test('withdrawn and granted again: no record and no pause of before is left', async () => {
  const { manager, say } = driven(decided(true))
  page.answer = () => Promise.reject(new Error('down'))
  const { analytics } = setUp({ consent: { ...consent, manager } })
  await wait(5)
  void analytics.track('old')
  await wait(60)
  say(decided(false))
  page.answer = () => undefined
  say(decided(true))
  void analytics.track('new')
  await arrive(analytics)
  await wait(1400)
  await arrive(analytics)
  expect(names()).toEqual(['new'])
})

test('opt-out with a manager that is not there: nothing is touched, and calls go when it comes late', async () => {
  const { manager, say } = driven()
  const { analytics } = setUp({ consent: { ...consent, model: 'opt-out', manager: { ...manager, absent: 'opt-in' } } })
  await wait(5)
  const all = [analytics.track('a'), analytics.identify('u')]
  await wait(20)
  expect(document.cookie).toBe('')
  say(pending)
  await arrive(analytics)
  await Promise.all(all)
  expect(page.sent.map(({ type }) => type)).toEqual(['track', 'identify'])
  say(undefined as never)
  void analytics.track('b')
  await wait(20)
  say(decided(false))
  await arrive(analytics)
  expect(page.sent.length).toBe(2)
  expect(document.cookie).toBe('')
})

test('tiers go up and down, and the visitor stays', async () => {
  sessionStorage.clear()
  const tiers = storageTiers({ session: ['analytics'], persistent: ['functional'] })
  const { manager, say } = driven(decided(true))
  const { analytics } = setUp({ consent: { ...consent, tiers, manager } })
  await wait(5)
  analytics.user().identify('u', { a: 1 })
  say({ decision: 'decided', categories: { analytics: true, functional: true } })
  expect(analytics.user().id()).toBe('u')
  say(decided(true))
  expect(document.cookie).not.toContain('ajs_')
  expect(analytics.user().id()).toBe('u')
  expect(analytics.user().traits()).toEqual({ a: 1 })
  say({ decision: 'decided', categories: { analytics: true, functional: true } })
  void analytics.track('a')
  await arrive(analytics)
  expect(of('a').userId).toBe('u')
  sessionStorage.clear()
})

test('flush settles in every state of the gate', async () => {
  const { manager, say } = driven()
  const { analytics } = setUp({ consent: { ...consent, manager } })
  for (const state of [undefined, pending, decided(true), decided(false), pending, decided(true)]) {
    say(state as never)
    void analytics.track('x')
    expect(await Promise.race([analytics.flush().then(() => 'ok'), wait(4000).then(() => 'late')])).toBe('ok')
  }
})

test('identify, alias and setAnonymousId around a held reset', async () => {
  const { analytics } = setUp({ consent })
  void analytics.identify('u')
  void analytics.alias('w')
  analytics.reset()
  analytics.setAnonymousId('mine')
  void analytics.identify('v')
  void analytics.track('a')
  analytics.consent({ analytics: true })
  await arrive(analytics)
  const ids = page.sent.map(({ type, anonymousId, userId }) => [type, anonymousId == 'mine', userId])
  expect(ids).toEqual([['identify', false, 'u'], ['alias', false, 'w'], ['identify', true, 'v'], ['track', true, 'v']])
})

test('nothing is touched by a prerendered page, and the id keeps its place', async () => {
  Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  const touched = [
    vi.spyOn(Document.prototype, 'cookie', 'get'),
    vi.spyOn(Storage.prototype, 'getItem'), vi.spyOn(Storage.prototype, 'setItem'),
  ]
  for (const spy of touched) spy.mockClear()
  const { analytics, key } = setUp()
  await wait(10)
  analytics.user().identify('u')
  analytics.setAnonymousId('x')
  channel.onmessage!({ data: [key, null] })
  void analytics.track('a')
  window.dispatchEvent(new Event('online'))
  await wait(20)
  expect(touched.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0])
  Object.defineProperty(document, 'prerendering', { value: false, configurable: true })
  document.dispatchEvent(new Event('prerenderingchange'))
  await arrive(analytics)
  expect(of('a').anonymousId).toBe('x')
})

test('user().reset() straight after a call is not for that call', async () => {
  const { analytics } = setUp()
  await wait(5)
  void analytics.identify('u')
  void analytics.track('a')
  analytics.user().reset()
  void analytics.track('b')
  await arrive(analytics)
  expect([of('a').userId, of('b').userId]).toEqual(['u', undefined])
  expect(of('a').anonymousId).not.toBe(of('b').anonymousId)
})

test('withdrawn and granted again around the first event: the store and the events agree on the id', async () => {
  const { analytics } = setUp({ consent })
  analytics.consent({ analytics: true })
  const first = analytics.track('a')
  await wait(4)
  analytics.consent({ analytics: false })
  analytics.consent({ analytics: true })
  void analytics.track('b')
  await arrive(analytics)
  await first
  expect(of('b').anonymousId).toBe(cookie('ajs_anonymous_id'))
})

test('the address with a held reset and a withdrawal: it is not applied again', async () => {
  history.replaceState(null, '', '?ajs_aid=link&ajs_uid=lu')
  const { analytics } = setUp({ consent })
  await wait(5)
  void analytics.track('a')
  analytics.reset()
  void analytics.track('b')
  analytics.consent({ analytics: true })
  await arrive(analytics)
  history.replaceState(null, '', '/')
  expect([of('a').anonymousId, of('a').userId]).toEqual(['link', 'lu'])
  expect([of('b').anonymousId == 'link', of('b').userId]).toEqual([false, undefined])
  analytics.consent({ analytics: false })
  analytics.consent({ analytics: true })
  void analytics.track('c')
  await arrive(analytics)
  expect([of('c').anonymousId == 'link', of('c').userId]).toEqual([false, undefined])
})
