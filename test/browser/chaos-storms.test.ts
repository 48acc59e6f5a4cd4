/** No storms on a host that is blocked, and a page that lives on whatever a blocker takes away. */
import type { HTTPRequest, Page as Raw } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { describeEngines, type Page } from './harness'
import { expectOnce, expectSingle, named, settled, sleep, statsOf, track } from './pages/chaos-tools'

const SECOND = 1000
const LOADS = 50
/** Of simulated time: 50 page loads make an hour. */
const VISIT = 72 * SECOND

interface Clock {
  /** Runs every timer that is due by then, one after the other, each with time to finish. */
  advance(to: number): Promise<void>
}

/**
 * Date starts at `start`, and timers of more than a quarter of a second run when the test moves the clock to them.
 * Shorter ones, the network, IndexedDB and performance.now are real.
 */
const simulate = (start: number) => `() => {
  const Real = Date, begun = performance.now(), later = setTimeout, forget = clearTimeout
  let jumped = 0, count = 0
  const waiting = new Map()
  const now = () => ${start} + jumped + Math.round(performance.now() - begun)
  window.Date = new Proxy(Real, {
    construct: (_, args) => (args.length ? new Real(...args) : new Real(now())),
    get: (target, key) => (key === 'now' ? now : target[key]),
  })
  window.setTimeout = (work, ms = 0) => {
    if (ms <= 250) return later(work, ms)
    waiting.set(--count, { due: now() + ms, work })
    return count
  }
  window.clearTimeout = (id) => waiting.delete(id) || forget(id)
  window.clock = {
    async advance(to) {
      for (;;) {
        await new Promise((resolve) => later(resolve, 150))
        const [next] = [...waiting].filter(([, { due }]) => due <= to).sort(([, a], [, b]) => a.due - b.due)
        if (!next) break
        const [id, { due, work }] = next
        waiting.delete(id)
        jumped += Math.max(0, due - now())
        work()
      }
      jumped += Math.max(0, to - now())
    },
  }
}`
const advance = (page: Page, to: number) =>
  page.evaluate((time: number) => (window as unknown as { clock: Clock }).clock.advance(time), to)

describeEngines(['chromium'], (engine) => {
  test('a host blocked for an hour sees 20 requests at most from 50 page loads, and then gets everything', async () => {
    const collector = await engine.newCollector()
    const page = await (await engine.newContext()).newPage()
    const start = Date.now()
    collector.mode = () => ({ status: 503 })
    for (let load = 0; load < LOADS; load++) {
      await page.goto(engine.serve({ collector, path: '/shop', before: simulate(start + load * VISIT) }))
      await track(page, [`Load ${load}`])
      await advance(page, start + (load + 1) * VISIT)
    }
    expect(collector.requests.length).toBeLessThanOrEqual(20)
    // ... and it is asked now and then, else this would prove nothing.
    expect(collector.requests.length).toBeGreaterThanOrEqual(8)
    collector.mode = undefined
    await advance(page, start + LOADS * VISIT + 900 * SECOND)
    await collector.waitFor(LOADS)
    expectSingle(collector, named('Load', LOADS))
  }, 90_000)

  const block = async (page: Page, blocked: (url: string) => boolean) => {
    const raw = page.raw as Raw
    await raw.setRequestInterception(true)
    const handle = (request: HTTPRequest) =>
      void (blocked(request.url()) ? request.abort('blockedbyclient') : request.continue())
    raw.on('request', handle)
    return async () => {
      raw.off('request', handle)
      await raw.setRequestInterception(false)
    }
  }

  test('an ad blocker that aborts the requests: nothing throws, and all waits for a better day', async () => {
    const collector = await engine.newCollector()
    const page = await (await engine.newContext()).newPage()
    const url = engine.serve({ collector, body: '<a id="out" href="#there">out</a>' })
    const unblock = await block(page, (address) => address.startsWith(collector.origin))
    await page.goto(url)
    const answers = await page.evaluate(async () => {
      const { analytics } = window
      analytics.trackLink(document.querySelector('#out'), 'Link')
      const ready = await new Promise((resolve) => analytics.ready(() => resolve('ready')))
      const ctx = await analytics.track('Awaited')
      return [ready, ctx.event.event, typeof analytics.user().anonymousId()]
    })
    expect(answers).toEqual(['ready', 'Awaited', 'string'])
    await page.click('#out')
    await page.waitFor(() => location.hash === '#there')
    await page.waitFor(() => window.analytics.stats().retried > 0)
    expect(collector.requests).toEqual([])
    expect(page.errors).toEqual([])
    // What the browser itself says of a blocked request is not ours to prevent.
    expect(page.logs.filter((line) => !line.includes('ERR_BLOCKED_BY_CLIENT'))).toEqual([])
    expect(await statsOf(page)).toMatchObject({ accepted: 2, acknowledged: 0, queued: 2, dropped: {} })
    await unblock()
    await page.reload()
    await collector.waitFor(2, 30_000)
    await settled(page)
    expectSingle(collector, ['Awaited', 'Link'])
  })

  test('a blocker that takes only what outlives a page: the events wait for the next one', async () => {
    const collector = await engine.newCollector()
    const { page, url } = await engine.openPage({
      collector, options: { flushInterval: 60_000 },
      before: () => {
        const { fetch } = window
        window.fetch = (input, init) =>
          init?.keepalive ? Promise.reject(new TypeError('blocked')) : fetch(input, init)
        navigator.sendBeacon = () => false
      },
    })
    await track(page, named('Call', 5))
    await page.waitFor(() => window.analytics.stats().queued === 5)
    await page.goto(engine.serve({ script: 'none', collector }))
    await sleep(500)
    expect(collector.requests).toEqual([])
    await page.goto(engine.serve({ collector, path: new URL(url).pathname }))
    await collector.waitFor(5, 30_000)
    expectOnce(collector, named('Call', 5))
  })

  test('keepalive refused and beacons not: they go with the page', async () => {
    const { page, collector } = await engine.openPage({
      options: { flushInterval: 60_000 },
      before: () => {
        window.fetch = () => Promise.reject(new TypeError('blocked'))
      },
    })
    await track(page, named('Call', 5))
    await page.waitFor(() => window.analytics.stats().queued === 5)
    await page.goto(engine.serve({ script: 'none', collector }))
    await collector.waitFor(5)
    expectOnce(collector, named('Call', 5))
    expect(collector.requests[0]!.headers['content-type']).toBe('text/plain;charset=UTF-8')
    expect(collector.preflights).toEqual([])
  })
})
