/**
 * Browser tests: a site, a cross-origin collector and a browser, for every engine that is installed.
 *
 * ```ts
 * describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
 *   test('a call arrives', async () => {
 *     const { page, collector } = await engine.openPage({ consent: { requires: ['analytics'] } })
 *     await page.evaluate(() => { window.analytics.track('Early') })
 *     await page.evaluate(() => { window.analytics.consent({ analytics: true }) })
 *     await collector.waitFor(1)
 *   })
 * })
 * ```
 * One browser serves a file; each test gets fresh contexts and collectors, and what it opened is closed after it.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { startCollector, type Collector } from '../../demo/collector.mjs'
import type { Browser, Context, EngineName, Page } from './support/page'
import { persistentBrowser, type PersistentBrowser } from './support/persistent'
import * as puppeteer from './support/puppeteer'
import { startSite, type Site } from './support/site'
import { installSpies, type Spied } from './support/spies'
import * as webkit from './support/webkit'

export type { Collector, Context, EngineName, Page, PersistentBrowser, Site, Spied }
export const WRITE_KEY = 'TEST_KEY'

declare global {
  interface Window {
    // What a page sees: the tests are the ones to find out whether it is right.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    analytics: any
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    assent: any
  }
}

export interface PageOptions {
  /** Which client to include; `none` leaves window.analytics alone. Default `basic`. */
  script?: 'basic' | 'full' | 'none'
  /** Plugin files to include after the client: `scroll-depth`, `consent/tcf`. */
  files?: string[]
  /** `load` options besides endpoint, as JSON; `endpoint` may be overridden. */
  options?: Record<string, unknown>
  /** `options.consent` as JSON. */
  consent?: Record<string, unknown>
  /** `options.consent.manager` as a JavaScript expression: `assent.tcf()`. */
  manager?: string
  /** `options.consent.tiers` as a JavaScript expression: `assent.storageTiers({ persistent: ['functional'] })`. */
  tiers?: string
  /** `options.plugins` as JavaScript expressions: `assent.scrollDepth({ thresholds: [50] })`. */
  plugins?: string[]
  /** Runs in the page in place of `analytics.load(WRITE_KEY, options)`; a string is the text of such a function. */
  load?: ((options: Record<string, unknown>) => void) | string | false
  /** Runs in the page before every other script but the spies. */
  before?: (() => void) | string
  /** Writes down storage, cookies and network from the start; read it with `spied(page)`. */
  spies?: boolean
  head?: string
  body?: string
  title?: string
  /** The whole document instead of one made of the above; served as it is. */
  html?: string
  /** Path (and query) of the page, default a new one; the same path again replaces the page. */
  path?: string
  host?: string
  headers?: Record<string, string>
  status?: number
  collector?: Collector
  /** A visitor who is here already: the page opens as another tab. */
  context?: Context
}

export interface Opened {
  page: Page
  collector: Collector
  site: Site
  context: Context
  url: string
}

export interface Engine {
  readonly name: EngineName
  site(): Site
  newContext(): Promise<Context>
  newCollector(): Promise<Collector>
  /** Serves a page without opening it, and says its URL. */
  serve(options?: PageOptions & { collector: Collector }): string
  /** Serves a page with the client loaded against a collector, and opens it. */
  openPage(options?: PageOptions): Promise<Opened>
  /** Chromium only: see support/persistent.ts. */
  persistentBrowser(profileDir?: string): Promise<PersistentBrowser>
}

const functionText = (fn: unknown) => (typeof fn === 'string' ? fn : String(fn))

/** Everything the page kept, read or sent so far; `kinds` as in support/spies.ts. */
export const spied = async (page: Page, ...kinds: string[]): Promise<Spied[]> =>
  (await page.evaluate(() => window.spied)).filter(({ kind }) => !kinds.length || kinds.includes(kind))

/** Cookies, storage keys and IndexedDB records that exist for the page's origin, as its own scripts see them. */
export const stored = (page: Page) =>
  page.evaluate(async () => {
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result)
        asked.onerror = () => reject(asked.error)
      })
    const records: string[] = []
    for (const { name } of await indexedDB.databases()) {
      const db = await request(indexedDB.open(name!))
      for (const store of Array.from(db.objectStoreNames)) {
        const keys = await request(db.transaction(store).objectStore(store).getAllKeys())
        records.push(...keys.map((key) => `${name}/${store}/${String(key)}`))
      }
      db.close()
    }
    return {
      cookies: document.cookie ? document.cookie.split('; ').map((pair) => pair.split('=')[0]!) : [],
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      records,
    }
  })

const loadText = ({ options = {}, consent, manager, tiers, plugins, load }: PageOptions, endpoint: string) => {
  if (load === false) return ''
  const json = JSON.stringify({ endpoint, ...options, ...(consent ? { consent } : {}) })
  return `(() => {
  const options = ${json}
  ${manager ? `options.consent = { ...options.consent, manager: ${manager} }` : ''}
  ${tiers ? `options.consent = { ...options.consent, tiers: ${tiers} }` : ''}
  ${plugins ? `options.plugins = [${plugins.join(', ')}]` : ''}
  ${load ? `;(${functionText(load)})(options)` : `analytics.load(${JSON.stringify(WRITE_KEY)}, options)`}
})()`
}

const launch = (name: EngineName): Promise<Browser> => (name === 'webkit' ? webkit.launch() : puppeteer.launch(name))

const createEngine = (name: EngineName) => {
  let site: Site
  let browser: Browser | undefined
  let count = 0
  const opened = new Set<{ close(): Promise<void> }>()
  const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
    opened.add(thing)
    return thing
  }

  // Scripts are files of the page's own origin, so that a page under a strict policy is composed like any other.
  const script = (text: string) => {
    const path = `/-/${++count}.js`
    site.add(path, { body: text, headers: { 'content-type': 'text/javascript;charset=utf-8' } })
    return `<script src="${path}"></script>`
  }

  const compose = (options: PageOptions, endpoint: string) => {
    const { script: which = 'basic', files = [], before, spies, head = '', body = '', title = 'Test page' } = options
    const client = { basic: ['/dist/assent.min.js'], full: ['/dist/assent.full.min.js'], none: [] }[which]
    const sources = [...client, ...files.map((file) => `/dist/plugins/${file}.min.js`)]
    for (const source of sources) {
      if (!existsSync(fileURLToPath(new URL(`../..${source}`, import.meta.url)))) {
        throw new Error(`${source} is not there: npm run build`)
      }
    }
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
${spies ? script(`(${functionText(installSpies)})()`) : ''}
${before ? script(`(${functionText(before)})()`) : ''}
${head}
${sources.map((src) => `<script src="${src}"></script>`).join('\n')}
${which === 'none' && !options.load ? '' : script(loadText(options, endpoint))}
</head><body>${body}</body></html>`
  }

  const engine: Engine = {
    name,
    site: () => site,
    newContext: async () => {
      browser ??= await launch(name)
      return keep(await browser.newContext())
    },
    newCollector: async () => keep(await startCollector()),
    serve: (options) => {
      const path = options?.path ?? `/page-${++count}`
      const body = options?.html ?? compose(options ?? {}, options!.collector.endpoint)
      site.add(path.split(/[?#]/)[0]!, {
        body, status: options?.status, headers: { 'content-type': 'text/html;charset=utf-8', ...options?.headers },
      })
      return site.url(path, options?.host)
    },
    openPage: async (options = {}) => {
      const collector = options.collector ?? (await engine.newCollector())
      const url = engine.serve({ ...options, collector })
      const context = options.context ?? (await engine.newContext())
      const page = await context.newPage()
      await page.goto(url)
      return { page, collector, site, context, url }
    },
    persistentBrowser: async (profileDir) => keep(await persistentBrowser(profileDir)),
  }

  return {
    engine,
    start: async () => {
      site = await startSite()
      browser = await launch(name)
    },
    clean: async () => {
      const things = [...opened]
      opened.clear()
      // A context that a killed browser took along is closed already.
      await Promise.allSettled(things.map((thing) => thing.close()))
    },
    stop: async () => {
      await browser?.close()
      await site?.close()
    },
  }
}

export const isInstalled = (name: EngineName) => (name === 'webkit' ? webkit.installed() : puppeteer.installed(name))

/** The engines named in ASSENT_ENGINES, a comma list. */
export const chosenEngines = () =>
  process.env.ASSENT_ENGINES?.split(',').map((name) => name.trim() as EngineName)

/** Declares the tests once per engine of `names` that is chosen and installed. */
export function describeEngines(names: EngineName[], declare: (engine: Engine) => void): void {
  const chosen = chosenEngines()
  for (const name of names) {
    const wanted = chosen?.includes(name) ?? true
    const missing = wanted ? (isInstalled(name) ? '' : 'not installed') : 'not in ASSENT_ENGINES'
    if (missing) console.log(`engine ${name}: skipped, ${missing}`)
    describe.skipIf(missing)(name, () => {
      const { engine, start, clean, stop } = createEngine(name)
      beforeAll(start)
      afterEach(clean)
      afterAll(stop)
      declare(engine)
    })
  }
}
