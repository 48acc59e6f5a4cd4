/** The hard cases of scrolling, one by one, in Chromium: growing pages, odd roots, dialogs, frames, cost. */
import { expect, test } from 'vitest'
import { describeEngines } from './harness'
import {
  depths, events, filler, leave, marks, open, press, raw, settle, waitForMarks, wheel,
} from './pages/scroll-tools'

const grow = (height: number) => {
  document.body.insertAdjacentHTML('beforeend', `<div style="height:${height}px">More</div>`)
}

describeEngines(['chromium'], (engine) => {
  test('a wheel counts as it goes; content that grows takes nothing back and repeats nothing (S3, S4)', async () => {
    const { page } = await open(engine, filler(2800))
    await wheel(page, 700)
    await waitForMarks(page, 2)
    expect((await events(page)).map(({ properties }) => properties.jump as boolean)).toEqual([false, false])
    await page.evaluate(grow, 2800)
    await settle(page)
    expect(await marks(page)).toEqual([25, 50])
    await wheel(page, 10_000)
    await waitForMarks(page, 4)
    await page.evaluate(grow, 2800)
    await press(engine, page, 'End')
    await page.waitFor(() => scrollY === 8400 - innerHeight)
    await settle(page)
    expect(await marks(page)).toEqual([25, 50, 75, 100])
    expect((await leave(page))[4]).toMatchObject({
      event: 'Page Depth', properties: { max_percent: 100, max_px: 8400, page_height: 8400, height_growth: 5600 },
    })
  })

  test('a page that collapses lowers no maximum and exceeds none (S5)', async () => {
    const { page } = await open(engine, filler(4000) + '<div id="late" style="height:4000px"></div>')
    await wheel(page, 1700)
    await waitForMarks(page, 1)
    await page.evaluate(() => { document.getElementById('late')!.remove() })
    await wheel(page, 100)
    await waitForMarks(page, 2)
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    const percents = (await events(page)).map(({ properties }) => properties.max_percent as number)
    expect(percents).toEqual([...percents].sort((a, b) => a - b))
    expect(percents[3]).toBe(100)
  })

  test('a link to the end jumps over all thresholds (S6)', async () => {
    const { page } = await open(engine, `<a href="#end">End</a>${filler(8000)}<p id="end">End</p>`)
    await page.click('a')
    await waitForMarks(page, 4)
    expect((await events(page)).map(({ properties }) => [properties.percent, properties.jump]))
      .toEqual([[25, true], [50, true], [75, true], [100, true]])
  })

  test('back from the back/forward cache, the page view goes on and is summed up once (S8)', async () => {
    const { page } = await open(engine, filler(4000))
    await wheel(page, 1300)
    await waitForMarks(page, 2)
    await leave(page)
    await page.back()
    await page.waitFor(() => 'plugin' in window)
    await settle(page)
    expect(await marks(page)).toEqual([25, 50])
    expect(await depths(page)).toHaveLength(1)
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    expect((await leave(page)).map(({ event }) => event).filter((event) => event === 'Page Depth')).toHaveLength(1)
  })

  test('body scrolls inside html (S10)', async () => {
    const { page } = await open(engine, `<style>html, body { height: 100%; overflow-y: auto }</style>${filler(4000)}`)
    await wheel(page, 1300)
    await waitForMarks(page, 2)
    expect((await events(page))[1]!.properties.page_height).toBe(4000)
  })

  test('a scroller from bottom to top and a page from right to left (S11, S12)', async () => {
    const column = 'display:flex;flex-direction:column-reverse;height:100vh;overflow:auto'
    const { page } = await open(engine, `<main style="${column}"><div style="flex:none;height:4000px"></div></main>`)
    await wheel(page, -1300)
    await waitForMarks(page, 2)
    const { page: rtl } = await open(engine, `<div dir="rtl" style="width:3000px">${filler(4000)}</div>`)
    await raw(rtl).mouse.wheel({ deltaX: 500, deltaY: 1300 })
    await waitForMarks(rtl, 2)
    expect([await marks(page), await marks(rtl)]).toEqual([[25, 50], [25, 50]])
  })

  test('a route without page() is noticed; the click that led there does not scroll the new page (S16)', async () => {
    const { page } = await open(engine, `${filler(2000)}<button style="margin-bottom:1000px">Next</button>`)
    await page.evaluate(() => {
      document.querySelector('button')!.onclick = () => {
        history.pushState({}, '', '/next')
        scrollTo(0, 0)
      }
    })
    await wheel(page, 1500)
    await waitForMarks(page, 3)
    await page.click('button')
    await settle(page)
    expect((await events(page)).map(({ event }) => event).slice(3)).toEqual(['Page Depth'])
    await page.evaluate(() => { window.analytics.page() })
    expect(await depths(page)).toHaveLength(1)
  })

  test('the last position counts when the tab is hidden before a frame comes (S17)', async () => {
    const { page } = await open(engine, filler(4000))
    await wheel(page, 300)
    await waitForMarks(page, 1)
    // In one task: no frame, no timer.
    expect(await page.evaluate(() => {
      scrollTo(0, 1500)
      Object.defineProperty(document, 'hidden', { value: true })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
      return window.told.map(({ properties }) => properties.percent as number)
    })).toEqual([25, 50])
  })

  test('a frame scrolls for itself (S18), and so does a small list (S9)', async () => {
    const inner = '<div style=&quot;height:5000px&quot;>Inner</div>'
    const { page } = await open(engine, `<iframe srcdoc="${inner}" style="width:600px;height:500px"></iframe>
      <ul style="height:200px;width:600px;overflow:auto"><li>${filler(3000)}</li></ul>${filler(1700)}`)
    await wheel(page, 2000, 300, 250)
    await wheel(page, 1000, 300, 600)
    await page.waitFor(() => document.querySelector('ul')!.scrollTop > 500)
    await settle(page)
    expect(await page.evaluate(() => scrollY)).toBe(0)
    expect(await marks(page)).toEqual([])
  })

  test('a dialog that holds the body in place is not the end of the page (S19)', async () => {
    const { page } = await open(engine, `<button style="position:fixed">Menu</button>${filler(6000)}`)
    await wheel(page, 900)
    await waitForMarks(page, 1)
    await page.evaluate(() => {
      document.querySelector('button')!.onclick = () => {
        document.body.style.cssText = `position:fixed;top:-${scrollY}px;width:100%`
      }
    })
    await page.click('button')
    await wheel(page, 500)
    await settle(page)
    expect(await marks(page)).toEqual([25])
    const depth = (await leave(page))[1]!
    expect(depth.properties).toMatchObject({ page_height: 6000, fits: false })
    expect(depth.properties.max_percent).toBe(28)
  })

  test('at most one look per frame, and none when all is told (S22)', async () => {
    const { page } = await open(engine, filler(16_000))
    await page.evaluate(() => {
      window.reads = 0
      const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop')!
      Object.defineProperty(Element.prototype, 'scrollTop', {
        get(this: Element) {
          window.reads++
          return get!.call(this) as number
        },
      })
      const frames = { count: 0 }
      Object.assign(window, { frames_: frames })
      const next = () => requestAnimationFrame(() => { frames.count++; next() })
      next()
    })
    for (let i = 0; i < 20; i++) await wheel(page, 200)
    await waitForMarks(page, 1)
    const { reads, frames } = await page.evaluate(() =>
      ({ reads: window.reads, frames: (window as unknown as { frames_: { count: number } }).frames_.count }))
    expect(reads).toBeGreaterThan(0)
    expect(reads).toBeLessThanOrEqual(frames)
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    await settle(page)
    const before = await page.evaluate(() => window.reads)
    await press(engine, page, 'Home')
    for (let i = 0; i < 5; i++) await wheel(page, 500)
    await settle(page)
    expect(await page.evaluate(() => window.reads)).toBe(before)
  })

  test('a root that a framework makes anew is found again (S23)', async () => {
    const shell = `<main style="height:700px;overflow:auto">${filler(4000)}</main>`
    const { page } = await open(engine, `<div id="app">${shell}</div>`, "root: 'main'")
    await wheel(page, 1500)
    await waitForMarks(page, 2)
    await page.evaluate((html: string) => { document.getElementById('app')!.innerHTML = html }, shell)
    await wheel(page, 2500)
    await waitForMarks(page, 3)
    await wheel(page, 2500)
    await waitForMarks(page, 4)
    expect(await marks(page)).toEqual([25, 50, 75, 100])
  })
})
