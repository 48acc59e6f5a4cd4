/** The scroll depth plugin before a client that only writes down, in pages that are really scrolled. */
import { expect, test } from 'vitest'
import { describeEngines } from './harness'
import { depths, events, filler, leave, marks, open, press, settle, waitForMarks } from './pages/scroll-tools'

// The viewport of the harness is 800 high; WebKit's window has its own.
describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('a page that fits says nothing but that it fits (S1)', async () => {
    const { page } = await open(engine, filler(100))
    await press(engine, page, 'End')
    await settle(page)
    expect(await events(page)).toEqual([])
    expect(await leave(page)).toMatchObject([{
      event: 'Page Depth', properties: { max_percent: 100, initial_percent: 100, fits: true, height_growth: 0 },
    }])
  })

  test('what is on the screen counts from the first scroll of the visitor (S2)', async () => {
    const { page } = await open(engine, filler(3000))
    expect(await events(page)).toEqual([])
    await press(engine, page, 'ArrowDown')
    await waitForMarks(page, 1)
    const [first] = await events(page)
    expect(first).toEqual({ event: 'Pct Page Scrolled', properties: {
      percent: 25, jump: false, page_height: 3000, max_percent: expect.any(Number) as number,
      viewport_height: await page.evaluate(() => document.documentElement.clientHeight),
      ms_visible: expect.any(Number) as number, page_view_id: expect.stringMatching(/^[\d-]{20,}$/) as string,
    } })
    expect(first!.properties.max_percent).toBeGreaterThanOrEqual(25)
    expect(first!.properties.ms_visible).toBeGreaterThan(0)
  })

  test('the End key passes all thresholds at once, in order (S6)', async () => {
    const { page } = await open(engine, filler(8000))
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    await settle(page)
    expect(await marks(page)).toEqual([25, 50, 75, 100])
    const [depth, ...more] = (await leave(page)).slice(4)
    expect(depth).toMatchObject({ event: 'Page Depth', properties: {
      initial_percent: expect.any(Number) as number, max_percent: 100, max_px: 8000, page_height: 8000, fits: false,
    } })
    expect(depth!.properties.initial_px).toBeLessThan(1000)
    expect(more).toEqual([])
  })

  test('a script that scrolls is not the visitor, unless wanted (S20)', async () => {
    const { page } = await open(engine, filler(4000))
    await page.evaluate(() => { scrollTo(0, 3200) })
    await settle(page)
    expect(await events(page)).toEqual([])
    const { page: counting } = await open(engine, filler(4000), 'countScripted: true')
    await counting.evaluate(() => { scrollTo(0, 1500) })
    await waitForMarks(counting, 2)
    expect((await events(counting)).map(({ properties }) => [properties.percent, properties.trigger]))
      .toEqual([[25, 'script'], [50, 'script']])
  })

  test('a route change is a new page view; the old one is summed up first, under its address (S16)', async () => {
    const { page } = await open(engine, filler(3000), '', { title: 'Old' })
    const path = await page.evaluate(() => location.pathname)
    await page.evaluate(() => { window.analytics.page() })
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    await page.evaluate(() => {
      history.pushState({}, '', '/second')
      document.title = 'New'
      scrollTo(0, 0)
      window.analytics.page()
    })
    await settle(page)
    const all = await events(page)
    expect(all.map(({ event }) => event)).toEqual([...Array<string>(4).fill('Pct Page Scrolled'), 'Page Depth'])
    expect(all[4]!.properties.max_percent).toBe(100)
    expect(all[4]!.options!.context.page).toMatchObject({ path, title: 'Old' })
    const ids = new Set(all.map(({ properties }) => properties.page_view_id as string))
    expect(ids.size).toBe(1)
    await press(engine, page, 'ArrowDown')
    await waitForMarks(page, 5)
    const last = (await events(page))[5]!
    expect(last.properties.percent).toBe(25)
    expect(ids).not.toContain(last.properties.page_view_id)
    // A second page() in one place is a page view, too: it ends this one, which saw the top only.
    await page.evaluate(() => { window.analytics.page() })
    const [, second] = await depths(page)
    expect(second!.properties.page_view_id).toBe(last.properties.page_view_id)
    expect(second!.properties.max_percent).toBeLessThan(50)
  })

  test('the restored position of a reload counts when the visitor scrolls (S7)', async () => {
    const { page } = await open(engine, filler(8000))
    await page.evaluate(() => { scrollTo(0, 4000) })
    await settle(page)
    await page.reload()
    await page.waitFor(() => scrollY === 4000)
    await settle(page)
    expect(await events(page)).toEqual([])
    await press(engine, page, 'ArrowDown')
    await waitForMarks(page, 2)
    expect(await marks(page)).toEqual([25, 50])
  })

  test.each([
    ['a scroller named', "root: 'main'"],
    ['the scroller found', ''],
  ])('%s measures an application shell (S9)', async (_, options) => {
    const { page } = await open(engine, `<style>html, body { height: 100%; overflow: hidden }</style>
      <header style="height:60px">Head</header>
      <main tabindex="0" style="height:calc(100% - 60px);overflow:auto">${filler(4000)}</main>`, options)
    await page.evaluate(() => { document.querySelector('main')!.focus() })
    await press(engine, page, 'PageDown')
    await waitForMarks(page, 1)
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    const all = await events(page)
    expect(all.map(({ properties }) => properties.percent as number)).toEqual([25, 50, 75, 100])
    expect(all[0]!.properties.page_height).toBe(4000)
  })

  test('after unload nothing is heard, said or left (withdrawal)', async () => {
    const { page } = await open(engine, filler(4000))
    await page.evaluate(() => { window.plugin.unload() })
    await press(engine, page, 'End')
    await page.waitFor(() => scrollY > 2000)
    await settle(page)
    expect(await page.evaluate(() => (window.analytics.listeners as []).length)).toBe(0)
    expect(await page.evaluate(() => Object.getOwnPropertySymbols(window.analytics).length)).toBe(0)
    expect(await events(page)).toEqual([])
    // Loaded again, as after a later grant: a new page view.
    await page.evaluate(() => { window.plugin.load({}, window.analytics) })
    await settle(page)
    await press(engine, page, 'Home')
    await waitForMarks(page, 1)
  })
})
