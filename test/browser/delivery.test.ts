/** After consent an event arrives once, whatever happens to the answer, the page or the browser. */
import { expect, test } from 'vitest'
import { describeEngines, stored, type Collector, type Page } from './harness'

const consent = { requires: ['analytics'], event: false }
const names = ({ accepted }: Collector) => accepted.map(({ event }) => event)
const track = (page: Page, ...events: string[]) =>
  page.evaluate((list: string[]) => {
    for (const event of list) void window.analytics.track(event)
  }, events)
const queued = (page: Page, count: number) =>
  page.waitFor(async (wanted: number) => {
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const asked = indexedDB.open(name!)
        asked.onsuccess = () => resolve(asked.result)
      })
      const [store] = Array.from(db.objectStoreNames)
      const text = await new Promise<string>((resolve) => {
        const asked = db.transaction(store!).objectStore(store!).getAll()
        asked.onsuccess = () => resolve(JSON.stringify(asked.result))
      })
      db.close()
      if (text.split('messageId').length > wanted) return true
    }
    return false
  }, count)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('503 then 200 delivers each event once', async () => {
    const { page, collector } = await engine.openPage()
    collector.plan = [{ status: 503, headers: { 'retry-after': '1' } }]
    await track(page, 'A', 'B', 'C')
    await collector.waitFor(3)
    expect(names(collector)).toEqual(['A', 'B', 'C'])
    expect([...collector.copies.values()]).toEqual([1, 1, 1])
    const [refused, accepted] = collector.requests
    const ids = (request = refused) => request?.events.map(({ messageId }) => messageId)
    expect(ids(refused)).toEqual(ids(accepted))
    expect(accepted!.at - refused!.at).toBeGreaterThanOrEqual(1000)
    expect(collector.preflights).toEqual([])
  })

  test('a reload right after the calls loses nothing and keeps the identity', async () => {
    const { page, collector } = await engine.openPage()
    await track(page, 'Before')
    await collector.waitFor(1)
    const calls = Array.from({ length: 50 }, (_, index) => `Call ${index}`)
    await track(page, ...calls)
    await page.reload()
    await track(page, 'After')
    await collector.waitFor(({ accepted }) => accepted.length === 52)
    expect(names(collector).sort()).toEqual(['After', 'Before', ...calls].sort())
    expect(new Set(collector.accepted.map(({ anonymousId }) => anonymousId)).size).toBe(1)
  })

  test('navigating away right after the call loses nothing', async () => {
    const { page, collector } = await engine.openPage()
    await page.evaluate((next: string) => {
      void window.analytics.track('Left')
      location.href = next
    }, engine.serve({ script: 'none', collector, title: 'Next' }))
    await page.waitFor(() => document.title === 'Next')
    await collector.waitFor(1)
    expect(names(collector)).toEqual(['Left'])
  })
})

describeEngines(['chromium'], (engine) => {
  // Chromium writes cookies down seconds later: a kill may take the decision along, and the events wait for a new one.
  const gates = [['without a gate', undefined], ['with a gate', consent]] as const
  test.each(gates)('a killed browser loses no durable event, %s', async (_, gate) => {
    const browser = await engine.persistentBrowser()
    const collector = await engine.newCollector()
    collector.mode = () => ({ abort: true })
    const url = engine.serve({ collector, ...(gate && { consent: gate }) })
    const open = async () => {
      const page = await browser.context().newPage()
      await page.goto(url)
      if (gate) await page.evaluate(() => void window.analytics.consent({ analytics: true }))
      return page
    }
    const calls = Array.from({ length: 20 }, (_, index) => `Call ${index}`)
    const page = await open()
    await track(page, ...calls)
    await queued(page, 20)
    await browser.kill()
    collector.mode = undefined
    await browser.restart()
    await open()
    await collector.waitFor(20, 40_000)
    expect(names(collector)).toEqual(calls)
    expect([...collector.copies.values()].filter((copies) => copies > 1)).toEqual([])
  })

  test('an accepted event whose answer is lost counts once', async () => {
    const { page, collector } = await engine.openPage()
    collector.plan = [{ accept: true, abort: true }]
    await track(page, 'Once')
    await collector.waitFor(({ copies }) => [...copies.values()].includes(2), 30_000)
    expect(names(collector)).toEqual(['Once'])
  })

  test('413 splits a batch until it fits', async () => {
    const { page, collector } = await engine.openPage()
    collector.mode = ({ events }) => (events.length > 3 ? { status: 413 } : undefined)
    const calls = Array.from({ length: 10 }, (_, index) => `Call ${index}`)
    await track(page, ...calls)
    await collector.waitFor(10)
    expect(names(collector)).toEqual(calls)
  })

  test('400 drops the batch with an error event, and what follows arrives', async () => {
    const { page, collector } = await engine.openPage()
    await page.evaluate(() => {
      const errors: string[] = []
      Object.assign(window, { errors })
      window.analytics.on('error', ({ reason }: { reason: Error }) => errors.push(reason.message))
    })
    collector.plan = [{ status: 400 }]
    await track(page, 'Bad')
    const errors = await page.waitFor(() => {
      const { errors } = window as unknown as { errors: string[] }
      return errors.length && errors
    })
    expect(errors).toEqual([expect.stringContaining('400')])
    await track(page, 'Good')
    await collector.waitFor(1)
    expect(names(collector)).toEqual(['Good'])
    // Until it has heard that the last one was accepted.
    await page.evaluate(() => window.analytics.flush())
    expect((await stored(page)).records.length).toBeLessThanOrEqual(1)
  })

  test('what JSON cannot hold, and what is too large, is refused alone', async () => {
    const { page, collector } = await engine.openPage()
    const reports = await page.evaluate(async () => {
      const { analytics } = window
      const errors: string[] = []
      analytics.on('error', ({ code }: { code: string }) => errors.push(code))
      const circle: Record<string, unknown> = { a: 1 }
      circle.self = circle
      void analytics.track('First')
      void analytics.track('Large', { text: 'x'.repeat(40_000) })
      void analytics.track('Circle', circle)
      void analytics.track('Getter', { get trap() { throw new Error('no') }, fine: 1 })
      void analytics.track('Big', { number: 10n, fn: () => {}, date: new Date(0), nan: NaN })
      void analytics.track('Proto', JSON.parse('{"__proto__": {"polluted": true}, "b": 2}'))
      await analytics.track('Last')
      return { errors, polluted: ({} as { polluted?: boolean }).polluted ?? false }
    })
    await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === 'Last'))
    expect(names(collector)).toEqual(['First', 'Circle', 'Getter', 'Big', 'Proto', 'Last'])
    expect(reports).toEqual({ errors: [expect.any(String)], polluted: false })
    const properties = Object.fromEntries(collector.accepted.map(({ event, properties }) => [event, properties]))
    expect(properties.Circle).toEqual({ a: 1 })
    expect(properties.Getter).toEqual({ fine: 1 })
    expect(properties.Big).toMatchObject({ number: '10', date: '1970-01-01T00:00:00.000Z', nan: null })
  })

  test('gzip goes as bare bytes, without a preflight', async () => {
    const { page, collector } = await engine.openPage({ options: { compression: 'gzip' } })
    await track(page, ...Array.from({ length: 30 }, (_, index) => `Call ${index}`))
    await collector.waitFor(30)
    expect(collector.requests[0]?.gzip).toBe(true)
    expect(collector.requests[0]?.headers['content-encoding']).toBeUndefined()
    expect(collector.preflights).toEqual([])
  })

  test('a body sent while the page goes is at most 64 KiB, and the rest goes with the next page', async () => {
    const { page, collector, url } = await engine.openPage({ options: { flushInterval: 60_000 } })
    await page.evaluate(() => {
      for (let index = 0; index < 100; index++) void window.analytics.track(`Call ${index}`, { text: 'x'.repeat(2000) })
    })
    await queued(page, 100)
    await page.goto(engine.serve({ script: 'none', collector }))
    await collector.waitFor(({ requests }) => requests.length)
    expect(Math.max(...collector.requests.map(({ size }) => size))).toBeLessThanOrEqual(64 * 1024)
    await page.goto(url)
    await page.evaluate(() => void window.analytics.flush())
    await collector.waitFor(100)
    expect(new Set(names(collector)).size).toBe(100)
  })
})
