/** A client that only writes down, and the hands of a visitor. */
import type { Page as PuppeteerPage } from 'puppeteer-core'
import { Key, type WebDriver } from 'selenium-webdriver'
import type { Engine, EngineName, Page, PageOptions } from '../harness'

export interface Told {
  event: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  properties: Record<string, any>
  options?: { context: { page: { path: string, title: string } } }
}

declare global {
  interface Window {
    told: Told[]
    plugin: { load(ctx: object, analytics: object): void, unload(): void }
    reads: number
  }
}

const fake = () => {
  const listeners: ((type: string) => void)[] = []
  window.told = []
  // Firefox loses what is written on the way out to a storage that was not in use before.
  sessionStorage.setItem('told', '')
  window.analytics = {
    track(event: string, properties: object, options: object) {
      listeners.slice().forEach((each) => each('track'))
      window.told.push(JSON.parse(JSON.stringify({ event, properties, options })) as Told)
      // What is said on the way out is read on the next page.
      sessionStorage.setItem('told', JSON.stringify(window.told))
      return Promise.resolve()
    },
    page: () => listeners.slice().forEach((each) => each('page')),
    on: (_: string, each: (type: string) => void) => listeners.push(each),
    off: (_: string, each: (type: string) => void) => listeners.splice(listeners.indexOf(each), 1),
    listeners,
  }
}

export const filler = (height: number) => `<div style="height:${height}px">Text</div>`

export const open = async (engine: Engine, body: string, options = '', more: PageOptions = {}) => {
  const { page, url } = await engine.openPage({
    script: 'none', files: ['scroll-depth', 'scroll-landmarks'], before: `(${String(fake)})`,
    load: `() => { window.plugin = assent.scrollDepth({${options}}); plugin.load({}, analytics) }`,
    head: '<style>body { margin: 0 }</style>', body, ...more,
  })
  await settle(page)
  return { page, url }
}

/** Long enough for the first look at a page, and for anything that should not be said to be said. */
export const settle = (page: Page) => page.evaluate(() => new Promise<void>((done) => void setTimeout(done, 400)))

export const marks = (page: Page) => page.evaluate(() => window.told
  .filter(({ event }) => event === 'Pct Page Scrolled').map(({ properties }) => properties.percent as number))
export const events = (page: Page) => page.evaluate(() => window.told)
export const waitForMarks = (page: Page, count: number) => page.waitFor(
  (n: number) => window.told.filter(({ event }) => event === 'Pct Page Scrolled').length >= n, count)
export const depths = async (page: Page) =>
  (await events(page)).filter(({ event }) => event === 'Page Depth')

export const raw = (page: Page) => page.raw as PuppeteerPage
export const wheel = async (page: Page, deltaY: number, x = 640, y = 400) => {
  await raw(page).mouse.move(x, y)
  await raw(page).mouse.wheel({ deltaY })
}
type ScrollKey = 'End' | 'Home' | 'PageDown' | 'ArrowDown'
export const press = async (engine: { name: EngineName }, page: Page, key: ScrollKey) => {
  if (engine.name !== 'webkit') return raw(page).keyboard.press(key)
  const keys = { End: Key.END, Home: Key.HOME, PageDown: Key.PAGE_DOWN, ArrowDown: Key.ARROW_DOWN }
  return (page.raw as WebDriver).actions().sendKeys(keys[key]).perform()
}
/** Leaves for another page of the site and returns what the one before had said by then. */
export const leave = async (page: Page) => {
  await page.evaluate(() => { location.href = '/dist/plugins/scroll-depth.min.js' })
  return page.waitFor(() => {
    const told = location.pathname.endsWith('.js') && sessionStorage.getItem('told')
    return told ? JSON.parse(told) as Told[] : undefined
  }) as Promise<Told[]>
}
