/** Scroll depth through the real client, the gate and the wire. */
import { expect, test } from 'vitest'
import { describeEngines } from './harness'
import { filler, press, settle } from './pages/scroll-tools'

describeEngines(['chromium'], (engine) => {
  const options = {
    files: ['scroll-depth'], consent: { requires: ['analytics'] }, plugins: ['assent.scrollDepth()'],
    head: '<style>body { margin: 0 }</style>', body: filler(8000),
  }

  test('depth before the decision is told after it, with its own time; leaving sends the summary (S21)', async () => {
    const { page, collector } = await engine.openPage(options)
    await settle(page)
    await press(engine, page, 'End')
    await settle(page)
    expect(collector.requests).toEqual([])
    const granted = await page.evaluate(() => {
      const now = new Date().toISOString()
      window.analytics.consent({ analytics: true })
      return now
    })
    const depthsOf = (events: typeof collector.accepted) => events.filter(({ event }) => event?.startsWith('P'))
    await collector.waitFor(() => depthsOf(collector.accepted).length === 4)
    const told = depthsOf(collector.accepted)
    expect(told.map(({ event, properties }) => [event, properties?.percent as number]))
      .toEqual([25, 50, 75, 100].map((percent) => ['Pct Page Scrolled', percent]))
    expect(String(told[3]?.timestamp) < granted).toBe(true)
    await page.goto('about:blank')
    await collector.waitFor(() => depthsOf(collector.accepted).length === 5)
    const depth = depthsOf(collector.accepted)[4]
    expect(depth).toMatchObject({ event: 'Page Depth', properties: { max_percent: 100, max_px: 8000 } })
  })

  test('after a refusal nothing is measured (S21)', async () => {
    const { page, collector } = await engine.openPage(options)
    await settle(page)
    await page.evaluate(() => { window.analytics.consent({ analytics: false }) })
    await press(engine, page, 'End')
    await page.waitFor(() => scrollY > 5000)
    await settle(page)
    await page.evaluate(() => { window.analytics.consent({ analytics: true }) })
    await page.evaluate(() => { window.analytics.track('After') })
    await collector.waitFor(() => collector.accepted.some(({ event }) => event === 'After'))
    expect(collector.accepted.map(({ event }) => event)).not.toContain('Pct Page Scrolled')
  })
})
