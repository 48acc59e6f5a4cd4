/** A page that comes back from the back/forward cache, where it heard nothing of what other tabs did meanwhile. */
import { beforeEach, expect, test, vi } from 'vitest'
import type { ConsentState } from '../../src/types'
import { arrive, consent, driven, forgetVisitor, names, newPage, page, setUp, wait } from './hostile-page'

newPage()
beforeEach(() => {
  vi.stubGlobal('BroadcastChannel', class { postMessage() {} })
})

const setHidden = (value: boolean) => {
  Object.defineProperty(document, 'hidden', { value, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}
const go = () => {
  window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
  setHidden(true)
}
/** In the order of Chromium: it is visible before it is shown. */
const comeBack = () => {
  setHidden(false)
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
}
const decided: ConsentState = { decision: 'decided', categories: { analytics: true } }
const decide = (updatedAt: number) => {
  const decision = JSON.stringify({ categories: { analytics: true }, updatedAt })
  document.cookie = `assent_consent=${encodeURIComponent(decision)}; path=/`
}
const last = () => page.sent.find(({ event }) => event == 'a')!

test.each([
  ['a reset in another tab', () => {}],
  ['a withdrawal and a new grant in another tab', () => decide(9)],
])('after %s the visitor before does not come back', async (_, more) => {
  decide(1)
  const { analytics } = setUp({ consent })
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  const old = analytics.user().anonymousId()
  await wait(15)
  go()
  await wait(15)
  forgetVisitor()
  more()
  comeBack()
  void analytics.track('a')
  await arrive(analytics)
  expect(last().userId).toBeUndefined()
  expect(last().anonymousId).not.toBe(old)
  expect(analytics.user().traits()).toEqual({})
})

test('nobody else has come: the visitor is still known', async () => {
  const { analytics } = setUp()
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  const old = analytics.user().anonymousId()
  go()
  comeBack()
  void analytics.track('a')
  await arrive(analytics)
  expect(last()).toMatchObject({ userId: 'u', anonymousId: old })
  expect(analytics.user().traits()).toEqual({ email: 'e' })
})

test('a site that stores nothing knows the visitor still', async () => {
  const { analytics } = setUp({ disableClientPersistence: true })
  void analytics.identify('u')
  await arrive(analytics)
  go()
  comeBack()
  void analytics.track('a')
  await arrive(analytics)
  expect(last().userId).toBe('u')
})

test('critical calls hear of the going once, and the others go on with a grant after the coming back', async () => {
  const onUndelivered = vi.fn()
  const { analytics } = setUp({ consent: { ...consent, onUndelivered } })
  await wait(5)
  const critical = analytics.track('c', {}, { critical: true })
  void analytics.track('n')
  analytics.reset()
  analytics.setAnonymousId('i')
  void analytics.track('m')
  for (let i = 0; i < 3; i++) go()
  expect((await critical).failedDelivery()).toBeTruthy()
  comeBack()
  analytics.consent({ analytics: true })
  await arrive(analytics)
  expect(onUndelivered.mock.calls.map(([, reason]) => reason as string)).toEqual(['page-end'])
  expect(names()).toEqual(['n', 'm'])
  expect(page.sent[1]!.anonymousId).toBe('i')
})

test('undecided again meanwhile: who came since is not overwritten by the grant', async () => {
  const { manager, say } = driven(decided)
  const { analytics } = setUp({ consent: { ...consent, manager } })
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  say({ decision: 'pending', categories: {} })
  await wait(15)
  go()
  forgetVisitor()
  document.cookie = 'ajs_anonymous_id=new; path=/'
  localStorage.setItem('ajs_anonymous_id', '"new"')
  comeBack()
  say(decided)
  void analytics.track('a')
  await arrive(analytics)
  expect([last().userId, last().anonymousId]).toEqual([undefined, 'new'])
})

test('nothing has happened: traits that no store holds stay', async () => {
  const { analytics } = setUp({ storage: { stores: ['cookie'] } })
  await wait(5)
  void analytics.identify('u', { email: 'e' })
  await arrive(analytics)
  go()
  await wait(15)
  comeBack()
  expect(analytics.user().traits()).toEqual({ email: 'e' })
})

test('nothing has happened: a group that no store holds stays', async () => {
  const { analytics } = setUp({ group: { persist: false } })
  await wait(5)
  void analytics.group('g')
  await arrive(analytics)
  go()
  await wait(15)
  comeBack()
  expect(analytics.group().id()).toBe('g')
})
