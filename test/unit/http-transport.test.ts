/** The transport as a plugin: what becomes of an event under each answer, and what is counted. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { http } from '../../plugins/http/index'
import type { HttpOptions } from '../../plugins/http/options'
import { openRecords } from '../../plugins/http/records'
import { Context } from '../../src/context'
import type { AssentEvent } from '../../src/types'

interface Body {
  batch: { messageId: string; context: { consent?: unknown } }[]
  sentAt: string
  writeKey: string
}

let site = 0
let answers: (number | Error)[]
let bodies: Body[]
const ids = () => bodies.map(({ batch }) => batch.map(({ messageId }) => messageId))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  answers = []
  bodies = []
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body) as Body)
    const status = answers.shift() ?? 200
    if (status instanceof Error) throw status
    return { status, redirected: false, headers: new Headers() }
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  localStorage.clear()
})

function setUp(options: Partial<HttpOptions> = {}) {
  const now = { allowed: true, durable: true, stamp: undefined as object | undefined }
  const counts: Record<string, number> = {}
  const report = vi.fn()
  const transport = http({ endpoint: 'https://collect.example/', writeKey: `KEY${++site}`, ...options }, {
    allowed: () => now.allowed,
    stamp: () => now.stamp,
    durable: () => now.durable,
    count: (what, events, reason = '') => {
      const name = what + (reason && ': ' + reason)
      counts[name] = (counts[name] ?? 0) + events
    },
    report,
  })
  const track = async (messageId: string, properties = {}) =>
    transport.track!(new Context({ type: 'track', messageId, properties, context: {} } as unknown as AssentEvent))
  /** All that is due within so many milliseconds, and what follows from it. */
  async function pass(ms = 1000) {
    for (let left = ms; left > 0; left -= 50) {
      await vi.advanceTimersByTimeAsync(50)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await transport.flush()
  }
  return { transport, track, pass, now, counts, report }
}

test('what is called together leaves together, once', async () => {
  const { transport, track, pass, counts } = setUp()
  await Promise.all([track('a'), track('b'), pass()])
  expect(ids()).toEqual([['a', 'b']])
  expect(bodies[0]).toMatchObject({ writeKey: `KEY${site}`, sentAt: expect.stringMatching(/Z$/) })
  expect(counts).toEqual({ sent: 2, acknowledged: 2 })
  expect(transport.queued()).toBe(0)
})

test('whoever waits for a call waits for its answer, and not for long', async () => {
  let answer = (_: unknown) => {}
  vi.stubGlobal('fetch', () => new Promise((resolve) => (answer = resolve)))
  const { track } = setUp()
  const settled: string[] = []
  async function turn(ms: number) {
    for (let left = ms; left > 0; left -= 10) {
      await vi.advanceTimersByTimeAsync(10)
      for (let index = 0; index < 5; index++) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  void track('answered').then(() => settled.push('answered'))
  await turn(200)
  expect(settled).toEqual([])
  answer({ status: 200, redirected: false, headers: new Headers() })
  await turn(10)
  expect(settled).toEqual(['answered'])
  void track('hanging').then(() => settled.push('hanging'))
  await turn(250)
  expect(settled).toEqual(['answered'])
  await turn(150)
  expect(settled).toEqual(['answered', 'hanging'])
})

test('a flush does not wait for the answer to what it is itself to send', async () => {
  const { transport, track } = setUp()
  void track('a')
  const flushed = vi.fn()
  void transport.flush().then(flushed)
  // The clock stands still.
  for (let index = 0; index < 50; index++) await new Promise((resolve) => setImmediate(resolve))
  expect([ids(), flushed.mock.calls.length]).toEqual([[['a']], 1])
})

test('a page that goes sends and spills a burst as one, however small its batches are', async () => {
  const { transport, track } = setUp({ flushAt: 1 })
  const spill = vi.spyOn(Storage.prototype, 'setItem')
  transport.go()
  const calls = Array.from({ length: 50 }, (_, index) => track(`${index}`))
  transport.leave()
  const spilt = spill.mock.calls.map(([, text]) => (JSON.parse(text) as unknown[]).length)
  expect([bodies.map(({ batch }) => batch.length), spilt]).toEqual([[50], [1]])
  await vi.advanceTimersByTimeAsync(400)
  await Promise.all(calls)
})

test('what the end of the page cuts off is not sent by it once more, unless it is nowhere else', async () => {
  for (const durable of [true, false]) {
    const { transport, track, now } = setUp()
    now.durable = durable
    bodies = []
    let cut = (_: Error) => {}
    const fetched = vi.fn(() => new Promise((_, reject) => (cut = reject)))
    vi.stubGlobal('fetch', fetched)
    void track('a')
    void transport.flush()
    for (let index = 0; index < 50; index++) await new Promise((resolve) => setImmediate(resolve))
    transport.go()
    transport.leave()
    cut(new TypeError('Failed to fetch'))
    await new Promise((resolve) => setImmediate(resolve))
    // Hidden, which browsers say after pagehide.
    transport.leave()
    expect(fetched).toHaveBeenCalledTimes(durable ? 1 : 2)
  }
})

test('a page that was cached amid a round does not end it: what it knew may have been delivered since', async () => {
  answers = [503]
  const { transport, track, pass } = setUp()
  await Promise.all([track('a'), pass(500)])
  vi.setSystemTime(Date.now() + 5000)
  const { getAllKeys } = IDBObjectStore.prototype
  let thaw: (() => void) | undefined
  vi.spyOn(IDBObjectStore.prototype, 'getAllKeys').mockImplementationOnce(function (this: IDBObjectStore) {
    const frozen = {} as { result: unknown; onsuccess(): void }
    const request = getAllKeys.call(this)
    request.onsuccess = () => {
      frozen.result = request.result
      thaw = () => frozen.onsuccess()
    }
    return frozen as never
  })
  void transport.flush()
  while (!thaw) await new Promise((resolve) => setImmediate(resolve))
  transport.go()
  const records = openRecords(`assent:KEY${site}`)
  await records.write([], await records.keys().then((keys) => keys!.filter((key) => key.includes('.'))))
  const back = transport.flush()
  thaw()
  await back
  expect(ids()).toEqual([['a']])
})

type Settle = (value: unknown) => void
test.each<[string, (fail: Settle, answer: Settle) => void]>([
  ['a request that its end cut off is no beacon', (fail) => fail(new TypeError('Failed to fetch'))],
  ['of a batch that was too large there are no halves', (_, answer) =>
    answer({ status: 413, redirected: false, headers: new Headers() })],
])('a page that was cached and is back: %s, as another may have delivered it', async (_, end) => {
  const [sent, settled] = [vi.fn(), [] as [Settle, Settle][]]
  const send = (...given: unknown[]) => (sent(given), new Promise((resolve, reject) => settled.push([reject, resolve])))
  vi.stubGlobal('navigator', { onLine: true, sendBeacon: send })
  vi.stubGlobal('fetch', send)
  const turns = async () => {
    for (let index = 0; index < 50; index++) await new Promise((resolve) => setImmediate(resolve))
  }
  const { transport, track } = setUp()
  void track('a')
  void track('b')
  transport.go()
  transport.leave()
  await turns()
  const records = openRecords(`assent:KEY${site}`)
  await records.write([], await records.keys().then((keys) => keys!.filter((key) => key.includes('.'))))
  localStorage.clear()
  const back = transport.flush()
  end(...settled[0]!)
  await turns()
  await back
  expect(sent).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(400)
})

test('a page that goes takes its request for the turn back, and makes another when it is back', async () => {
  const signals: AbortSignal[] = []
  const request = (_: string, { signal }: LockOptions) => new Promise((_, reject) => {
    signals.push(signal!)
    signal!.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
  })
  vi.stubGlobal('navigator', { onLine: true, locks: { request } })
  const { transport } = setUp()
  void transport.flush()
  await null
  transport.go()
  await new Promise((resolve) => setImmediate(resolve))
  void transport.flush()
  await new Promise((resolve) => setImmediate(resolve))
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('a beacon that throws, after a fetch that is refused, does no harm', async () => {
  answers = [new TypeError('blocked')]
  const sendBeacon = vi.fn(() => {
    throw new TypeError('invalid')
  })
  vi.stubGlobal('navigator', { onLine: true, sendBeacon })
  const { transport, track } = setUp()
  const call = track('a')
  transport.go()
  transport.leave()
  await vi.advanceTimersByTimeAsync(400)
  await call
  expect(sendBeacon).toHaveBeenCalledOnce()
  await transport.flush()
  expect(ids()).toEqual([['a'], ['a']])
})

test('offline nobody waits for an answer', async () => {
  vi.stubGlobal('navigator', { onLine: false })
  const { track } = setUp()
  const settled = vi.fn()
  void track('a').then(settled)
  await vi.advanceTimersByTimeAsync(20)
  for (let index = 0; index < 20; index++) await new Promise((resolve) => setImmediate(resolve))
  expect(settled).toHaveBeenCalledOnce()
})

test('no answer: the same again; a first time is sent, what follows is retried, a next event is sent', async () => {
  answers = [new TypeError('Failed to fetch'), 503]
  const { track, pass, counts, transport } = setUp()
  await Promise.all([track('a'), pass(500)])
  expect(counts).toEqual({ sent: 1 })
  expect(transport.queued()).toBe(1)
  await pass(20_000)
  expect(ids()).toEqual([['a'], ['a'], ['a']])
  expect(counts).toEqual({ sent: 1, retried: 2, acknowledged: 1 })
  await Promise.all([track('b'), pass()])
  expect(counts).toEqual({ sent: 2, retried: 2, acknowledged: 2 })
})

test('a collector that answers again is one that has never failed', async () => {
  answers = [503]
  const { track, pass } = setUp()
  const pause = async () => (await openRecords(`assent:KEY${site}`).get<number[]>(['pause']))![0]!.slice(0, 2)
  await Promise.all([track('a'), pass(500)])
  expect((await pause())[1]).toBe(1)
  await pass(5000)
  expect(await pause()).toEqual([0, 0])
})

test('what is under way takes room from what leaves after it, until it is there', async () => {
  const arrive: (() => void)[] = []
  vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body) as Body)
    return new Promise((resolve) => arrive.push(() => resolve({ status: 200, headers: new Headers() })))
  })
  const { transport, track } = setUp()
  transport.go()
  async function leave(id?: string) {
    if (id) void track(id, { text: 'x'.repeat(25_000) })
    transport.leave()
    for (let left = 20; left--; ) await new Promise((resolve) => setImmediate(resolve))
    return ids().flat()
  }
  expect(await leave('a')).toEqual(['a'])
  expect(await leave('b')).toEqual(['a', 'b'])
  expect(await leave('c')).toEqual(['a', 'b'])
  arrive[0]!()
  await leave()
  expect(await leave()).toEqual(['a', 'b', 'c'])
})

test('what is too large to outlive the page takes no room from what leaves with it', async () => {
  vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body) as Body)
    return new Promise(() => {})
  })
  const { transport, track } = setUp()
  for (const id of ['a', 'b', 'c', 'd']) void track(id, { text: 'x'.repeat(25_000) })
  await vi.advanceTimersByTimeAsync(200)
  for (let left = 20; left--; ) await new Promise((resolve) => setImmediate(resolve))
  expect(ids()).toEqual([['a', 'b', 'c', 'd']])
  void track('e')
  transport.go()
  transport.leave()
  for (let left = 20; left--; ) await new Promise((resolve) => setImmediate(resolve))
  expect(ids()[1]).toEqual(['e'])
})

test('413: in halves, until one event is too large by itself, which is named', async () => {
  answers = [413, 413, 413, 200, 413]
  const { track, pass, counts, report } = setUp()
  const told = await Promise.all([...['a', 'b', 'c'].map((id) => track(id)), pass()])
  expect(told.slice(0, 3).map((ctx) => !!ctx!.failedDelivery())).toEqual([true, false, true])
  expect(ids()).toEqual([['a', 'b', 'c'], ['a'], ['b', 'c'], ['b'], ['c']])
  expect(counts).toEqual({ sent: 3, acknowledged: 1, 'dropped: status 413': 2 })
  expect(report.mock.calls.map(([code, error, more]) => [code, String(error), more])).toEqual([
    ['delivery_failure', 'Error: status 413', { messageIds: ['a'] }],
    ['delivery_failure', 'Error: status 413', { messageIds: ['c'] }],
  ])
})

test('413, and for the first half a 503: the other half waits as well, and both are sent again', async () => {
  answers = [413, 503]
  const { track, pass, counts } = setUp()
  await Promise.all([...['a', 'b'].map((id) => track(id)), pass(500)])
  expect(ids()).toEqual([['a', 'b'], ['a']])
  await pass(5000)
  expect(ids().slice(2)).toEqual([['a', 'b']])
  expect(counts).toEqual({ sent: 2, retried: 2, acknowledged: 2 })
})

test('a record that another tab has taken meanwhile is no answer: how often the collector failed stays', async () => {
  answers = [503]
  const failing = setUp()
  await Promise.all([failing.track('a'), failing.pass(500)])
  site--
  const { pass } = setUp()
  const { get } = IDBObjectStore.prototype
  const read = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    return get.call(this, String(key).includes('.') ? 'gone' : key)
  })
  vi.setSystemTime(Date.now() + 5000)
  await pass(100)
  read.mockRestore()
  const [[, tries]] = (await openRecords(`assent:KEY${site}`).get<number[]>(['pause'])) as [number[]]
  expect([tries, ids()]).toEqual([1, [['a']]])
})

test('another 4xx is final, and whose event it was is told', async () => {
  answers = [400]
  const { track, pass, counts, transport } = setUp()
  const [ctx] = await Promise.all([track('a'), pass()])
  expect(ctx!.failedDelivery()).toEqual({ reason: new Error('status 400') })
  await pass(60_000)
  expect(ids()).toEqual([['a']])
  expect(counts).toEqual({ sent: 1, 'dropped: status 400': 1 })
  expect(transport.queued()).toBe(0)
})

test('an event over 32 KB is refused alone', async () => {
  const { track, pass, counts, report } = setUp()
  await Promise.all([track('a'), track('large', { x: 'ä'.repeat(17_000) }), track('b'), pass()])
  expect(ids()).toEqual([['a', 'b']])
  expect(counts).toMatchObject({ sent: 2, acknowledged: 2 })
  expect(report).toHaveBeenCalledOnce()
  expect(report.mock.calls[0]![2]).toMatchObject({ ctx: { event: { messageId: 'large' } } })
})

test('an event that is over 32 KB with the consent that is written into it is refused, not sent', async () => {
  const { track, pass, now, counts } = setUp()
  now.stamp = { categoryPreferences: { ['ä'.repeat(2000)]: true } }
  await Promise.all([track('a'), track('large', { x: 'x'.repeat(30_000) }), track('b'), pass()])
  expect(ids()).toEqual([['a', 'b']])
  expect(counts).toMatchObject({ sent: 2, 'dropped: RangeError: event over 32 KB': 1 })
})

test('what leaves with the page fits into 64 KiB whatever the alphabet of its categories', async () => {
  const { track, transport, now } = setUp()
  now.stamp = { categoryPreferences: Object.fromEntries([...Array(20).keys()].map((i) => ['アクセス解析と広告' + i, true])) }
  for (let i = 0; i < 60; i++) void track('e' + i, { x: 'x'.repeat(300) })
  await vi.advanceTimersByTimeAsync(20)
  transport.go()
  transport.leave()
  await vi.advanceTimersByTimeAsync(100)
  const sizes = bodies.map((body) => new TextEncoder().encode(JSON.stringify(body)).length)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(65_536)
})

test('at most `flushAt` events leave in one request, however many were called at once', async () => {
  const { track, pass } = setUp({ flushAt: 2 })
  await Promise.all([...['a', 'b', 'c', 'd', 'e'].map((id) => track(id)), pass()])
  expect(ids()).toEqual([['a', 'b'], ['c', 'd'], ['e']])
})

test.each<[status: number, times: number]>([[200, 1], [404, 1], [503, 2], [429, 2]])(
  'a redirect that ends in %d: asked %d times', async (status, times) => {
    let asked = 0
    vi.stubGlobal('fetch', async () => ({ status: asked++ ? 200 : status, redirected: true, headers: new Headers() }))
    const { track, pass, counts } = setUp()
    await Promise.all([track('a'), pass(5000)])
    expect([asked, counts.acknowledged]).toEqual([times, 1])
  })

test('offline too there is an end to what is kept, and nothing is asked', async () => {
  vi.stubGlobal('navigator', { onLine: false })
  const { transport, track, pass, counts } = setUp({ flushAt: 5000 })
  await Promise.all([...Array.from({ length: 2.5e4 }, (_, index) => track(`${index}`)), pass()])
  expect(bodies).toEqual([])
  expect(transport.queued()).toBeLessThanOrEqual(2e4)
  expect(transport.queued() + counts['dropped: overflow or age']!).toBe(2.5e4)
})

describe('consent', () => {
  test('is that of the sending', async () => {
    answers = [503]
    const { track, pass, now } = setUp()
    now.stamp = { categoryPreferences: { a: true } }
    await Promise.all([track('a'), pass(500)])
    now.stamp = { categoryPreferences: { a: true, b: true } }
    await pass(5000)
    expect(bodies.map(({ batch: [event] }) => event!.context.consent)).toEqual(
      [{ categoryPreferences: { a: true } }, { categoryPreferences: { a: true, b: true } }])
  })

  test('nothing leaves while it is not there, and nothing is lost by that', async () => {
    const { track, pass, now } = setUp()
    now.allowed = false
    await Promise.all([track('a'), pass()])
    expect(bodies).toEqual([])
    now.allowed = true
    await pass()
    expect(ids()).toEqual([['a']])
  })

  test('what ends in the very task of the sending stops it, though nobody has told of it', async () => {
    const { track, pass, now, counts } = setUp()
    let asked = 0
    // After the last question of the round, as the body is made.
    Object.defineProperty(now, 'stamp', { get: () => void (asked && (now.allowed = false)) })
    const taken = track('a')
    await vi.advanceTimersByTimeAsync(20)
    asked++
    await Promise.all([taken, pass()])
    expect([bodies, counts.sent]).toEqual([[], 1])
  })

  test('what is being read for sending while somebody withdraws, and grants again, is not sent', async () => {
    const other = setUp()
    other.now.allowed = false
    await Promise.all([other.track('before'), other.pass()])
    site--
    const { transport, pass } = setUp()
    const { get } = IDBObjectStore.prototype
    const read = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
      if (String(key).includes('.')) transport.erase()
      return get.call(this, key)
    })
    await pass()
    expect(read.mock.calls.some(([key]) => String(key).includes('.'))).toBe(true)
    expect(bodies).toEqual([])
    read.mockRestore()
  })

  test('a withdrawal leaves nothing to send, here and at the next visit', async () => {
    answers = [503]
    const { transport, track, pass, now } = setUp()
    await Promise.all([track('a'), pass(500)])
    now.allowed = now.durable = false
    transport.erase()
    await pass()
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`assent:KEY${site}`)
    now.allowed = now.durable = true
    await pass(20_000)
    expect(ids()).toEqual([['a']])
    expect(transport.queued()).toBe(0)
  })
})
