/** Whatever a collector answers, or does not: each event arrives once, or is named in an error event and counted. */
import type { Page as Raw } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { startCollector, type Step } from '../../demo/collector.mjs'
import { describeEngines, type Collector, type Page } from './harness'
import { expectOnce, expectSingle, listen, named, settled, sleep, statsOf, toldOf, track } from './pages/chaos-tools'

const calls = ['One', 'Two', 'Three']
const idsOf = ({ requests }: Collector, index: number) => requests[index]?.events.map(({ messageId }) => messageId)

/** So that a test of the client's own timeout need not wait as long as a visitor would. */
const hurry = () => {
  const later = window.setTimeout
  window.setTimeout = ((work: () => void, ms: number) => later(work, ms > 5000 ? ms / 10 : ms)) as typeof setTimeout
}

/** The first answer, made when it is needed; and the milliseconds, or the time, before which no second one is asked. */
type Fault = [name: string, step: (siteUrl: string) => Step, pause: number | 'the date']
const inTwoSeconds = () => new Date(Date.now() + 2000).toUTCString()
const faults: Record<'everywhere' | 'chromium', Fault[]> = {
  everywhere: [
    ['429 with a Retry-After date', () => ({ status: 429, headers: { 'retry-after': inTwoSeconds() } }), 'the date'],
    ['a cut connection', () => ({ abort: true }), 700],
    ['a request that hangs', () => ({ hang: true }), 900],
    ['a captive portal that redirects', (url) => ({ status: 302, headers: { location: url }, accept: false }), 700],
  ],
  chromium: [
    ['429 with Retry-After seconds', () => ({ status: 429, headers: { 'retry-after': '2' } }), 2000],
    ['503 with a Retry-After date', () => ({ status: 503, headers: { 'retry-after': inTwoSeconds() } }), 'the date'],
    ['503 with a Retry-After that is nonsense', () => ({ status: 503, headers: { 'retry-after': 'soon' } }), 700],
    ['500', () => ({ status: 500 }), 700],
    ['504', () => ({ status: 504 }), 700],
    ['408', () => ({ status: 408 }), 700],
    ['a captive portal that answers itself', () => ({
      status: 200, cors: false, accept: false, body: '<h1>Log in</h1>', headers: { 'content-type': 'text/html' },
    }), 700],
  ],
}

const faultTests = (engine: Parameters<Parameters<typeof describeEngines>[1]>[0], list: Fault[]) =>
  test.each(list)('%s: the same events again, each once', async (_, step, pause) => {
    const { page, collector, url } = await engine.openPage({ before: hurry })
    const planned = step(url)
    collector.plan = [planned]
    await track(page, calls)
    await collector.waitFor(3, 30_000)
    await settled(page)
    expectSingle(collector, calls)
    const posts = collector.requests.filter(({ method }) => method === 'POST')
    expect(posts).toHaveLength(2)
    const [first, second] = posts
    const date = planned.headers?.['retry-after'] ?? ''
    const earliest = pause === 'the date' ? Date.parse(date) : first!.at + pause
    expect(second!.at).toBeGreaterThanOrEqual(earliest)
    // The time of the call stays, that of the attempt does not.
    const again = new Map(second!.events.map(({ messageId, timestamp }) => [messageId, timestamp]))
    for (const { messageId, timestamp } of first!.events) expect(again.get(messageId)).toBe(timestamp)
    expect(second!.body!.sentAt).not.toBe(first!.body!.sentAt)
    expect(collector.preflights).toEqual([])
    expect(page.errors).toEqual([])
    expect(await statsOf(page)).toMatchObject({ accepted: 3, acknowledged: 3, retried: 3, queued: 0, dropped: {} })
  })

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  faultTests(engine, faults.everywhere)

  test('a collector that is not there yet gets everything when it is', async () => {
    const first = await startCollector()
    const { page } = await engine.openPage({ collector: first })
    await first.close()
    await track(page, calls)
    await page.waitFor(() => window.analytics.stats().retried > 0)
    const second = await startCollector({ port: first.port })
    try {
      await second.waitFor(3, 30_000)
      await settled(page)
      expectSingle(second, calls)
      expect(page.errors).toEqual([])
    } finally {
      await second.close()
    }
  })
})

describeEngines(['chromium'], (engine) => {
  faultTests(engine, faults.chromium)

  const offline = (page: Page, on: boolean) => (page.raw as Raw).setOfflineMode(on)

  test('offline: no attempt is made; back online everything goes, with the times of the calls', async () => {
    const { page, collector } = await engine.openPage()
    await offline(page, true)
    await track(page, calls)
    await sleep(1500)
    const back = Date.now()
    expect(await statsOf(page)).toMatchObject({ sent: 0, queued: 3 })
    await offline(page, false)
    await collector.waitFor(3)
    await settled(page)
    expectSingle(collector, calls)
    for (const { timestamp } of collector.accepted) expect(Date.parse(timestamp)).toBeLessThan(back - 1000)
  })

  test('offline, closed, opened again online: delivered once, with the old times', async () => {
    const { page, collector, context, url } = await engine.openPage()
    await offline(page, true)
    await track(page, calls)
    await sleep(500)
    await page.close()
    expect(collector.requests).toEqual([])
    const back = Date.now()
    await (await context.newPage()).goto(url)
    await collector.waitFor(3)
    expectSingle(collector, calls)
    for (const { timestamp } of collector.accepted) expect(Date.parse(timestamp)).toBeLessThan(back)
  })

  test('a collector without CORS: what it took counts once, and the page keeps its copy', async () => {
    const { page, collector } = await engine.openPage()
    collector.mode = () => ({ cors: false })
    await track(page, calls)
    await collector.waitFor(({ requests }) => requests.length === 2)
    expectOnce(collector, calls)
    expect(idsOf(collector, 1)).toEqual(idsOf(collector, 0))
    expect(await statsOf(page)).toMatchObject({ acknowledged: 0, queued: 3 })
    collector.mode = undefined
    await settled(page)
    expectOnce(collector, calls)
    expect(page.errors).toEqual([])
  })

  test('413 down to one event: that one is given up with its name, the others arrive', async () => {
    const { page, collector } = await engine.openPage()
    await page.evaluate(listen)
    const names = [...named('Light', 5), 'Heavy', ...named('Lighter', 5)]
    let heavy = ''
    collector.mode = ({ events }) => {
      const found = events.find(({ event }) => event === 'Heavy')
      if (found) heavy = found.messageId
      return found && { status: 413 }
    }
    await track(page, names)
    await collector.waitFor(10)
    await settled(page)
    expectSingle(collector, names.filter((name) => name !== 'Heavy'))
    expect(await toldOf(page)).toEqual([
      { code: 'delivery_failure', reason: expect.stringContaining('413'), messageIds: [heavy] },
    ])
    expect(await statsOf(page)).toMatchObject({ accepted: 11, acknowledged: 10, dropped: { 'status 413': 1 } })
  })

  test('a half of a batch that fails is tried again alone', async () => {
    const { page, collector } = await engine.openPage()
    const names = named('Call', 8)
    collector.plan = [{ status: 413 }, { status: 200 }, { status: 500 }]
    await track(page, names)
    await collector.waitFor(8)
    await settled(page)
    expectSingle(collector, names)
    expect(collector.requests.map(({ events }) => events.length)).toEqual([8, 4, 4, 4])
  })

  test.each([400, 401, 404, 422])('%i: given up, the events named in an error event and counted', async (status) => {
    const { page, collector } = await engine.openPage()
    await page.evaluate(listen)
    collector.plan = [{ status }]
    await track(page, calls)
    await settled(page)
    expect(await toldOf(page)).toEqual([
      { code: 'delivery_failure', reason: expect.stringContaining(String(status)), messageIds: idsOf(collector, 0) },
    ])
    expect(await statsOf(page)).toMatchObject({ accepted: 3, acknowledged: 0, dropped: { [`status ${status}`]: 3 } })
    await page.reload()
    await track(page, ['Next'])
    await collector.waitFor(1)
    expectSingle(collector, ['Next'])
  })
})
