/** The options of `scrollDepth`: what counts as reached, and what is said of it. */
import { expect, test } from 'vitest'
import { describeEngines } from './harness'
import { events, filler, leave, marks, open, press, settle, waitForMarks, wheel } from './pages/scroll-tools'

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('with countRestored a reload counts by itself, but no script once the visitor has scrolled', async () => {
    const { page } = await open(engine, filler(8000), 'countRestored: true')
    await page.evaluate(() => { scrollTo(0, 4000) })
    await waitForMarks(page, 2)
    await page.reload()
    await page.waitFor(() => scrollY === 4000)
    await waitForMarks(page, 2)
    expect((await events(page)).map(({ properties }) => [properties.percent, properties.trigger]))
      .toEqual([[25, 'script'], [50, 'script']])
    await press(engine, page, 'ArrowDown')
    await page.waitFor(() => scrollY > 4000)
    // Until what scrolls cannot be taken for the rest of that any more.
    await settle(page)
    await settle(page)
    await page.evaluate(() => { scrollTo(0, 6500) })
    await settle(page)
    expect(await marks(page)).toEqual([25, 50])
  })

  test('with dwellMs what is passed without a rest is not reached', async () => {
    const { page } = await open(engine, filler(2000), 'dwellMs: 1000, countScripted: true')
    // Never still for long: two rests' worth of moving about below, then up again to stay.
    await page.evaluate(async () => {
      const begin = performance.now()
      for (let y = 800; performance.now() - begin < 2000; y = y === 800 ? 900 : 800) {
        scrollTo(0, y)
        await new Promise(requestAnimationFrame)
      }
      scrollTo(0, 1)
    })
    // The top of the page is more than a quarter of it, and is told of when it has been held.
    await waitForMarks(page, 1)
    expect(await marks(page)).toEqual([25])
    await page.evaluate(() => { scrollTo(0, 2000) })
    await waitForMarks(page, 4)
    expect(await marks(page)).toEqual([25, 50, 75, 100])
  })

  test('with dwellMs a depth that has not been held when the page is left is none', async () => {
    const { page } = await open(engine, filler(3000), 'dwellMs: 60_000')
    await press(engine, page, 'End')
    await page.waitFor(() => scrollY + document.documentElement.clientHeight >= 2999)
    const [depth, ...more] = await leave(page)
    expect(more).toEqual([])
    expect(depth).toMatchObject({ event: 'Page Depth', properties: { page_height: 3000, fits: false } })
    expect(depth!.properties.max_percent).toBe(depth!.properties.initial_percent)
    expect(depth!.properties.max_percent).toBeLessThan(50)
  })

  test('thresholds of its own choice, without a scroll and without a summary', async () => {
    const { page } = await open(engine, filler(3000), 'thresholds: [20, 10, 90], requireScroll: false, summary: false')
    await waitForMarks(page, 2)
    expect((await leave(page)).map(({ event, properties }) => [event, properties.percent]))
      .toEqual([10, 20].map((percent) => ['Pct Page Scrolled', percent]))
  })

  test('tolerancePx says how near is there', async () => {
    const { page } = await open(engine, filler(3000), 'tolerancePx: 1900')
    await press(engine, page, 'ArrowDown')
    await waitForMarks(page, 3)
    expect(await marks(page)).toEqual([25, 50, 75])
  })
})

describeEngines(['chromium'], (engine) => {
  test('the share of the height as it was first seen, if so wanted (S4)', async () => {
    const { page } = await open(engine, filler(3200), "denominator: 'initial'")
    await page.evaluate((more: string) => document.body.insertAdjacentHTML('beforeend', more), filler(12_800))
    await wheel(page, 1600)
    await waitForMarks(page, 3)
    await wheel(page, 10_000)
    await waitForMarks(page, 4)
    expect((await events(page)).map(({ properties }) => properties.max_percent as number)).toEqual([75, 75, 75, 100])
  })

  test('landmarks tell what was reached', async () => {
    const body = ['Intro', 'Middle', 'End'].map((text) => `<h2>${text}</h2>${filler(2000)}`).join('')
    const { page } = await open(engine, `${body}<h2 hidden>Never</h2>`, "landmarks: assent.scrollLandmarks('h2')")
    await wheel(page, 1500)
    await waitForMarks(page, 1)
    expect((await events(page))[0]!.properties)
      .toMatchObject({ landmark: 'Middle', landmarks_passed: 2, landmarks_total: 4 })
  })
})
