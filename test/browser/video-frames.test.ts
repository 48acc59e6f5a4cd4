import fs from 'node:fs'
import { expect, test } from 'vitest'
import { describeEngines } from './harness'
import { openVideos, percents, player, playTo, told } from './pages/video-tools'

const body = fs.readFileSync(new URL('./pages/video-player.html', import.meta.url))

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test.each([
    ['youtube', '/embed/abc123', 'late'], ['vimeo', '/video/123', 'late'], ['youtube', '/embed/lazy', 'lazy'],
  ])('V20, V21 a %s frame at %s that comes %s is measured by its messages', async (name, path, how) => {
    engine.site().add(path, { body })
    const page = await openVideos(engine, '<main></main>')
    await page.evaluate((src, how) => {
      const frame = document.createElement('iframe')
      frame.allow = 'autoplay'
      if (how === 'lazy') frame.loading = 'lazy'
      frame.src = src
      document.querySelector('main')!.append(frame)
    }, `${path}?enablejsapi=1`, how)
    await page.waitFor(() => !!document.querySelector('iframe')!.contentDocument?.querySelector('video'))
    await page.evaluate(async () => {
      // Played when the handshake is surely over: a player that nobody listens to tells nothing.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const video = document.querySelector('iframe')!.contentDocument!.querySelector('video')!
      video.playbackRate = 4
      await video.play()
    })
    await page.waitFor(() => window.told.length >= 2)
    expect((await percents(page)).slice(0, 2)).toEqual([25, 50])
    expect((await told(page))[0]!.properties).toMatchObject({ player: name, jump: false })
    expect((await told(page))[0]!.properties.src).toMatch(new RegExp(`${path}$`))
  })
})

describeEngines(['chromium'], (engine) => {
  test('a YouTube frame without its API is named once', async () => {
    engine.site().add('/embed/mute', { body })
    const page = await openVideos(engine, '<iframe src="/embed/mute"></iframe><iframe src="/embed/mute"></iframe>')
    await page.waitFor(() => window.errors.length)
    expect(await page.evaluate(() => window.errors)).toEqual(['youtube_api_off'])
  })

  test('through the real client: held before consent, sent after it with the time and page of each', async () => {
    const { page, collector } = await engine.openPage({
      files: ['video-depth', 'video-summary'], body: player(), consent: { requires: ['analytics'] },
      plugins: ['assent.videoDepth()'],
    })
    await playTo(page, 7, 4)
    expect(collector.accepted).toEqual([])
    await page.evaluate(() => { window.analytics.consent({ analytics: true }) })
    const viewed = (await collector.waitFor(2)).filter(({ event }) => event === 'Pct Video Viewed')
    expect(viewed.map(({ properties }) => properties!.percent as number)).toEqual([25, 50])
    expect(viewed[0]!.timestamp! < viewed[1]!.timestamp!).toBe(true)
    expect(viewed[0]!.context!.page.path).toMatch(/^\/page-/)
  })

  test('through the real client: after a refusal nothing is measured', async () => {
    const { page, collector } = await engine.openPage({
      files: ['video-depth'], body: player(), consent: { requires: ['analytics'] }, plugins: ['assent.videoDepth()'],
    })
    await page.evaluate(() => { window.analytics.consent({ analytics: false }) })
    await playTo(page, 7, 4)
    await page.evaluate(() => { window.analytics.consent({ analytics: true }) })
    await page.evaluate(() => { window.analytics.track('Last') })
    expect((await collector.waitFor(2)).map(({ event }) => event)).toEqual(['Consent Updated', 'Last'])
  })
})
