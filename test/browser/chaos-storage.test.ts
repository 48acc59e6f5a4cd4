/** Storage that is full, wiped, broken or silent half-way, and clocks that jump. */
import type { Page as Raw } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { describeEngines, type Collector, type Page } from './harness'
import { expectOnce, expectSingle, listen, named, settled, sleep, statsOf, toldOf, track } from './pages/chaos-tools'

const DAY = 864e5
const calls = named('Call', 10)
const refuse = (collector: Collector) => {
  collector.mode = () => ({ status: 503, headers: { 'retry-after': '1' } })
}
const refused = (collector: Collector) => collector.waitFor(({ requests }) => requests.length)

/** The page's clock is wrong by so many milliseconds; `window.skew` may be changed. */
const skewed = (skew: number) => `() => {
  const Real = Date
  window.skew = ${skew}
  const now = () => Real.now() + window.skew
  window.Date = new Proxy(Real, {
    construct: (_, args) => (args.length ? new Real(...args) : new Real(now())),
    get: (target, key) => (key === 'now' ? now : target[key]),
  })
}`
const setSkew = (page: Page, skew: number) =>
  page.evaluate((value: number) => void Object.assign(window, { skew: value }), skew)

/** From a moment on every transaction of IndexedDB throws, or is never heard of again. */
const breakable = () => {
  const original = IDBDatabase.prototype.transaction
  let how = ''
  Object.assign(window, { breakStorage: (way: string) => (how = way) })
  IDBDatabase.prototype.transaction = function (...args) {
    if (how === 'throws') throw new DOMException('broken', 'UnknownError')
    if (how !== 'silent') return original.apply(this, args)
    const dumb = () => ({})
    const store = { put: dumb, delete: dumb, get: dumb, getAll: dumb, getAllKeys: dumb, clear: dumb, transaction: {} }
    return { objectStore: () => store } as unknown as IDBTransaction
  }
}
const breakStorage = (page: Page, how: string) =>
  page.evaluate((way: string) => (window as unknown as { breakStorage(way: string): void }).breakStorage(way), how)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test.each(['throws', 'silent'])('IndexedDB that %s from a moment on, events in it: all arrive once', async (how) => {
    const { page, collector } = await engine.openPage({ before: breakable })
    refuse(collector)
    await track(page, calls)
    await refused(collector)
    await breakStorage(page, how)
    await track(page, ['Later'])
    collector.mode = undefined
    await collector.waitFor(11, 30_000)
    await settled(page)
    expectSingle(collector, [...calls, 'Later'])
    expect(page.errors).toEqual([])
  })

  test('the database deleted by the page while it is open: what it held arrives from memory', async () => {
    const { page, collector } = await engine.openPage()
    refuse(collector)
    await track(page, calls)
    await refused(collector)
    await page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!)
    })
    await track(page, ['Later'])
    collector.mode = undefined
    await collector.waitFor(11, 30_000)
    await settled(page)
    expectSingle(collector, [...calls, 'Later'])
    await page.reload()
    await track(page, ['Reloaded'])
    await collector.waitFor(12)
    expectSingle(collector, [...calls, 'Later', 'Reloaded'])
  })

  test('a clock that goes back a day: the order stays, everything arrives once', async () => {
    const { page, collector } = await engine.openPage({ before: skewed(0) })
    refuse(collector)
    await track(page, ['Today'])
    await refused(collector)
    await setSkew(page, -DAY)
    await track(page, ['Yesterday'])
    collector.mode = undefined
    await page.evaluate(() => void window.analytics.flush())
    await collector.waitFor(2, 30_000)
    await settled(page)
    expectSingle(collector, ['Today', 'Yesterday'])
    const timeOf = (name: string) => Date.parse(collector.accepted.find(({ event }) => event === name)!.timestamp)
    expect(timeOf('Yesterday')).toBeLessThan(timeOf('Today'))
  })
})

describeEngines(['chromium'], (engine) => {
  type Command = 'Storage.overrideQuotaForOrigin' | 'Storage.clearDataForOrigin'
  const send = async (page: Page, method: Command, params: object) => {
    const client = await (page.raw as Raw).createCDPSession()
    await client.send(method, { origin: new URL(await page.url()).origin, ...params } as never)
  }

  test('a disk that is full: everything arrives, and what the site itself can write stays writable', async () => {
    const { page, collector } = await engine.openPage({ script: 'none' })
    await send(page, 'Storage.overrideQuotaForOrigin', { quotaSize: 1 })
    const full = engine.serve({ collector })
    await page.goto(full)
    refuse(collector)
    await track(page, calls, 'x'.repeat(5000))
    await refused(collector)
    const fate = await page.evaluate(() => new Promise((resolve) => {
      const asked = indexedDB.open('own')
      asked.onupgradeneeded = () => asked.result.createObjectStore('own')
      asked.onerror = () => resolve('full')
      asked.onsuccess = () => {
        const put = asked.result.transaction('own', 'readwrite')
        put.objectStore('own').put('x'.repeat(50_000), 'key')
        put.oncomplete = () => resolve('room')
        put.onabort = () => resolve('full')
      }
    }))
    expect(fate).toBe('full')
    await page.evaluate(() => localStorage.setItem('own', 'value'))
    collector.mode = undefined
    await collector.waitFor(10, 30_000)
    await settled(page)
    expectSingle(collector, calls)
    expect(page.errors).toEqual([])
  })

  test('localStorage full to the last byte: calls, identity and the site go on', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        for (let size = 1 << 22; size; size >>= 1) {
          for (let index = 0; ; index++) {
            try {
              localStorage.setItem(`fill ${size} ${index}`, 'x'.repeat(size))
            } catch {
              break
            }
          }
        }
      },
    })
    await page.evaluate(() => void window.analytics.identify('me'))
    await track(page, ['Full'])
    const events = await collector.waitFor(2)
    expect(events[1]).toMatchObject({ event: 'Full', userId: 'me', anonymousId: events[0]!.anonymousId })
    expect(page.errors).toEqual([])
    expect(page.logs.filter((line) => line.includes('assent'))).toEqual([])
  })

  test('site data cleared by the visitor: what is queued arrives, and what follows is durable again', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const other = await context.newPage()
    refuse(collector)
    await track(page, calls)
    await refused(collector)
    await send(page, 'Storage.clearDataForOrigin', { storageTypes: 'all' })
    await track(page, ['Later'])
    collector.mode = undefined
    await collector.waitFor(11, 30_000)
    await settled(page)
    expectSingle(collector, [...calls, 'Later'])
    collector.mode = () => ({ abort: true })
    await track(page, ['Durable'])
    await collector.waitFor(({ requests }) => requests.at(-1)?.status === 'abort')
    await page.close()
    collector.mode = undefined
    await other.goto(url)
    await collector.waitFor(12, 30_000)
  })

  test('a clock years ahead at a failure, then set right: the next page sends all the same', async () => {
    const { page, collector, context } = await engine.openPage({ before: skewed(2000 * DAY) })
    collector.mode = () => ({ abort: true })
    await track(page, calls)
    await page.waitFor(() => window.analytics.stats().retried > 0)
    await page.close()
    collector.mode = undefined
    const right = await context.newPage()
    await right.goto(engine.serve({ collector }))
    await collector.waitFor(10, 30_000)
    await settled(right)
    expectSingle(collector, calls)
  })

  test('older than a week: not sent any more, but counted and told', async () => {
    // All ten in one request.
    const options = { flushInterval: 200 }
    const { page, collector, context } = await engine.openPage({ before: skewed(-8 * DAY), options })
    collector.mode = () => ({ abort: true })
    await track(page, calls)
    await refused(collector)
    await page.close()
    collector.clear()
    collector.mode = undefined
    const later = await context.newPage()
    const load = `(options) => { analytics.load('TEST_KEY', options); (${String(listen)})() }`
    await later.goto(engine.serve({ collector, load }))
    await track(later, ['New'])
    await collector.waitFor(1)
    await settled(later)
    expectOnce(collector, ['New'])
    const { dropped } = await statsOf(later)
    expect(Object.values(dropped)).toEqual([10])
    expect((await toldOf(later)).map(({ code }) => code)).toEqual(['delivery_failure'])
  })

  test('more events than may wait: the oldest go, counted; the rest arrives', async () => {
    const { page, collector } = await engine.openPage()
    await page.evaluate(listen)
    collector.mode = () => ({ status: 503, headers: { 'retry-after': '2' } })
    const text = 'x'.repeat(30_000)
    // 32 MB are 1,066 such events.
    for (let round = 0; round < 12; round++) await track(page, named(`Round ${round}`, 100), text)
    await page.waitFor(() => window.analytics.stats().accepted === 1200)
    await sleep(1000)
    collector.mode = undefined
    await page.waitFor(() => {
      const { acknowledged, dropped } = window.analytics.stats()
      return acknowledged + Object.values<number>(dropped).reduce((sum, count) => sum + count, 0) === 1200
    })
    const { acknowledged, dropped } = await statsOf(page)
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
    expect(lost).toBeGreaterThan(0)
    expect(collector.accepted).toHaveLength(acknowledged)
    expect(collector.accepted.at(-1)!.event).toBe('Round 11 99')
    expect((await toldOf(page)).map(({ code }) => code)).toContain('delivery_failure')
  })
})
