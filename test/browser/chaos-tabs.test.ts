/** Tabs of one site share what is queued: nothing lost, nothing doubled, nobody asked more than once. */
import type { Page as Raw } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { describeEngines, type Collector, type Context, type Page } from './harness'
import { expectSingle, named, settled, sleep, track } from './pages/chaos-tools'

const settledAll = (pages: Page[]) => Promise.all(pages.map(settled))
const open = async (context: Context, url: string, count: number) => {
  const pages: Page[] = []
  for (let index = 0; index < count; index++) {
    const page = await context.newPage()
    await page.goto(url)
    pages.push(page)
  }
  return pages
}
const crash = async (page: Page) => {
  const client = await (page.raw as Raw).createCDPSession()
  // Nobody is left to answer.
  await Promise.race([client.send('Page.crash').catch(() => {}), sleep(1000)])
}
const gapsOf = ({ requests }: Collector) => requests.slice(1).map(({ at }, index) => at - requests[index]!.at)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('10 tabs, 1,000 events, a collector that fails and recovers: 1,000 ids, once each', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const tabs = [page, ...(await open(context, url, 9))]
    let failures = 0
    collector.mode = () => (++failures % 2 ? { status: 503, headers: { 'retry-after': '1' } } : { abort: true })
    for (const [index, tab] of tabs.entries()) {
      for (let part = 0; part < 4; part++) await track(tab, named(`Tab ${index}.${part}`, 25))
    }
    await collector.waitFor(() => failures >= 4, 30_000)
    collector.mode = undefined
    await collector.waitFor(1000, 40_000)
    await settledAll(tabs)
    expectSingle(collector, tabs.flatMap((_, index) => [0, 1, 2, 3].flatMap((part) => named(`Tab ${index}.${part}`, 25))))
  })

  test('without Web Locks a lease lets one tab send at a time: nothing lost, nothing twice', async () => {
    const { page, collector, context, url } = await engine.openPage({
      before: () => void Reflect.deleteProperty(Navigator.prototype, 'locks'),
    })
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(false)
    const tabs = [page, ...(await open(context, url, 1))]
    collector.plan = [{ status: 503, headers: { 'retry-after': '1' } }, { abort: true }]
    await Promise.all(tabs.map((tab, index) => track(tab, named(`Tab ${index}`, 50))))
    await collector.waitFor(100, 30_000)
    await settledAll(tabs)
    expectSingle(collector, [...named('Tab 0', 50), ...named('Tab 1', 50)])
  })

  test('a tab that is hidden while another sends what both know sends no second copy', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const [other] = await open(context, url, 1)
    collector.plan = [{ delay: 1500 }]
    await track(page, ['First'])
    await collector.waitFor(({ requests }) => requests.length)
    // Both tabs hold this one's turn for later; then each is told that it is hidden, as in switching between them.
    await track(page, ['Second'])
    await track(other!, ['Third'])
    await sleep(300)
    for (const tab of [page, other!]) {
      await tab.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })
    }
    await sleep(300)
    expect(collector.requests).toHaveLength(1)
    await collector.waitFor(3, 30_000)
    await settledAll([page, other!])
    expectSingle(collector, ['First', 'Second', 'Third'])
  })

  test('a Retry-After that one tab was told holds for all of them, and for a page that opens meanwhile', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const [other] = await open(context, url, 1)
    collector.plan = [{ status: 429, headers: { 'retry-after': '4' } }]
    await track(page, ['First'])
    await collector.waitFor(({ requests }) => requests[0]?.status)
    await sleep(200)
    await track(other!, ['Second'])
    // It would be sent by now. And a tab that is hidden goes by what it has read of the pause.
    await sleep(1000)
    const [third] = await open(context, url, 1)
    await track(third!, ['Third'])
    await collector.waitFor(3, 30_000)
    expectSingle(collector, ['First', 'Second', 'Third'])
    expect(gapsOf(collector)[0]).toBeGreaterThanOrEqual(4000)
  })
})

describeEngines(['chromium', 'firefox'], (engine) => {
  test('on plain http, without locks and secure crypto, two tabs lose nothing and send nothing twice', async () => {
    const { page, collector, context, url } = await engine.openPage({ host: 'b.localtest' })
    expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([false, false])
    const tabs = [page, ...(await open(context, url, 1))]
    collector.plan = [{ status: 503, headers: { 'retry-after': '1' } }]
    await Promise.all(tabs.map((tab, index) => track(tab, named(`Tab ${index}`, 20))))
    await collector.waitFor(40, 30_000)
    await settledAll(tabs)
    expectSingle(collector, [...named('Tab 0', 20), ...named('Tab 1', 20)])
  })
})

describeEngines(['chromium'], (engine) => {
  test('what a dead tab left is sent by one that lives', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const [dead] = await open(context, url, 1)
    collector.mode = () => ({ abort: true })
    await track(dead!, named('Orphan', 20))
    await collector.waitFor(({ requests }) => requests.length)
    await crash(dead!)
    collector.mode = undefined
    await track(page, ['Alive'])
    await collector.waitFor(21, 30_000)
    await settled(page)
    expectSingle(collector, [...named('Orphan', 20), 'Alive'])
  })

  test('a tab that dies while it sends leaves its lock and its events to the others', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const [dead] = await open(context, url, 1)
    collector.plan = [{ hang: true }]
    await track(dead!, named('Orphan', 20))
    await collector.waitFor(({ requests }) => requests.length)
    await track(page, ['Alive'])
    await crash(dead!)
    await collector.waitFor(21, 30_000)
    await settled(page)
    expectSingle(collector, [...named('Orphan', 20), 'Alive'])
  })

  test('five tabs ask a host that is down no more often than one would', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const tabs = [page, ...(await open(context, url, 4))]
    collector.mode = () => ({ status: 500 })
    for (let round = 0; round < 6; round++) {
      for (const [index, tab] of tabs.entries()) await track(tab, [`Tab ${index}.${round}`])
      await sleep(700)
    }
    await collector.waitFor(({ requests }) => requests.length >= 3, 30_000)
    // Doubling from a second, a quarter less at the most.
    gapsOf(collector).forEach((gap, index) => expect(gap).toBeGreaterThanOrEqual(750 * 2 ** index))
    collector.mode = undefined
    await collector.waitFor(30, 40_000)
    await settledAll(tabs)
    expectSingle(collector, tabs.flatMap((_, index) => [0, 1, 2, 3, 4, 5].map((round) => `Tab ${index}.${round}`)))
  })
})
