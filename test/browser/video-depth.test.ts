import { expect, test } from 'vitest'
import { describeEngines } from './harness'
import { CLIP, openVideos, percents, player, playTo, told } from './pages/video-tools'

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('V8 the whole clip: every threshold once, and not again at its end or in a replay', async () => {
    const page = await openVideos(engine, player())
    await playTo(page, 12, 4)
    await page.waitFor(() => document.querySelector('video')!.ended)
    await page.waitFor(() => window.told.length >= 4)
    expect(await percents(page)).toEqual([25, 50, 75, 100])
    await playTo(page, 6, 4)
    expect(await percents(page)).toEqual([25, 50, 75, 100])
    const [first] = await told(page)
    expect(first!.properties).toMatchObject({ player: 'html5', duration: 12, plays: 1, jump: false })
    expect(first!.properties.src).toMatch(/^http:.*\/clip\.webm$/)
  })

  test('V1 what a seek skips is not watched', async () => {
    const page = await openVideos(engine, player())
    await playTo(page, 1, 1)
    await page.evaluate(() => { document.querySelector('video')!.currentTime = 10 })
    await page.waitFor(() => document.querySelector('video')!.currentTime > 10.5)
    await page.evaluate(() => {
      document.querySelector('video')!.pause()
      dispatchEvent(new Event('pagehide'))
    })
    const events = await page.waitFor(() => window.told.length && window.told)
    expect((events as typeof window.told).map(({ event }) => event)).toEqual(['Video Depth'])
    const { watched_percent: watched, position_percent: position } = (events as typeof window.told)[0]!.properties
    expect(watched).toBeLessThan(25)
    expect(watched).toBeGreaterThan(8)
    expect(position).toBeGreaterThan(85)
  })
})

describeEngines(['chromium'], (engine) => {
  test('V1 by position the same seek is three thresholds, each a jump', async () => {
    const page = await openVideos(engine, player(), "{ metric: 'position' }")
    await playTo(page, 1, 1)
    await page.evaluate(() => { document.querySelector('video')!.currentTime = 10 })
    await page.waitFor(() => window.told.length === 3)
    expect((await told(page)).map(({ properties }) => [properties.percent, properties.jump])).toEqual(
      [[25, true], [50, true], [75, true]])
  })

  test('V2 a seek while paused is nothing', async () => {
    const page = await openVideos(engine, player(), "{ metric: 'position' }")
    await page.evaluate(async () => {
      const video = document.querySelector('video')!
      const sought = new Promise((resolve) => video.addEventListener('seeked', resolve))
      video.currentTime = 11
      await sought
      dispatchEvent(new Event('pagehide'))
    })
    expect(await told(page)).toEqual([])
  })

  test('V6 a loop does not end: thresholds once, loops counted', async () => {
    const page = await openVideos(engine, player('loop'))
    await playTo(page, 11, 8)
    await page.waitFor(() => document.querySelector('video')!.currentTime < 5)
    await playTo(page, 6, 8)
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    expect(await percents(page)).toEqual([25, 50, 75, 100])
    expect((await told(page)).at(-1)!.properties).toMatchObject({ loops: 1, plays: 1, watched: '0-100' })
  })

  test('V11 a source that is swapped while it plays: what was played of it is not lost', async () => {
    const page = await openVideos(engine, player())
    await playTo(page, 2, 1)
    await page.evaluate(async (clip) => {
      const video = document.querySelector('video')!
      video.src = `${clip}?second`
      await video.play()
    }, CLIP)
    await page.waitFor(() => window.told.length)
    const [sum] = await told(page)
    expect(sum!.event).toBe('Video Depth')
    expect(sum!.properties.watched_seconds).toBeGreaterThanOrEqual(1.9)
    expect(sum!.properties.watched_seconds).toBeLessThan(4)
  })

  test('V12 an element that is removed while it plays is summed up, and can be collected', async () => {
    const page = await openVideos(engine, player())
    await playTo(page, 1, 1)
    await page.evaluate(() => {
      const video = document.querySelector('video')!
      Object.assign(window, { ref: new WeakRef(video) })
      window.depth.trackVideo(video)
      video.remove()
    })
    await page.waitFor(() => window.told.length)
    expect((await told(page))[0]!.event).toBe('Video Depth')
    const session = await (page.raw as import('puppeteer-core').Page).createCDPSession()
    for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage')
    await page.waitFor(() => !(window as unknown as { ref: WeakRef<object> }).ref.deref())
  })

  test('V10, V13, V14 several videos, one added later and one in a closed shadow root', async () => {
    const page = await openVideos(engine, player())
    await page.evaluate(async (clip) => {
      const add = (parent: Node) => {
        const video = Object.assign(document.createElement('video'), { src: clip, muted: true, controls: true })
        parent.appendChild(video)
        video.playbackRate = 4
        return video
      }
      const later = add(document.body)
      const host = document.body.appendChild(document.createElement('div'))
      const hidden = add(host.attachShadow({ mode: 'closed' }))
      window.depth.trackVideo(hidden)
      await Promise.all([later.play(), hidden.play()])
    }, CLIP)
    await page.waitFor(() => window.told.length >= 4)
    expect(new Set((await told(page)).map(({ properties }) => properties.video_id as string)).size).toBe(2)
  })

  test('V15 a silent loop in the background is ignored', async () => {
    const page = await openVideos(engine, `<video src="${CLIP}" autoplay muted loop></video>`)
    await playTo(page, 8, 8)
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    expect(await told(page)).toEqual([])
  })

  test('V23 the page is left in the middle: the summary is the last thing it says', async () => {
    const page = await openVideos(engine, player())
    await playTo(page, 4, 4)
    await page.reload()
    const last = await page.evaluate(() => (JSON.parse(sessionStorage.getItem('told')!) as typeof window.told).at(-1))
    expect(last).toMatchObject({ event: 'Video Depth', properties: { plays: 1 } })
    expect(last!.properties.watched_percent).toBeGreaterThan(30)
  })

  test('V24 unloaded while it plays: nothing more is said', async () => {
    const page = await openVideos(engine, player())
    await playTo(page, 4, 4)
    await page.waitFor(() => window.told.length === 1)
    await page.evaluate(() => window.depth.unload())
    await playTo(page, 12, 8)
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    expect(await percents(page)).toEqual([25])
    expect(await told(page)).toHaveLength(1)
  })
})
