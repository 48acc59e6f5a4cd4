/** Chromium over the DevTools protocol and Firefox over WebDriver BiDi. */
import { existsSync } from 'node:fs'
import puppeteer from 'puppeteer-core'
import type { Browser as Raw, BrowserContext, LaunchOptions, Page as RawPage } from 'puppeteer-core'
import { callText, poll, type Browser, type Context, type Page } from './page'

/**
 * Names that resolve to loopback besides *.localhost. The domain that a.shop and b.shop share is shop.localtest:
 * browsers take a last label they do not know for a public suffix, on which no cookie is set.
 */
export const hosts = ['a.shop.localtest', 'b.shop.localtest', 'shop.localtest', 'a.localtest', 'b.localtest']

const paths = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' }
export const installed = (name: 'chromium' | 'firefox') => existsSync(paths[name])

const rules = [
  'MAP *.localtest 127.0.0.1', 'MAP * ~NOTFOUND',
  'EXCLUDE 127.0.0.1', 'EXCLUDE *.localhost', 'EXCLUDE localhost',
]
const chromiumArgs = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--window-size=1280,900',
  '--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,HttpsUpgrades',
  `--host-resolver-rules=${rules.join(',')}`,
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

const firefoxPrefs = {
  'network.dns.localDomains': hosts.join(','),
  'dom.allow_scripts_to_close_windows': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}

export const launchRaw = (name: 'chromium' | 'firefox', options: LaunchOptions = {}): Promise<Raw> =>
  puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: paths[name],
    headless: true,
    defaultViewport: { width: 1280, height: 800 },
    timeout: 60_000,
    protocolTimeout: 60_000,
    // The back/forward cache is one of the things under test.
    ...(name === 'chromium'
      ? { args: chromiumArgs, ignoreDefaultArgs: ['--disable-back-forward-cache'] }
      : { extraPrefsFirefox: firefoxPrefs }),
    ...options,
  })

/** As a visitor closes a tab. The driver's own command does not always tell Firefox's page that it is going. */
async function closeItself(raw: RawPage): Promise<void> {
  const gone = new Promise((resolve) => raw.once('close', resolve))
  await raw.evaluate(() => void setTimeout(() => close()))
  await gone
}

const wrapPage = (raw: RawPage, name: 'chromium' | 'firefox'): Page => {
  const errors: string[] = []
  const logs: string[] = []
  raw.on('pageerror', (error) => errors.push(String(error)))
  raw.on('console', (message) => logs.push(`${message.type()}: ${message.text()}`))
  const page: Page = {
    goto: async (url) => void (await raw.goto(url, { waitUntil: 'load' })),
    reload: async () => void (await raw.reload({ waitUntil: 'load' })),
    back: async () => void (await raw.goBack({ waitUntil: 'load' })),
    url: async () => raw.url(),
    evaluate: async (fn, ...args) => {
      const value: unknown = await raw.evaluate(callText(fn, args))
      // The two protocols differ in what they make of undefined inside; JSON is what the tests are promised.
      return (value === undefined ? value : JSON.parse(JSON.stringify(value))) as never
    },
    waitFor: (fn, ...args) => poll(() => page.evaluate(fn, ...args), String(fn)),
    click: (selector) => raw.click(selector),
    screenshot: (path) => raw.screenshot(path ? { path: path as `${string}.png` } : {}),
    close: () => (name === 'firefox' ? closeItself(raw) : raw.close()),
    errors,
    logs,
    raw,
  }
  return page
}

export const wrapContext = (raw: BrowserContext, name: 'chromium' | 'firefox'): Context => ({
  newPage: async () => wrapPage(await raw.newPage(), name),
  close: () => raw.close(),
})

export const launch = async (name: 'chromium' | 'firefox'): Promise<Browser> => {
  const raw = await launchRaw(name)
  return {
    newContext: async () => wrapContext(await raw.createBrowserContext(), name),
    close: () => raw.close(),
  }
}
