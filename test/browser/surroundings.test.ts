/** Pages that are not kind: storage that throws, strict policies, sandboxes, a second copy, options that are wrong. */
import { expect, test } from 'vitest'
import { describeEngines, type Page } from './harness'
import { settled } from './pages/chaos-tools'

const track = (page: Page, event: string) => page.evaluate((name: string) => void window.analytics.track(name), event)
const consoleLines = () => {
  const lines: string[] = []
  Object.assign(window, { lines })
  for (const level of ['error', 'warn'] as const) {
    const original = console[level]
    console[level] = (...args: unknown[]) => {
      lines.push(args.map(String).join(' '))
      original(...args)
    }
  }
}
const sandbox = { 'content-security-policy': 'sandbox allow-scripts' }
const linesOf = (page: Page) => page.evaluate(() => (window as unknown as { lines: string[] }).lines)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('storage that throws breaks nothing', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        const refuse = () => {
          throw new DOMException('denied', 'SecurityError')
        }
        Object.defineProperty(Document.prototype, 'cookie', { get: refuse, set: refuse })
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
          Object.defineProperty(window, name, { get: refuse, configurable: true })
        }
      },
    })
    await page.evaluate(() => void window.analytics.identify('me'))
    await track(page, 'Arrives')
    const events = await collector.waitFor(2)
    expect(events[1]).toMatchObject({ event: 'Arrives', userId: 'me', anonymousId: events[0]?.anonymousId })
    expect(page.errors).toEqual([])
  })

  test('two copies of the script and two loads send each event once', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        // The second copy comes after the boot script, as from a tag manager.
        addEventListener('DOMContentLoaded', () => {
          const copy = document.createElement('script')
          copy.src = '/dist/assent.min.js'
          copy.onload = () => (document.title = 'second copy')
          document.head.append(copy)
        })
      },
    })
    await page.waitFor(() => document.title === 'second copy')
    await page.evaluate((options: object) => {
      window.analytics.load('TEST_KEY', options)
      void window.analytics.track('Once')
    }, { endpoint: collector.endpoint })
    await collector.waitFor(1)
    // What a page does not hear of, the next one sends again.
    await settled(page)
    await page.reload()
    await track(page, 'Last')
    await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === 'Last'))
    expect(collector.accepted.map(({ event }) => event)).toEqual(['Once', 'Last'])
    expect([...collector.copies.values()]).toEqual([1, 1])
  })

  test('a sandboxed frame without an origin still sends, and throws nothing', async () => {
    const { page, collector } = await engine.openPage({ headers: sandbox })
    await page.evaluate(() => void window.analytics.identify('me'))
    await track(page, 'Sandboxed')
    await collector.waitFor(2)
    expect(collector.requests[0]?.origin).toBe('null')
    expect(page.errors).toEqual([])
  })

  test('a sandboxed frame holds calls until a decision, too', async () => {
    const { page, collector } = await engine.openPage({
      headers: sandbox, consent: { requires: ['analytics'], event: false },
    })
    await track(page, 'Held')
    await page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 800)))
    expect(collector.requests).toEqual([])
    await page.evaluate(() => void window.analytics.consent({ analytics: true }))
    await collector.waitFor(1)
  })
})

describeEngines(['chromium'], (engine) => {
  test('a strict policy with trusted types is kept', async () => {
    const collector = await engine.newCollector()
    const policy = `default-src 'none'; script-src 'self'; connect-src ${collector.origin}`
    const { page } = await engine.openPage({
      collector,
      script: 'full',
      headers: { 'content-security-policy': `${policy}; require-trusted-types-for 'script'; trusted-types 'none'` },
      before: () => {
        Object.assign(window, { violations: [] })
        const { violations } = window as unknown as { violations: string[] }
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
          violations.push(`${violatedDirective} ${blockedURI}`))
      },
    })
    await page.evaluate(() => void window.analytics.page())
    await track(page, 'Strict')
    await collector.waitFor(2)
    // The harness's own icon is all that the policy stops.
    const violations = await page.evaluate(() => (window as unknown as { violations: string[] }).violations)
    expect(violations.filter((line) => !line.startsWith('img-src'))).toEqual([])
    expect(page.errors).toEqual([])
  })

  test('IndexedDB that never answers delays nothing for good', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        IDBFactory.prototype.open = () => ({}) as IDBOpenDBRequest
      },
    })
    await track(page, 'Silent')
    await collector.waitFor(1)
  })

  test.each([
    ['no endpoint', { endpoint: undefined }, 'KEY', 'endpoint'],
    ['a relative endpoint', { endpoint: '/v1/batch' }, 'KEY', 'endpoint'],
    ['an endpoint of another scheme', { endpoint: 'javascript:alert(1)' }, 'KEY', 'endpoint'],
    ['no write key', {}, '', 'writeKey'],
  ])('%s is one clear error that names the option, and calls stay harmless', async (_, wrong, key, named) => {
    const collector = await engine.newCollector()
    const { page } = await engine.openPage({
      collector,
      before: consoleLines,
      load: `async (options) => {
        document.title = 'waiting'
        try { await analytics.load(${JSON.stringify(key)}, { ...options, ...${JSON.stringify(wrong)}, endpoint: ${
          'endpoint' in wrong ? JSON.stringify(wrong.endpoint) : 'options.endpoint'} }) } catch {}
        document.title = 'done'
      }`,
    })
    await page.evaluate(() => {
      void window.analytics.track('Harmless')
      void window.analytics.identify('me')
    })
    await page.waitFor(() => document.title === 'done')
    expect((await linesOf(page)).filter((line) => line.includes(named))).toHaveLength(1)
    expect(collector.requests).toEqual([])
    expect(page.errors).toEqual([])
  })

  test('a plugin that throws is reported, and the event arrives', async () => {
    const { page, collector } = await engine.openPage({
      plugins: [
        `{ name: 'Bad', type: 'enrichment', isLoaded: () => true, load() {}, track() { throw new Error('bad') } }`,
        `{ name: 'Worse', type: 'utility', isLoaded: () => true, load: () => Promise.reject(new Error('worse')) }`,
      ],
    })
    await track(page, 'Fine')
    await collector.waitFor(1)
    expect(page.errors).toEqual([])
  })

  test('nothing of ours is on window but analytics and assent', async () => {
    const { page } = await engine.openPage({ script: 'none' })
    const before = await page.evaluate(() => Object.keys(window))
    const full = await engine.openPage({ script: 'full' })
    const after = await full.page.evaluate(() => Object.keys(window))
    expect(after.filter((name) => !before.includes(name)).sort()).toEqual(['analytics', 'assent'])
  })
})
