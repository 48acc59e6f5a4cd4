import { beforeEach, expect, test, vi } from 'vitest'
import type { ConsentState } from '../../src/types'
import { storageTiers } from '../../plugins/storage-tiers'
import { arrive, consent, driven, names, newPage, page, plugin, setUp, wait } from './hostile-page'

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
const setHidden = (value: boolean) => Object.defineProperty(document, 'hidden', { value, configurable: true })
const vis = (hidden: boolean) => (setHidden(hidden), document.dispatchEvent(new Event('visibilitychange')))
const go = () => {
  window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
  vis(true)
}
// Chromium: SetPageLifecycleStateInternal: resumed, then visible, then pageshow
const comeBack = () => {
  vis(false)
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
}
const decided = (analytics: boolean): ConsentState => ({ decision: 'decided', categories: { analytics } })
const pending: ConsentState = { decision: 'pending', categories: {} }
const forgetVisitor = () => {
  for (const pair of document.cookie.split('; ')) {
    if (pair.startsWith('ajs_')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
  }
  localStorage.clear()
}
const of = (name: string) => page.sent.find(({ event }) => event == name)!
const cookie = (name: string) => document.cookie.split('; ').find((p) => p.startsWith(name + '='))?.slice(name.length + 1)

test('1 bfcache: visible before pageshow', async () => {
  const { analytics } = setUp()
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  const old = analytics.user().anonymousId()
  await wait(15)
  go()
  await wait(15)
  forgetVisitor()
  comeBack()
  void analytics.track('a')
  await arrive(analytics)
  expect(of('a').userId).toBeUndefined()
  expect(of('a').anonymousId).not.toBe(old)
})

test('2 bfcache while pending: who came since is not overwritten', async () => {
  const { manager, say } = driven(decided(true))
  const { analytics } = setUp({ consent: { ...consent, manager } })
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  say(pending)
  await wait(15)
  go()
  forgetVisitor()
  document.cookie = 'ajs_anonymous_id=new; path=/'
  localStorage.setItem('ajs_anonymous_id', '"new"')
  comeBack()
  say(decided(true))
  void analytics.track('a')
  await arrive(analytics)
  expect([of('a').userId, of('a').anonymousId]).toEqual([undefined, 'new'])
})

test('2b another tab resets while this is pending', async () => {
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

test('3 user().id(other) leaves no old anonymous id in the stores', async () => {
  const { analytics } = setUp()
  await wait(5)
  void analytics.identify('u')
  await arrive(analytics)
  const old = cookie('ajs_anonymous_id')
  analytics.user().id('v')
  expect(cookie('ajs_user_id')).toBe('v')
  expect(cookie('ajs_anonymous_id')).not.toBe(old)
})

test('4 user().reset() while undecided, classic visitor', async () => {
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

test('5 granted, then pending while on the belt, then granted', async () => {
  const { manager, say } = driven(decided(true))
  const { analytics } = setUp({ consent: { ...consent, manager } })
  await wait(5)
  void analytics.track('a')
  say(pending)
  await wait(20)
  void analytics.track('b')
  say(decided(true))
  await arrive(analytics)
  expect(names()).toEqual(['a', 'b'])
})

test('6 exempt: from granted to pending, what was on its way has no id', async () => {
  const { manager, say } = driven(decided(true))
  const { analytics } = setUp({ consent: { ...consent, exempt: true, manager } })
  await wait(5)
  void analytics.track('warm')
  await arrive(analytics)
  void analytics.track('a')
  analytics.user().id()
  say(pending)
  await arrive(analytics)
  expect(page.sent.filter(({ event, anonymousId }) => event == 'a' && anonymousId)).toEqual([])
})

test('7 delayed load: the query says who the visitor is before buffered calls', async () => {
  history.replaceState(null, '', '?ajs_aid=fromlink')
  const { analytics } = setUp({}, (early) => void early.track('a'))
  void analytics.track('b')
  await arrive(analytics)
  history.replaceState(null, '', '/')
  expect(page.sent.map(({ event, anonymousId }) => [event, anonymousId])).toEqual([['a', 'fromlink'], ['b', 'fromlink']])
})

test('8 session tier: logout in another tab', async () => {
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

test('9 bfcache, withdrawn and granted again meanwhile: what was queued before is not sent after', async () => {
  const { manager, say } = driven({ ...decided(true), updatedAt: 1 })
  page.answer = () => Promise.reject(new Error('down'))
  const { analytics, key } = setUp({ consent: { ...consent, manager } })
  await wait(5)
  void analytics.track('old')
  await wait(60)
  go()
  await wait(20)
  // another tab: withdrawal and grant
  await new Promise((resolve) => (indexedDB.deleteDatabase('assent:' + key).onsuccess = resolve))
  forgetVisitor()
  page.answer = () => undefined
  const silent = { ...decided(true), updatedAt: 2 }
  manager.read = () => silent
  comeBack()
  await wait(1500)
  await arrive(analytics)
  expect(names()).toEqual([])
})

test('10 user().id(x) while held is not lost', async () => {
  const { analytics } = setUp({ consent })
  await wait(5)
  analytics.user().id('u')
  analytics.user().traits({ a: 1 })
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect(of('a').userId).toBe('u')
})

test('11 clock goes back', async () => {
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

test('12 withdrawal and re-grant in another tab heard late: nobody from before comes back', async () => {
  const at = (updatedAt: number, analytics: boolean) =>
    (document.cookie = `assent_consent=${encodeURIComponent(JSON.stringify({ categories: { analytics }, updatedAt }))}; path=/`)
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

test('13 flush before the page is shown where there are no locks', async () => {
  Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  const { analytics, errors } = setUp({ consent })
  await wait(5)
  await analytics.flush()
  Object.defineProperty(document, 'prerendering', { value: false, configurable: true })
  expect(errors).not.toHaveBeenCalled()
})

test('14 destination that keeps a held identity: alias order', async () => {
  const { analytics } = setUp({ consent, plugins: [plugin({})] })
  void analytics.identify('u')
  void analytics.alias('v')
  analytics.reset()
  void analytics.track('a')
  analytics.consent({ analytics: true })
  await arrive(analytics)
  expect(of('a').userId).toBeUndefined()
})

test('15 bfcache, nothing happened: traits that are in memory only stay', async () => {
  const { analytics } = setUp({ storage: { stores: ['cookie'] } })
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  go()
  await wait(15)
  comeBack()
  expect(analytics.user().traits()).toEqual({ email: 'e' })
})

test('17 a reset that another key tells, where only the group is in memory', async () => {
  const { analytics } = setUp({ group: { persist: false } })
  await wait(5)
  void analytics.group('g')
  await arrive(analytics)
  go()
  await wait(15)
  comeBack()
  expect(analytics.group().id()).toBe('g')
})

test.each([false, true])('18 identify said while undecided holds at the grant though a visitor is stored, exempt %s', async (exempt) => {
  document.cookie = 'ajs_anonymous_id=old; path=/'
  const { analytics } = setUp({ consent: { ...consent, exempt } })
  await wait(5)
  analytics.user().identify('u')
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect([of('a').userId, of('a').anonymousId]).toEqual(['u', 'old'])
})

test('19 re-grant after withdrawal: retry pause and records of before are gone', async () => {
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

test('20 nothing is touched while an opt-out manager is absent, and calls go when it comes late', async () => {
  const { manager, say } = driven()
  const absent: ConsentState = { decision: 'pending', categories: {}, model: 'opt-in' }
  const { analytics } = setUp({ consent: { ...consent, model: 'opt-out', manager: { ...manager, absent } } })
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

test('21 tiers: up and down with direct setters, nothing lost', async () => {
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

test('22 flush settles in every gate state', async () => {
  const { manager, say } = driven()
  const { analytics } = setUp({ consent: { ...consent, manager } })
  for (const state of [undefined, pending, decided(true), decided(false), pending, decided(true)]) {
    say(state as never)
    void analytics.track('x')
    expect(await Promise.race([analytics.flush().then(() => 'ok'), wait(4000).then(() => 'late')])).toBe('ok')
  }
})

test('23 alias and identify of another around a held reset', async () => {
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

test('24 page goes with critical ids between: another tab adopts while prerendered', async () => {
  Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  const touched = [vi.spyOn(Document.prototype, 'cookie', 'get'), vi.spyOn(Storage.prototype, 'getItem'), vi.spyOn(Storage.prototype, 'setItem')]
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

test('25 user().reset() straight after calls, and user.disable', async () => {
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

test('26 withdrawal by a listener during the first event, regrant, confirm', async () => {
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

test('27 the query with a held reset and a withdrawal', async () => {
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
