/** setAnonymousId and reset among held calls: each event has the id that was in force when it was called. */
import { beforeEach, expect, test, vi } from 'vitest'
import type { InitOptions } from '../../src/options'
import type { ConsentState } from '../../src/types'
import { arrive, consent, driven, names, newPage, page, plugin, setUp, wait } from './hostile-page'

newPage()
beforeEach(() => {
  vi.stubGlobal('BroadcastChannel', class { postMessage() {} })
})

const exempt = { consent: { ...consent, exempt: true } }
const ids = () => page.sent.map(({ event, anonymousId }) => [event, anonymousId])
const idOf = (event: string) => page.sent.find((sent) => sent.event == event)!.anonymousId
const say = (analytics: boolean): ConsentState => ({ decision: 'decided', categories: { analytics } })

test('one that a listener of the decision says is not that of the calls before', async () => {
  const { analytics } = setUp({ consent })
  analytics.on('consent', () => analytics.setAnonymousId('late'))
  void analytics.track('a')
  analytics.reset()
  void analytics.track('b')
  analytics.consent({ analytics: true })
  void analytics.track('c')
  await arrive(analytics)
  expect(names()).toEqual(['a', 'b', 'c'])
  expect(idOf('a')).not.toBe('late')
  expect(idOf('c')).toBe('late')
})

test('said before load where a site is exempt, it is nobody\'s until the grant, and then the visitor\'s', async () => {
  const { analytics } = setUp(exempt, (early) => early.setAnonymousId('mine'))
  await wait(20)
  void analytics.track('a')
  await wait(20)
  analytics.consent({ analytics: true })
  void analytics.track('b')
  await arrive(analytics)
  expect(ids()).toEqual([['a', undefined], ['b', 'mine']])
})

test('reset where a site is exempt, it does not come back with the grant', async () => {
  document.cookie = 'ajs_anonymous_id=old; path=/'
  const { analytics } = setUp(exempt)
  await wait(10)
  analytics.setAnonymousId('mine')
  analytics.reset()
  await wait(10)
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect(['mine', 'old']).not.toContain(idOf('a'))
})

test.each([
  ['reset', ({ reset }: { reset: () => unknown }) => reset()],
  ['user().reset', ({ user }: { user: () => { reset: () => unknown } }) => user().reset()],
])('%s while undecided: the visitor before does not come back with the grant', async (_, reset) => {
  document.cookie = 'ajs_anonymous_id=old; path=/'
  const { analytics } = setUp({ consent })
  await wait(10)
  reset(analytics)
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect(names()).toEqual(['a'])
  expect(idOf('a')).not.toBe('old')
})

test.each<[string, InitOptions]>([['undecided', { consent }], ['exempt', exempt]])(
  'nothing is read or written by any of them while %s, nor by a page that comes back',
  async (_, options) => {
    document.cookie = 'ajs_anonymous_id=old; path=/'
    document.cookie = 'ajs_user=x; path=/'
    const { analytics } = setUp({ consent: { ...options.consent!, manager: driven().manager } })
    await wait(10)
    const touched = [
      vi.spyOn(Document.prototype, 'cookie', 'get'), vi.spyOn(Document.prototype, 'cookie', 'set'),
      vi.spyOn(Storage.prototype, 'getItem'), vi.spyOn(Storage.prototype, 'setItem'),
      vi.spyOn(Storage.prototype, 'removeItem'),
    ]
    for (const spy of touched) spy.mockClear() // the test before has looked into the cookies at its end
    analytics.setAnonymousId('x')
    analytics.reset()
    analytics.user().reset()
    analytics.user().logout()
    void analytics.track('a')
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    await arrive(analytics)
    expect(touched.map((spy) => spy.mock.calls)).toEqual([[], [], [], [], []])
    expect(ids()).toEqual(options == exempt ? [['a', undefined]] : [])
  },
)

test('however many are said while nobody has decided, no call gives way to them', async () => {
  const { analytics } = setUp({ consent: { ...consent, hold: 2 } })
  await wait(5)
  void analytics.track('a')
  for (let i = 0; i < 50; i++) {
    analytics.reset()
    analytics.setAnonymousId(`x${i}`)
  }
  void analytics.track('b')
  expect(analytics.stats()).toMatchObject({ held: 2, dropped: {} })
  analytics.consent({ analytics: true })
  await arrive(analytics)
  expect(names()).toEqual(['a', 'b'])
  expect(idOf('b')).toBe('x49')
})

test('ids, resets and events in any order, and more of them than are held', async () => {
  const { analytics } = setUp({ consent: { ...consent, hold: 4 } })
  for (let i = 0; i < 10; i++) {
    analytics.setAnonymousId(`id${i}`)
    void analytics.track(`t${i}`)
    if (i % 3 == 0) analytics.reset()
    void analytics.identify(`u${i}`)
  }
  analytics.consent({ analytics: true })
  await arrive(analytics)
  expect(ids().filter(([event]) => event)).toEqual([['t8', 'id8'], ['t9', 'id9']])
})

test('it acts at once while the gate is open, and null takes it away', async () => {
  const { analytics } = setUp()
  await wait(10)
  expect(analytics.setAnonymousId('z')).toBe('z')
  expect(document.cookie).toContain('ajs_anonymous_id=z')
  expect(analytics.setAnonymousId(null)).toBe(null)
  expect(analytics.setAnonymousId('')).toBe(null)
  expect(document.cookie).not.toContain('ajs_anonymous_id=z')
})

test('a site whose option keeps no user keeps no id of theirs either', async () => {
  const { analytics } = setUp({ user: { disable: true }, consent })
  analytics.setAnonymousId('x')
  void analytics.track('a')
  analytics.consent({ analytics: true })
  expect(analytics.setAnonymousId('y')).toBe(null)
  void analytics.track('b')
  await arrive(analytics)
  expect(ids()).toEqual([['a', undefined], ['b', undefined]])
  expect(document.cookie).not.toContain('ajs_')
})

test('a site that stores nothing has it in memory, until the reset', async () => {
  const { analytics } = setUp({ disableClientPersistence: true, consent })
  analytics.setAnonymousId('x')
  analytics.consent({ analytics: true })
  void analytics.track('a')
  analytics.reset()
  void analytics.track('b')
  await arrive(analytics)
  expect(idOf('a')).toBe('x')
  expect(idOf('b')).not.toBe('x')
  expect(document.cookie).not.toContain('ajs_')
  expect(localStorage).toHaveLength(0)
})

test('undecided again in between: the calls that were held keep their ids', async () => {
  const manager = driven(say(true))
  const { analytics } = setUp({ consent: { ...consent, manager: manager.manager } })
  await wait(5)
  analytics.setAnonymousId('one')
  void analytics.track('a')
  await arrive(analytics)
  manager.say({ decision: 'pending', categories: {} })
  void analytics.track('b')
  analytics.reset()
  analytics.setAnonymousId('two')
  void analytics.track('c')
  expect(analytics.user().anonymousId()).toBe(null)
  manager.say(say(true))
  await arrive(analytics)
  expect(ids()).toEqual([['a', 'one'], ['b', 'one'], ['c', 'two']])
  expect(document.cookie).toContain('ajs_anonymous_id=two')
})

test('what was said while refused is said of nobody', async () => {
  const { analytics } = setUp({ consent })
  await wait(5)
  analytics.consent({ analytics: false })
  analytics.setAnonymousId('x')
  analytics.user().anonymousId('y')
  analytics.user().identify('u')
  analytics.consent({ analytics: true })
  await analytics.track('a')
  await arrive(analytics)
  expect(names()).toEqual(['a'])
  expect(JSON.stringify(page.sent)).not.toMatch(/"(x|y|u)"/)
})

test('from a listener of the reset and from a plugin', async () => {
  let once = true
  const speaker = plugin({
    type: 'enrichment',
    track(ctx) {
      if (once) {
        analytics.reset()
        analytics.setAnonymousId('plugin')
      }
      once = false
      return ctx
    },
  })
  const { analytics } = setUp({ plugins: [speaker] })
  analytics.once('reset', () => analytics.setAnonymousId('listener'))
  analytics.reset()
  void analytics.track('a')
  void analytics.track('b')
  await arrive(analytics)
  void analytics.track('c')
  await arrive(analytics)
  expect(ids()).toEqual([['a', 'listener'], ['b', 'listener'], ['c', 'plugin']])
})
