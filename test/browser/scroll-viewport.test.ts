/** The hard cases of scrolling that are about the window: zoom, a pinch, the bar of a phone, rotation, touch. */
import { expect, test } from 'vitest'
import { describeEngines, type Engine } from './harness'
import { events, filler, marks, open, press, raw, settle, waitForMarks, wheel } from './pages/scroll-tools'

const openOnPhone = async (engine: Engine, height: number) => {
  const head = '<meta name="viewport" content="width=device-width"><style>body { margin: 0 }</style>'
  const opened = await open(engine, filler(height), '', { head })
  await raw(opened.page).setViewport({ width: 400, height: 800, isMobile: true, hasTouch: true })
  await settle(opened.page)
  return opened
}

describeEngines(['chromium'], (engine) => {
  test.each([0.9, 1.1, 1.33])('at zoom %d the end is the end (S13)', async (zoom) => {
    const { page } = await open(engine, filler(4001.3))
    await raw(page).setViewport({ width: 1280, height: Math.round(800 / zoom), deviceScaleFactor: zoom })
    await press(engine, page, 'End')
    await waitForMarks(page, 4)
    expect((await events(page))[3]!.properties.max_percent).toBe(100)
  })

  test('a pinch shows less and takes nothing away, nor does it reach anything (S14)', async () => {
    const { page } = await openOnPhone(engine, 3000)
    const devtools = await raw(page).createCDPSession()
    await devtools.send('Input.synthesizePinchGesture', { x: 200, y: 100, scaleFactor: 2 })
    await settle(page)
    expect(await page.evaluate(() => Math.round(visualViewport!.height))).toBe(400)
    expect(await events(page)).toEqual([])
    // At twice the size: through what the layout viewport holds, and then on with it.
    await wheel(page, 2 * 450, 200, 100)
    await waitForMarks(page, 1)
    expect((await events(page)).map(({ properties: { percent, viewport_height } }) => [percent, viewport_height]))
      .toEqual([[25, 800]])
  })

  test('the bar of a phone that goes reaches nothing (S14)', async () => {
    const { page } = await openOnPhone(engine, 3300)
    await wheel(page, 10, 200, 100)
    await page.waitFor(() => scrollY === 10)
    await settle(page)
    // As phones do it, headless Chromium has none: more to see, the same layout, and an event.
    await page.evaluate(() => {
      Object.defineProperty(window, 'innerHeight', { value: 860 })
      Object.defineProperty(visualViewport, 'height', { value: 860 })
      for (const target of [window, visualViewport!]) target.dispatchEvent(new Event('resize'))
    })
    await settle(page)
    expect(await marks(page)).toEqual([])
    await wheel(page, 20, 200, 100)
    await waitForMarks(page, 1)
    expect((await events(page))[0]!.properties).toMatchObject({ percent: 25, viewport_height: 800 })
  })

  test('a smaller page reaches more, but only for who has scrolled (S15)', async () => {
    const { page } = await open(engine, filler(4000))
    await raw(page).setViewport({ width: 1280, height: 1500 })
    await settle(page)
    expect(await marks(page)).toEqual([])
    await wheel(page, 10)
    await waitForMarks(page, 1)
    await raw(page).setViewport({ width: 1280, height: 2100 })
    await waitForMarks(page, 2)
    expect(await marks(page)).toEqual([25, 50])
  })

  test('touch scrolls (CDP touch input)', async () => {
    const { page } = await open(engine, filler(3000))
    await raw(page).setViewport({ width: 1280, height: 800, hasTouch: true })
    const finger = await raw(page).touchscreen.touchStart(640, 780)
    for (let y = 740; y > 0; y -= 40) await finger.move(640, y)
    await finger.end()
    await waitForMarks(page, 1)
    expect((await marks(page))[0]).toBe(25)
  })
})
