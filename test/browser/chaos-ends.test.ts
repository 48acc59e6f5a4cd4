/** However a page ends, what was called on it arrives: now, or with the next page of the site. */
import type { Page as Raw } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { describeEngines, type Collector, type Context, type Page } from './harness'
import { poll } from './support/page'
import { expectOnce, expectSingle, named, settled, sleep, statsOf, track } from './pages/chaos-tools'
import { shownOf, watchShown } from './pages/cached'

const calls = named('Call', 20)
const refuse = (collector: Collector) => void (collector.mode = () => ({ abort: true }))
const bytesOf = ({ requests }: Collector) => requests.reduce((sum, { size }) => sum + size, 0)
/** Another tab of the visitor, behind this one: Firefox does not tell a tab in the background that it is closed. */
async function openBehind(page: Page, context: Context): Promise<Page> {
  const other = await context.newPage()
  await (page.raw as Partial<Raw>).bringToFront?.()
  await page.waitFor(() => !document.hidden)
  return other
}

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('a tab closed right after the calls', async () => {
    const { page, collector, context, url } = await engine.openPage()
    // WebDriver ends with its last window, so another one stays.
    const other = await openBehind(page, context)
    await track(page, calls)
    await page.close()
    await other.goto(url)
    await collector.waitFor(20)
    await settled(other)
    expectOnce(collector, calls)
  })

  test('a tab closed while the collector is down: the next page brings it all', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const other = await openBehind(page, context)
    refuse(collector)
    await track(page, calls)
    await collector.waitFor(({ requests }) => requests.length)
    await page.close()
    expect(collector.accepted).toEqual([])
    collector.mode = undefined
    await other.goto(url)
    await collector.waitFor(20, 30_000)
    await settled(other)
    expectSingle(collector, calls)
  })
})

const many = named('Call', 200)
const callMany = (names: string[]) => {
  for (const name of names) void window.analytics.track(name, { text: 'x'.repeat(1500) })
}
const all = ({ accepted }: Collector) => new Set(accepted.map(({ messageId }) => messageId)).size >= many.length

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('300 KiB called and the page left at once: the next page has what did not leave with it', async () => {
    const { page, collector, url } = await engine.openPage()
    const elsewhere = engine.serve({ script: 'none', collector, title: 'Elsewhere' })
    await page.evaluate(callMany, many)
    await page.goto(elsewhere)
    await page.goto(url)
    await collector.waitFor(all)
    await settled(page)
    expectOnce(collector, many)
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('assent')))).toEqual([])
  })
})

// Firefox may lose what is put into localStorage while its tab closes.
describeEngines(['chromium', 'webkit'], (engine) => {
  test('300 KiB called and the tab closed at once: the next page has what did not leave with it', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const other = await openBehind(page, context)
    await page.evaluate(callMany, many)
    await page.close()
    await other.goto(url)
    await collector.waitFor(all)
    await settled(other)
    expectOnce(collector, many)
  })
})

// Firefox tells its driver nothing of a page that comes from the back/forward cache.
describeEngines(['chromium', 'webkit'], (engine) => {
  test('out to another site and back, the collector down meanwhile: nothing is lost, nothing doubled', async () => {
    const { page, collector } = await engine.openPage({ before: watchShown })
    refuse(collector)
    await track(page, calls)
    await collector.waitFor(({ requests }) => requests.length)
    await page.goto(engine.serve({ script: 'none', collector, title: 'Elsewhere' }))
    collector.mode = undefined
    await page.back()
    await page.waitFor(() => document.title === 'Test page' && window.analytics?.stats)
    await track(page, ['Back'])
    await collector.waitFor(21, 30_000)
    await settled(page)
    expectSingle(collector, [...calls, 'Back'])
  })
})

describeEngines(['chromium'], (engine) => {
  const gates = [['without a gate', undefined], ['with a gate', { requires: ['analytics'], event: false }]] as const
  test.each(gates)(
    'frozen in the back/forward cache with a full queue, %s: it is the same page that goes on', async (_, consent) => {
      const { page, collector } = await engine.openPage({ consent, before: watchShown })
      if (consent) await page.evaluate(() => void window.analytics.consent({ analytics: true }))
      refuse(collector)
      await track(page, calls)
      await collector.waitFor(({ requests }) => requests.length)
      // A page with a request under way is not cached.
      await sleep(500)
      await page.goto(engine.serve({ script: 'none', collector }))
      collector.mode = undefined
      await page.back()
      expect(await shownOf(page)).toEqual([true])
      await track(page, ['Back'])
      await collector.waitFor(21, 30_000)
      await settled(page)
      expectSingle(collector, [...calls, 'Back'])
      expect(await statsOf(page)).toMatchObject({ accepted: 21, acknowledged: 21, queued: 0 })
    })

  test('frozen while another page of the site delivers its queue: it does not send that again', async () => {
    const { page, collector, url } = await engine.openPage({ before: watchShown })
    refuse(collector)
    await track(page, calls)
    await collector.waitFor(({ requests }) => requests.length)
    // A page with a request under way is not cached.
    await sleep(500)
    await page.goto(engine.serve({ collector, path: '/sibling' }))
    collector.mode = undefined
    await collector.waitFor(20, 30_000)
    await settled(page)
    await page.back()
    expect(await shownOf(page)).toEqual([true])
    expect(await page.url()).toBe(url)
    await track(page, ['Back'])
    await collector.waitFor(21)
    await settled(page)
    expectSingle(collector, [...calls, 'Back'])
  })

  test('a renderer that is killed 0.3 s after the calls: the next page has them all', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const other = await openBehind(page, context)
    refuse(collector)
    await track(page, calls)
    await sleep(300)
    const client = await (page.raw as Raw).createCDPSession()
    // Nobody is left to answer.
    await Promise.race([client.send('Page.crash').catch(() => {}), sleep(1000)])
    collector.mode = undefined
    await other.goto(url)
    await collector.waitFor(20, 30_000)
    expectSingle(collector, calls)
  })

  test('a browser that is killed 0.3 s after the calls, the collector down: all 20 after the restart', async () => {
    const browser = await engine.persistentBrowser()
    const collector = await engine.newCollector()
    refuse(collector)
    const url = engine.serve({ collector })
    const page = await browser.context().newPage()
    await page.goto(url)
    await track(page, calls)
    await sleep(300)
    await browser.kill()
    collector.mode = undefined
    await browser.restart()
    await (await browser.context().newPage()).goto(url)
    await collector.waitFor(20, 40_000)
    expectSingle(collector, calls)
  })

  test('300 KiB queued when the page goes: at most 64 KiB go with it, the rest with the next page', async () => {
    const { page, collector, url } = await engine.openPage({ options: { flushInterval: 60_000 } })
    const many = named('Call', 150)
    // A call's promise says that its event is durable.
    await page.evaluate((names: string[]) =>
      Promise.all(names.map((name) => window.analytics.track(name, { text: 'x'.repeat(2048) }))), many)
    await page.goto(engine.serve({ script: 'none', collector }))
    await collector.waitFor(({ requests }) => requests.length)
    await sleep(1000)
    expect(bytesOf(collector)).toBeLessThanOrEqual(64 * 1024)
    // As much as there is room for, that is.
    expect(bytesOf(collector)).toBeGreaterThan(32 * 1024)
    await page.goto(url)
    await page.evaluate(() => void window.analytics.flush())
    await collector.waitFor(150)
    await settled(page)
    expectOnce(collector, many)
  })

  test('the budget used up by others when the page goes: the next page brings it', async () => {
    const { page, collector, url } = await engine.openPage({ options: { flushInterval: 60_000 } })
    const other = await engine.newCollector()
    other.mode = () => ({ hang: true })
    await page.evaluate((endpoint: string) => {
      fetch(endpoint, { method: 'POST', body: 'x'.repeat(60_000), keepalive: true }).catch(() => {})
    }, other.endpoint)
    await other.waitFor(({ requests }) => requests.length)
    await track(page, calls, 'x'.repeat(1000))
    await page.waitFor(() => window.analytics.stats().queued === 20)
    await page.goto(engine.serve({ script: 'none', collector }))
    await sleep(500)
    expect(collector.requests).toEqual([])
    await page.goto(url)
    await page.evaluate(() => void window.analytics.flush())
    await collector.waitFor(20)
    expectSingle(collector, calls)
  })

  test('a page that is prerendered and never shown sends nothing', async () => {
    const collector = await engine.newCollector()
    const hidden = engine.serve({
      collector, path: '/prerendered',
      load: (options) => {
        window.analytics.load('TEST_KEY', options)
        window.analytics.track('Never shown')
        const { prerendering } = document as { prerendering?: boolean }
        void fetch(prerendering ? '/it-ran-prerendered' : '/it-ran')
      },
    })
    const { page, site } = await engine.openPage({ collector })
    await page.evaluate((url: string) => {
      const rules = document.createElement('script')
      rules.type = 'speculationrules'
      rules.textContent = JSON.stringify({ prerender: [{ urls: [url], eagerness: 'immediate' }] })
      document.head.append(rules)
    }, hidden)
    await poll(async () => site.requests.some(({ path }) => path === '/it-ran-prerendered'), 'a prerendered page')
    await track(page, ['Shown'])
    await collector.waitFor(1)
    await page.goto(engine.serve({ collector, path: '/next' }))
    await track(page, ['Next'])
    await collector.waitFor(2)
    await sleep(500)
    expectSingle(collector, ['Shown', 'Next'])
  })
})
