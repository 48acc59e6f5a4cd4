/** The proof that a site runs against its own page: assent that waits is clean, and a page that leaks is found out. */
import { chromium, type Browser } from 'playwright-core'
import type { Page as PuppeteerPage } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectNothingBeforeConsent, type BrowserPage, type ProofError, type ProofOptions } from '../../plugins/testing'
import { describeEngines, type Engine } from './harness'

const consent = { requires: ['analytics'] }
const everyCall = () => {
  const { analytics } = window
  analytics.page()
  analytics.track('Tracked', { a: 1 })
  analytics.identify('me', { email: 'a@example.com' })
  analytics.group('us', { name: 'Us' })
  analytics.screen('Screen')
  analytics.alias('new', 'old')
  analytics.setAnonymousId('mine')
  analytics.reset()
}
const long = '<video muted loop></video>' + '<p style="height:300px">Text</p>'.repeat(20)

const leaks = () => {
  document.cookie = 'leak_cookie=1; path=/'
  localStorage.setItem('leak_item', '1')
  localStorage.leak_property = '1'
  sessionStorage.getItem('leak_read')
  indexedDB.open('leak_db')
  void fetch('/leak/fetch?uid=1').catch(() => {})
  navigator.sendBeacon('/leak/beacon')
  const xhr = new XMLHttpRequest()
  xhr.open('GET', '/leak/xhr')
  xhr.send()
  new Image().src = 'http://tracker.localhost:9/leak/pixel.gif'
  const src = 'http://tracker.localhost:9/leak/tag.js'
  document.head.append(Object.assign(document.createElement('script'), { src }))
}

/** The findings without what differs from run to run. */
const findingsOf = async (page: BrowserPage, options: ProofOptions) => {
  const error = await expectNothingBeforeConsent(page, { timeout: 500, ...options }).then(() => undefined,
    (reason: unknown) => reason as ProofError)
  const findings = error?.findings.map(({ kind, what, key, by, times }) =>
    ({ text: `${kind} ${what} ${key.replace(/:\d+/, '')}`, by, times }))
  return { error, findings, texts: findings?.map(({ text }) => text).sort() }
}

const expected = (site: string) => [
  // By assent, which looks for its decision: cookies are handed out all at once.
  'read cookie leak_cookie',
  'read sessionStorage leak_read',
  `request beacon ${site}/leak/beacon`,
  `request fetch ${site}/leak/fetch?uid=1`,
  'request img http://tracker.localhost/leak/pixel.gif',
  'request script http://tracker.localhost/leak/tag.js',
  `request xhr ${site}/leak/xhr`,
  'write cookie leak_cookie',
  'write indexedDB leak_db',
  'write localStorage leak_item',
  'write localStorage leak_property',
]
const site = 'http://shop.localhost'

/** A page of the harness, opened by the action, in a browser of its own kind. */
const served = async (engine: Engine, options: Parameters<Engine['serve']>[0] extends infer O ? Partial<O> : never) => {
  const collector = await engine.newCollector()
  return { collector, url: engine.serve({ collector, consent, body: long, ...options }) }
}

describeEngines(['chromium'], (engine) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-background-networking',
        '--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE *.localhost,EXCLUDE 127.0.0.1',
      ],
    })
  })
  afterAll(() => browser.close())

  const playwright = async () => (await browser.newContext()).newPage()
  const puppeteer = async () => (await (await engine.newContext()).newPage()).raw as PuppeteerPage

  test('Playwright: every call, scrolling and a video leave the page clean while undecided', async () => {
    const files = ['scroll-depth', 'video-depth']
    const plugins = ['assent.scrollDepth()', 'assent.videoDepth()']
    const { url, collector } = await served(engine, { files, plugins })
    const page = await playwright()
    await expectNothingBeforeConsent(page, { action: async () => {
      await page.goto(url)
      await page.evaluate(everyCall)
      await page.mouse.wheel(0, 3000)
      await page.evaluate(() => void document.querySelector('video')!.play().catch(() => {}))
    } })
    expect(await page.evaluate(() => [typeof window.analytics.track, scrollY > 0])).toEqual(['function', true])
    expect(collector.requests).toEqual([])
  })

  test('Playwright: each leak is named, with the script that did it', async () => {
    const { url } = await served(engine, { before: leaks })
    const page = await playwright()
    const { error, findings, texts } = await findingsOf(page, { action: () => page.goto(url) })
    expect(texts).toEqual(expected(site))
    expect(findings!.filter(({ by, text }) => !/\/-\/\d+\.js$|assent.min.js$/.test(by ?? '') && !/property/.test(text))).toEqual([])
    expect(error!.message).toContain('write   localStorage leak_item')
    expect(error!.message).toContain('11 things stored, read or sent before a decision')
  })

  test('puppeteer: the same, and a page that is open already is opened again', async () => {
    const clean = await served(engine, {})
    const page = await puppeteer()
    await page.goto(clean.url)
    await expectNothingBeforeConsent(page, { timeout: 300 })
    const leaking = await served(engine, { before: leaks })
    const other = await puppeteer()
    const { texts } = await findingsOf(other, { action: () => other.goto(leaking.url) })
    expect(texts).toEqual(expected(site))
  })

  test('a policy with trusted types keeps neither the recorder out nor a leak hidden', async () => {
    const headers = { 'content-security-policy': "default-src 'self'; require-trusted-types-for 'script'" }
    const { url } = await served(engine, { headers, before: () => {
      localStorage.setItem('leak', '1')
      // A plain string in place of a TrustedScriptURL: refused, as without us.
      try {
        document.createElement('script').src = '/x.js'
      } catch (error) {
        document.title = (error as Error).name
      }
    } })
    const page = await playwright()
    const { texts } = await findingsOf(page, { action: async () => {
      await page.goto(url)
      expect(await page.title()).toBe('TypeError')
    } })
    expect(texts).toEqual(['write localStorage leak'])
  })

  test('markup, style sheets, frames and cookies of the server are found too', async () => {
    const { url } = await served(engine, {
      headers: { 'set-cookie': 'server_id=1; HttpOnly' },
      head: '<style>body { background: url(http://cdn.localhost:9/back.png) }</style>',
      body: '<img src="http://cdn.localhost:9/a.png"><img src="/own.png">' +
        '<iframe srcdoc="<script>localStorage.inner=1</script>">',
    })
    const page = await playwright()
    const { texts } = await findingsOf(page, { action: () => page.goto(url) })
    expect(texts).toEqual([
      'request css http://cdn.localhost/back.png',
      'request img http://cdn.localhost/a.png',
      'write cookie server_id',
      'write localStorage inner',
    ])
  })

  test('allow takes names, beginnings of URLs, patterns and functions', async () => {
    const { url } = await served(engine, { before: leaks })
    const page = await playwright()
    const { texts } = await findingsOf(page, { action: () => page.goto(url), allow: [
      'leak_cookie', 'leak', 'http://tracker.localhost', /^leak_(item|db|read)$/, ({ what }) => what == 'fetch',
    ] })
    expect(texts).toEqual([
      `request beacon ${site}/leak/beacon`, `request xhr ${site}/leak/xhr`, 'write localStorage leak_property',
    ])
  })

  test('what follows a decision is not held against the page', async () => {
    const { url, collector } = await served(engine, {})
    const page = await playwright()
    await expectNothingBeforeConsent(page, { timeout: 500, action: async () => {
      await page.goto(url)
      await page.evaluate(everyCall)
      await page.evaluate(() => void window.analytics.consent({ analytics: true }))
      await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === 'Tracked'))
    } })
  })

  test('a refusal is a decision too', async () => {
    const { url } = await served(engine, {})
    const page = await playwright()
    await expectNothingBeforeConsent(page, { timeout: 300, action: async () => {
      await page.goto(url)
      await page.evaluate(() => void window.analytics.consent({ analytics: false }))
    } })
    expect(await page.evaluate(() => document.cookie)).toContain('assent_consent')
  })

  test('silence proves nothing', async () => {
    const page = await playwright()
    const proof = expectNothingBeforeConsent(page, { action: () => {}, timeout: 0 })
    await expect(proof).rejects.toThrow('nothing is proved')
  })
})
