/** A client that only writes down, and a page with videos of the real clip (see demo/clip.mjs). */
import type { Engine, Page, PageOptions } from '../harness'
import type { Told } from './scroll-tools'

export const CLIP = '/demo/assets/clip.webm'
export const player = (attributes = '') => `<video src="${CLIP}" muted controls preload="auto" ${attributes}></video>`

const fake = () => {
  const listeners = new Set<(type: string) => void>()
  const told: Told[] = []
  Object.assign(window, { told, errors: [] })
  window.analytics = {
    track(event: string, properties: object) {
      listeners.forEach((each) => each('track'))
      told.push(JSON.parse(JSON.stringify({ event, properties })) as Told)
      sessionStorage.setItem('told', JSON.stringify(told))
      return Promise.resolve()
    },
    page: () => listeners.forEach((each) => each('page')),
    on: (_: string, each: (type: string) => void) => listeners.add(each),
    off: (_: string, each: (type: string) => void) => listeners.delete(each),
    emit: (_: string, { code }: { code: string }) => window.errors.push(code),
  }
}

declare global {
  interface Window {
    errors: string[]
    depth: { load(ctx: object, analytics: object): void, unload(): void, trackVideo(el: unknown): void }
  }
}

/** A page with `videoDepth` loaded; `options` is the text of its options. */
export const openVideos = async (
  engine: Engine, body: string, options = '{}', more: PageOptions = {},
): Promise<Page> => {
  const { page } = await engine.openPage({
    script: 'none', files: ['video-depth', 'video-summary', 'video-frames'], before: fake, body,
    load: `() => {
      window.depth = assent.videoDepth(${options})
      window.depth.load({}, analytics)
      assent.videoFrames(window.depth, { origins: [location.origin] }).load({}, analytics)
    }`,
    ...more,
  })
  return page
}

/** What the page told so far. */
export const told = (page: Page) => page.evaluate(() => window.told)
export const percents = async (page: Page) =>
  (await told(page)).filter(({ event }) => event === 'Pct Video Viewed')
    .map(({ properties }) => properties.percent as number)

/** Plays the first video, at a rate, until it has come to a second of its content (or has ended). */
export const playTo = async (page: Page, second: number, rate = 2) => {
  await page.evaluate(async (rate) => {
    const video = document.querySelector('video')!
    video.playbackRate = rate
    await video.play()
  }, rate)
  await page.waitFor((second) => {
    const video = document.querySelector('video')!
    return video.ended || video.currentTime >= second
  }, second)
}
