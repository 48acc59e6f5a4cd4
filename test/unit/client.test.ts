/** The house put together, in one page: a stubbed collector hears what leaves. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Analytics } from '../../src/analytics'
import type { InitOptions } from '../../src/options'
import type { Context } from '../../src/context'
import type { Categories, ConsentState, Plugin } from '../../src/types'

interface Sent {
  event?: string
  type: string
  messageId: string
  anonymousId?: string
  userId?: string
}

const wait = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))
const endpoint = 'https://collect.example/v1/batch'
let site = 0
let sent: Sent[]
let gone: AbortController
const names = () => sent.map(({ event }) => event)

/** What a page hangs on window and document goes with the page. */
function clean() {
  const { signal } = (gone = new AbortController())
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target) as (...args: unknown[]) => void
    vi.spyOn(target, 'addEventListener').mockImplementation(((type: string, listener: unknown, more?: object) =>
      add(type, listener, { ...more, signal })) as never)
  }
}

beforeEach(() => {
  sent = []
  clean()
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    sent.push(...(JSON.parse(body) as { batch: Sent[] }).batch)
    return { status: 200, redirected: false, headers: new Headers() }
  })
})
afterEach(() => {
  gone.abort()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  localStorage.clear()
  for (const pair of document.cookie.split('; ')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
})

function setUp(options: InitOptions = {}) {
  const analytics = new Analytics()
  const errors = vi.fn()
  analytics.on('error', errors)
  void analytics.load(`CLIENT${++site}`, { endpoint, ...options })
  return { analytics, errors }
}
const consent = { requires: ['analytics'], event: false as const }
/** All that was called has arrived, or is known not to. */
async function arrive(analytics: Analytics) {
  await wait(30)
  await analytics.flush()
}
const late = () => {
  let settle = (_?: unknown) => {}
  const promise = new Promise((resolve) => (settle = resolve))
  return { promise, settle }
}
/** A consent manager that the test speaks for. */
function driven(state?: ConsentState) {
  let changed = () => {}
  const manager = { name: 'm', read: () => state, subscribe: (call: () => void) => ((changed = call), () => {}) }
  const say = (next: ConsentState) => {
    state = next
    changed()
    return next
  }
  return { manager, say }
}
const plugin = (more: Partial<Plugin>): Plugin =>
  ({ name: 'p', type: 'destination', isLoaded: () => true, load() {}, ...more })

describe('before load, and after a load that was wrong', () => {
  test('nobody is known, and asking does no harm', async () => {
    const analytics = new Analytics()
    const ask = () => [analytics.user().id(), analytics.user().anonymousId(), analytics.group().id()]
    expect(ask()).toEqual([null, null, null])
    await analytics.load('KEY', { endpoint: 'nonsense' })
    expect(ask()).toEqual([null, null, null])
    expect(analytics.user().traits()).toEqual({})
    expect(document.cookie).toBe('')
  })

  test('an anonymous id that was set is kept until somebody may be known', async () => {
    const analytics = new Analytics()
    expect(analytics.setAnonymousId('mine')).toBe('mine')
    void analytics.load(`CLIENT${++site}`, { endpoint })
    await analytics.track('a')
    await arrive(analytics)
    expect(sent).toMatchObject([{ event: 'a', anonymousId: 'mine' }])
  })

  test('an anonymous id that was taken away before load is gone', async () => {
    document.cookie = 'ajs_anonymous_id=old'
    const analytics = new Analytics()
    expect(analytics.setAnonymousId(null)).toBe(null)
    void analytics.load(`CLIENT${++site}`, { endpoint })
    await analytics.track('a')
    await arrive(analytics)
    expect(sent[0]!.anonymousId).toMatch(/^[\da-f]{8}-/)
  })

  test('an anonymous id keeps its place among the calls that wait', async () => {
    const { analytics } = setUp({ consent })
    void analytics.track('a')
    expect(analytics.setAnonymousId('one')).toBe('one')
    void analytics.track('b')
    analytics.reset()
    analytics.setAnonymousId('two')
    void analytics.track('c')
    expect([analytics.user().anonymousId(), analytics.stats().held]).toEqual([null, 3])
    analytics.consent({ analytics: true })
    expect(analytics.user().anonymousId()).toBe('two')
    await analytics.flush()
    await arrive(analytics)
    const [a, ...rest] = sent.map(({ anonymousId }) => anonymousId)
    expect(rest).toEqual(['one', 'two'])
    expect(a).toMatch(/^[\da-f]{8}-/)
    expect(analytics.stats().accepted).toBe(3)
  })

  test.each(['https://collect example.com/b', 'https://', 'mailto:x', '//collect.example/'])(
    'no endpoint: %s', async (endpoint) => {
      const { analytics, errors } = setUp({ endpoint })
      await arrive(analytics)
      expect(String(errors.mock.calls[0]![0].reason)).toMatch(/endpoint/)
      expect(analytics.initialized).toBe(false)
    })
})

describe('a withdrawal and a new grant', () => {
  test('what waited for a destination to load is nobody\'s any more', async () => {
    const { promise, settle } = late()
    const track = vi.fn((ctx: Context) => ctx)
    const { analytics } = setUp({ consent, plugins: [plugin({ load: () => promise, track })] })
    analytics.consent({ analytics: true })
    void analytics.track('before')
    await wait(20)
    analytics.consent({ analytics: false })
    analytics.consent({ analytics: true })
    settle()
    void analytics.track('after')
    await arrive(analytics)
    expect(track.mock.calls.map(([{ event }]) => event.event)).toEqual(['after'])
  })

  test('what was being compressed is not sent', async () => {
    const bodies = vi.fn(async () => ({ status: 200, redirected: false, headers: new Headers() }))
    vi.stubGlobal('fetch', bodies)
    const { promise, settle } = late()
    vi.stubGlobal('CompressionStream', class {})
    vi.stubGlobal('Response', class {
      arrayBuffer = () => promise.then(() => new ArrayBuffer(8))
    })
    vi.stubGlobal('Blob', class {
      stream = () => ({ pipeThrough: () => undefined })
    })
    const { analytics } = setUp({ consent, compression: 'gzip' })
    analytics.consent({ analytics: true })
    await analytics.track('before')
    await wait(30)
    analytics.consent({ analytics: false })
    analytics.consent({ analytics: true })
    settle()
    await arrive(analytics)
    expect(bodies).not.toHaveBeenCalled()
  })

  test('what was queued is counted as refused', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('down')))
    const { analytics } = setUp({ consent })
    analytics.consent({ analytics: true })
    await Promise.all([analytics.track('a'), analytics.track('b')])
    analytics.consent({ analytics: false })
    expect(analytics.stats()).toMatchObject({ accepted: 2, refused: 2, queued: 0 })
  })
})

describe('undecided', () => {
  test('a reset is not what gives way when too much waits', async () => {
    document.cookie = 'ajs_user_id=old; path=/'
    const { analytics } = setUp({ consent: { ...consent, hold: 3 } })
    analytics.reset()
    for (const name of ['a', 'b', 'c', 'd']) void analytics.track(name)
    analytics.consent({ analytics: true })
    await arrive(analytics)
    expect(sent.map(({ userId }) => userId).filter(Boolean)).toEqual([])
    expect(names().slice(-2)).toEqual(['c', 'd'])
    expect(analytics.stats().dropped.overflow).toBeGreaterThan(0)
  })

  test('again: what is in hand is destroyed, and not told as delivered', async () => {
    const { manager, say } = driven({ decision: 'decided', categories: { analytics: true } })
    const { promise, settle } = late()
    const before = plugin({ type: 'before', track: async (ctx) => (await promise, ctx) })
    const { analytics } = setUp({ consent: { ...consent, manager }, plugins: [before] })
    const delivered = vi.fn()
    analytics.queue.on('delivery_success', delivered)
    const result = analytics.track('a')
    await wait(20)
    say({ decision: 'pending', categories: {} })
    settle()
    expect((await result).failedDelivery()).toBeTruthy()
    await arrive(analytics)
    expect([delivered.mock.calls.length, names(), analytics.stats().refused]).toEqual([0, [], 1])
  })

  test('what a manager says while it makes up its mind is not told to other tabs; what it decides is', async () => {
    const told = vi.fn()
    vi.stubGlobal('BroadcastChannel', class {
      postMessage = told
    })
    const { manager, say } = driven()
    setUp({ consent: { ...consent, manager } })
    await wait(20)
    for (const categories of [{}, { x: false }] as Categories[]) say({ decision: 'pending', categories })
    expect(told).not.toHaveBeenCalled()
    const state = say({ decision: 'decided', categories: { analytics: true } })
    expect(told.mock.calls).toEqual([[[expect.stringMatching('CLIENT'), state]]])
  })
})

describe('what is wrong is told', () => {
  test('to a listener that is set right after load', async () => {
    const analytics = new Analytics()
    void analytics.load('KEY', { endpoint: '' })
    const heard = vi.fn()
    analytics.on('error', heard)
    await wait()
    expect(heard.mock.calls).toEqual([[expect.objectContaining({ code: 'load' })]])
  })

  test('with the name of the plugin, once for each on the console', async () => {
    const load = () => Promise.reject(new Error('theirs'))
    const { errors } = setUp({ plugins: [plugin({ name: 'A', load }), plugin({ name: 'B', load })] })
    await wait(10)
    expect(errors.mock.calls.map(([{ plugin }]) => plugin)).toEqual(['A', 'B'])
    expect(vi.mocked(console.error).mock.calls.map(([, kind]) => kind)).toEqual(['plugin_load A', 'plugin_load B'])
  })

  test('one plugin needs no list, and what is none does no harm', async () => {
    const track = (ctx: Context) => (ctx.updateEvent('properties.seen', 1), ctx)
    const alone = plugin({ name: 'alone', type: 'enrichment', track })
    for (const plugins of [alone, 5, {}, true]) {
      const { analytics } = setUp({ plugins: plugins as never })
      await analytics.track('x')
      await arrive(analytics)
    }
    expect(names()).toEqual(['x', 'x', 'x', 'x'])
    expect(sent[0]).toMatchObject({ properties: { seen: 1 } })
  })

  test('an endpoint with a user in it, which no browser fetches, is named', async () => {
    const { errors } = setUp({ endpoint: 'https://key:@collect.example/v1/batch' })
    await wait()
    expect(String(errors.mock.calls[0]?.[0].reason)).toContain('endpoint')
  })

  test('a bound that is no number holds nothing but what is critical', async () => {
    const { analytics } = setUp({ consent: { ...consent, hold: NaN } })
    void analytics.track('a')
    void analytics.track('b', {}, { critical: true } as never)
    analytics.consent({ analytics: true })
    await arrive(analytics)
    expect(names()).toEqual(['b'])
  })

  test('the first page view is of the page that was loaded, wherever a router has gone since', async () => {
    history.replaceState(null, '', '/landing?utm_source=mail')
    const { analytics } = setUp({ initialPageview: true })
    void analytics.track('first')
    history.replaceState(null, '', '/')
    await arrive(analytics)
    expect(sent.map(({ type }) => type).sort()).toEqual(['page', 'track'])
    const page = sent.find(({ type }) => type == 'page')
    expect(page).toMatchObject({ context: { page: { path: '/landing' }, campaign: { source: 'mail' } } })
  })

  test('a destination sees the decision in force in the event too', async () => {
    const track = vi.fn()
    const { analytics } = setUp({ consent, plugins: [plugin({ name: 'Ads', type: 'destination', track })] })
    analytics.consent({ analytics: true, advertising: false })
    await analytics.track('a')
    const { context } = (track.mock.calls as [Context][])[0]![0].event
    expect(context).toMatchObject({ consent: { categoryPreferences: { analytics: true, advertising: false } } })
  })

  test('one category needs no list', async () => {
    const track = vi.fn()
    const ads = plugin({ name: 'Ads', type: 'destination', track })
    const alone = { ...consent, requires: 'analytics' as never, destinations: { Ads: 'advertising' as never } }
    const { analytics } = setUp({ consent: alone, plugins: [ads] })
    analytics.consent({ analytics: false, advertising: true })
    await analytics.track('refused')
    analytics.consent({ analytics: true, advertising: false })
    await analytics.track('one')
    analytics.consent({ analytics: true, advertising: true })
    await analytics.track('both')
    await arrive(analytics)
    expect([names(), track.mock.calls.length]).toEqual([['one', 'both'], 1])
  })

  test.each([true, 'all', ['analytics']])('a decision that is no object, %j, is named and decides nothing', (wrong) => {
    const { analytics, errors } = setUp({ consent })
    expect(analytics.consent(wrong as never)).toBeUndefined()
    expect([errors.mock.calls.length, document.cookie]).toEqual([0, ''])
    const told = expect.objectContaining({ code: 'consent' })
    return Promise.resolve().then(() => expect(errors).toHaveBeenCalledWith(told))
  })

  test('what is handed out is a copy: nobody opens a destination by writing on it', async () => {
    const track = vi.fn()
    const ads = plugin({ name: 'Ads', type: 'destination', track })
    const { analytics } = setUp({ consent: { ...consent, destinations: { Ads: ['advertising'] } }, plugins: [ads] })
    analytics.on('consent', (categories) => ((categories as Categories).advertising = true))
    analytics.consent({ analytics: true, advertising: false })
    analytics.consent()!.advertising = true
    await analytics.track('Bought')
    expect([analytics.consent(), track.mock.calls.length]).toEqual([{ analytics: true, advertising: false }, 0])
    expect(Object.getPrototypeOf(analytics.consent())).toBe(Object.prototype)
  })

  test.each(['before', 'after'])('a decision %s a load that has no consent in its options', async (when) => {
    const analytics = new Analytics()
    const heard = vi.fn()
    analytics.on('error', heard)
    if (when == 'before') analytics.consent({ analytics: false })
    void analytics.load(`CLIENT${++site}`, { endpoint })
    if (when == 'after') analytics.consent({ analytics: false })
    await wait()
    expect(heard.mock.calls.map(([{ code, reason }]) => [code, String(reason)])).toEqual(
      [['consent', expect.stringMatching(/consent/)]])
  })
})

describe('a callback', () => {
  const failure = ([ctx]: Context[]) => String(ctx!.failedDelivery()?.reason)

  test('is called once, after the call, where the visitor has said no', async () => {
    const { analytics } = setUp({ consent })
    analytics.consent({ analytics: false })
    const called = vi.fn()
    void analytics.track('x', {}, {}, called)
    expect(called).not.toHaveBeenCalled()
    await wait(400)
    expect(called.mock.calls.map(failure)).toEqual(['Error: consent refused'])
  })

  test('does not wait for a decision longer than the timeout; the call does', async () => {
    const { analytics } = setUp({ consent })
    analytics.timeout(50)
    const called = vi.fn()
    void analytics.track('x', {}, called)
    await wait(100)
    expect(called.mock.calls.map(failure)).toEqual(['Error: consent undecided'])
    analytics.consent({ analytics: true })
    await arrive(analytics)
    expect([names(), called.mock.calls.length]).toEqual([['x'], 1])
  })

  test('of a call that is let in in time hears what became of it', async () => {
    const { analytics } = setUp({ consent })
    const called = vi.fn()
    void analytics.track('x', {}, {}, called)
    analytics.consent({ analytics: true })
    await arrive(analytics)
    await wait(400)
    expect(called.mock.calls.map(failure)).toEqual(['undefined'])
  })
})

describe('what the snippet hands over', () => {
  test('goes on after what cannot be done', async () => {
    const { analytics } = setUp()
    analytics.push(['addSourceMiddleware', undefined])
    analytics.push(['track', undefined])
    expect(analytics.push(['nothing'])).toBe(undefined)
    analytics.push(['track', 'x'])
    await arrive(analytics)
    expect([names(), vi.mocked(console.error).mock.calls.length]).toEqual([['x'], 2])
  })

  const wrong = [{}, { u: 'nowhere' }, { u: 'https://a.example/', d: 'soon' }, { u: 'https://a.example/', d: 1e20 }]
  test.each(wrong)('a page that nobody can have seen, %j, is the one that is there', async (page) => {
    const { analytics } = setUp({ consent })
    const track = (event: string) => analytics.track(event, {}, { __t: 'bpc', ...page } as never)
    void track('yes')
    analytics.consent({ analytics: true })
    await arrive(analytics)
    expect(sent).toMatchObject([{ event: 'yes', context: { page: { url: location.href } } }])
    expect(() => analytics.consent({ analytics: false })).not.toThrow()
    expect((await track('no')).failedDelivery()).toBeTruthy()
  })

  test('group() asks, also with the page that the snippet has seen', async () => {
    const { analytics } = setUp()
    analytics.push(['group', { __t: 'bpc', u: 'https://a.example/', t: '', r: '' }])
    await arrive(analytics)
    expect(sent).toEqual([])
  })
})

test('middleware that waits for a later call does not stop what comes after it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { analytics } = setUp()
  void analytics.addSourceMiddleware(async ({ payload, next }) => {
    if (payload.type() == 'page') await analytics.track('within')
    next(payload)
  })
  void analytics.page()
  void analytics.track('later')
  for (let left = 300; left--; ) {
    await vi.advanceTimersByTimeAsync(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
  vi.useRealTimers()
  expect(names()).toEqual(['later', 'within', undefined])
})

test('what destinations write on an event is theirs', async () => {
  const track = (ctx: Context) => (ctx.updateEvent('properties.theirs', 1), ctx)
  const { analytics } = setUp({ plugins: [plugin({ track })] })
  const dispatched = vi.fn()
  analytics.on('dispatch_start', dispatched)
  const ctx = await analytics.track('x', { ours: 1 })
  await arrive(analytics)
  expect(sent).toMatchObject([{ properties: { ours: 1 } }])
  expect(sent[0]).not.toMatchObject({ properties: { theirs: 1 } })
  expect(dispatched.mock.calls).toEqual([[ctx]])
})

describe('the decision', () => {
  test('is news when something in it is another, not when its names come in another order', async () => {
    const { analytics } = setUp({ consent })
    const heard = vi.fn()
    analytics.on('consent', heard)
    analytics.consent({ analytics: true, advertising: false })
    analytics.consent({ advertising: false, analytics: true })
    expect(heard).toHaveBeenCalledOnce()
    analytics.consent({ advertising: true, analytics: true })
    expect(heard).toHaveBeenCalledTimes(2)
  })

  test('that changes in this page is told, however old its manager says it is', async () => {
    const updatedAt = 1.7e12
    const { manager, say } = driven({ decision: 'decided', categories: { analytics: true, ads: false }, updatedAt })
    const { analytics } = setUp({ consent: { requires: ['analytics'], manager } })
    say({ decision: 'decided', categories: { analytics: true, ads: true }, updatedAt })
    await arrive(analytics)
    expect(names()).toEqual(['Consent Updated'])
  })

  test('of a manager that knows of Global Privacy Control closes what that closes', async () => {
    const { manager } = driven({ decision: 'pending', categories: {}, model: 'opt-out', gpc: true })
    const load = vi.fn()
    const destinations = { p: ['advertising'] }
    const { analytics } = setUp({ consent: { ...consent, destinations, manager }, plugins: [plugin({ load })] })
    await analytics.track('a')
    await arrive(analytics)
    expect(sent).toMatchObject([{ context: { consent: { gpc: true, categoryPreferences: { advertising: false } } } }])
    expect(load).not.toHaveBeenCalled()
  })

  test('after a no: what was said of somebody meanwhile is not said of the next visitor', async () => {
    const { analytics } = setUp({ consent })
    analytics.consent({ analytics: false })
    analytics.setAnonymousId('said')
    analytics.user().identify('u', { a: 1 })
    analytics.consent({ analytics: true })
    await analytics.track('a')
    await arrive(analytics)
    expect(names()).toEqual(['a'])
    expect(sent[0]!.userId).toBeUndefined()
    expect(sent[0]!.anonymousId).not.toBe('said')
  })
})

test('a page that is back while its last calls are still with a plugin goes on as a page that lives', async () => {
  const { promise, settle } = late()
  const before = plugin({ type: 'before', track: async (ctx) => (await promise, ctx) })
  const { analytics } = setUp({ plugins: [before] })
  const spill = vi.spyOn(Storage.prototype, 'setItem')
  void analytics.track('a')
  await wait(20)
  spill.mockClear()
  dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  settle()
  await arrive(analytics)
  expect(names()).toEqual(['a'])
  expect(spill.mock.calls.filter(([key]) => key.startsWith('assent:'))).toEqual([])
})

describe('what becomes of an event', () => {
  test('middleware that takes the integrations away takes nothing else', async () => {
    const { analytics, errors } = setUp()
    void analytics.addSourceMiddleware(({ payload, next }) => {
      delete (payload.obj as { integrations?: object }).integrations
      next(payload)
    })
    void analytics.track('a')
    await arrive(analytics)
    expect(names()).toEqual(['a'])
    expect(errors).not.toHaveBeenCalled()
  })

  test('one that a plugin dropped is counted', async () => {
    const before = plugin({ type: 'before', track: (ctx) => ctx.cancel() })
    const { analytics } = setUp({ plugins: [before] })
    await analytics.track('a')
    await arrive(analytics)
    expect(analytics.stats()).toMatchObject({ accepted: 1, dropped: { plugin: 1 }, queued: 0 })
  })

  test('one that is too large is named once, and is not told as delivered', async () => {
    const { analytics, errors } = setUp()
    const [delivered, failed] = [vi.fn(), vi.fn()]
    analytics.queue.on('delivery_success', delivered).on('delivery_failure', failed)
    const ctx = await analytics.track('a', { x: 'x'.repeat(40_000) })
    expect([delivered.mock.calls.length, failed.mock.calls.length, errors.mock.calls.length]).toEqual([0, 1, 1])
    expect(String(ctx.failedDelivery()!.reason)).toMatch(/32 KB/)
    expect(Object.values(analytics.stats().dropped)).toEqual([1])
  })

  test('a listener of `reset` may ask who the visitor is', async () => {
    const { analytics } = setUp()
    await analytics.identify('u')
    const ids: unknown[] = []
    analytics.on('reset', () => ids.push(analytics.user().id(), analytics.user().anonymousId()))
    analytics.reset()
    await arrive(analytics)
    expect(ids).toEqual([null, expect.any(String)])
  })

  test('what a page calls while it goes, after our own listeners, leaves as well', async () => {
    const { analytics } = setUp()
    await analytics.track('a')
    await arrive(analytics)
    addEventListener('pagehide', () => void analytics.track('last'), { signal: gone.signal })
    dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }))
    // No timer comes any more.
    for (let turn = 0; turn < 50; turn++) await null
    expect(names()).toEqual(['a', 'last'])
  })
})

test.each<[what: string, said: Record<string, boolean>, arrives: boolean]>([
  ['all of it', { analytics: false, advertising: false }, false],
  ['some of it', { analytics: true, advertising: false }, true],
])('where nothing is required, who refuses %s', async (_, said, arrives) => {
  const { analytics } = setUp({ consent: { event: false } })
  void analytics.track('a')
  analytics.consent(said)
  await arrive(analytics)
  expect(names()).toEqual(arrives ? ['a'] : [])
})

test.each([true, false])('a hidden page, whose timers are late, sends at once; decided before: %s', async (decided) => {
  const { analytics } = setUp({ consent })
  if (decided) analytics.consent({ analytics: true })
  void analytics.track('a')
  if (decided) await arrive(analytics)
  Object.defineProperty(document, 'hidden', { value: true, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
  await wait(20)
  vi.spyOn(globalThis, 'setTimeout').mockReturnValue(0 as never)
  analytics.consent({ analytics: true })
  void analytics.track('hidden')
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
  Reflect.deleteProperty(document, 'hidden')
  expect(names()).toEqual(['a', 'hidden'])
})
