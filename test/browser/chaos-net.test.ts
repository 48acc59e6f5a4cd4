/** The last net: what is queued leaves even if the page is killed, where the browser has fetchLater (Chromium). */
import type { Page as Raw } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { describeEngines, spied, type Page } from './harness'
import { expectOnce, expectSingle, named, settled, sleep, track } from './pages/chaos-tools'
import { decide } from './pages/cases-site'

const calls = named('Call', 20)
const options = { flushInterval: 60_000 }
const kill = async (page: Page) => {
  const client = await (page.raw as Raw).createCDPSession()
  // Nobody is left to answer.
  await Promise.race([client.send('Page.crash').catch(() => {}), sleep(1000)])
}

describeEngines(['chromium'], (engine) => {
  test('a renderer is killed before anything was sent: it arrives without another visit', async () => {
    const { page, collector } = await engine.openPage({ options })
    await track(page, calls)
    await sleep(300)
    expect(collector.requests).toEqual([])
    await kill(page)
    await collector.waitFor(20)
    expectSingle(collector, calls)
  })

  test('it is sent under the decision that is in force by then', async () => {
    const { page, collector } = await engine.openPage({ options, consent: { requires: ['analytics'], event: false } })
    await decide(page, { analytics: true, marketing: true })
    await track(page, calls)
    await sleep(300)
    await decide(page, { analytics: true, marketing: false })
    await sleep(300)
    await kill(page)
    await collector.waitFor(20)
    for (const { context } of collector.accepted) {
      expect(context.consent).toMatchObject({ categoryPreferences: { analytics: true, marketing: false } })
    }
  })

  test('a withdrawal takes it away', async () => {
    const { page, collector } = await engine.openPage({ options, consent: { requires: ['analytics'], event: false } })
    await decide(page, { analytics: true })
    await track(page, calls)
    await sleep(300)
    await decide(page, { analytics: false })
    await kill(page)
    await sleep(2000)
    expect(collector.requests).toEqual([])
  })

  test('what has been sent, and what leaves with the page, is not sent by it again', async () => {
    const { page, collector, url } = await engine.openPage({ spies: true })
    await track(page, calls)
    await collector.waitFor(20)
    await settled(page)
    expect((await spied(page, 'net')).map(({ what }) => what).join()).toContain('fetchLater')
    await track(page, ['Last'])
    await page.goto(engine.serve({ script: 'none', collector, title: 'Elsewhere' }))
    await collector.waitFor(21)
    await sleep(1000)
    expect(collector.requests).toHaveLength(2)
    await page.goto(url)
    await settled(page)
    expectOnce(collector, [...calls, 'Last'])
  })
})
