/** Above the gate nothing is kept, made up, read or sent. */
import { expect, test } from 'vitest'
import { describeEngines, spied, stored, type Page } from './harness'

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
}
/** All that a page did, but for looking for the decision itself. */
const deeds = async (page: Page) => (await spied(page)).filter(({ kind }) => kind !== 'cookie.get')
const settle = (page: Page) => page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 1000)))

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('undecided: nothing is stored, read or sent, and nobody has an id', async () => {
    const path = '/landing?ajs_uid=me&utm_source=x'
    const { page, collector } = await engine.openPage({ consent, spies: true, path })
    await page.evaluate(everyCall)
    await settle(page)
    expect(await deeds(page)).toEqual([])
    expect(await stored(page)).toEqual({ cookies: [], local: [], session: [], records: [] })
    expect(await page.evaluate(() => [window.analytics.user().id(), window.analytics.consent()])).toEqual([null, null])
    expect(collector.requests).toEqual([])
  })

  test('a refusal keeps the decision and nothing else', async () => {
    const { page, collector } = await engine.openPage({ consent, spies: true })
    await page.evaluate(everyCall)
    await page.evaluate(() => void window.analytics.consent({ analytics: false }))
    await page.evaluate(everyCall)
    await settle(page)
    expect(await stored(page)).toEqual({ cookies: ['assent_consent'], local: [], session: [], records: [] })
    expect(await page.evaluate(() => window.analytics.consent())).toEqual({ analytics: false })
    expect((await spied(page, 'net', 'storage.get', 'storage.set', 'insert'))).toEqual([])
    expect(collector.requests).toEqual([])
  })
})

describeEngines(['chromium'], (engine) => {
  test('the anonymous id is null while undecided, and there after a grant', async () => {
    const { page, collector } = await engine.openPage({ consent })
    expect(await page.evaluate(() => window.analytics.user().anonymousId())).toBeNull()
    await page.evaluate(() => void window.analytics.consent({ analytics: true }))
    await page.evaluate(() => void window.analytics.track('Now'))
    const [event] = await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === 'Now'))
    expect(event?.anonymousId).toMatch(/^[0-9a-f-]{36}$/)
    expect(await page.evaluate(() => window.analytics.user().anonymousId())).toBe(event?.anonymousId)
  })

  test('leaving the page while undecided sends nothing', async () => {
    const { page, collector } = await engine.openPage({ consent, spies: true })
    await page.evaluate(everyCall)
    await page.goto(engine.serve({ script: 'none', collector }))
    expect(await stored(page)).toEqual({ cookies: [], local: [], session: [], records: [] })
    await settle(page)
    expect(collector.requests).toEqual([])
  })

  test('leaving with a refusal, and coming back, sends and stores nothing', async () => {
    const { page, collector, url } = await engine.openPage({ consent })
    await page.evaluate(() => void window.analytics.consent({ analytics: false }))
    await page.evaluate(everyCall)
    await page.goto(url)
    await page.evaluate(everyCall)
    await settle(page)
    expect(await stored(page)).toEqual({ cookies: ['assent_consent'], local: [], session: [], records: [] })
    expect(collector.requests).toEqual([])
  })

  test('opt-out sends at once, until the visitor objects', async () => {
    const { page, collector } = await engine.openPage({ consent: { ...consent, model: 'opt-out' } })
    await page.evaluate(() => void window.analytics.track('Before'))
    await collector.waitFor(1)
    await page.evaluate(() => void window.analytics.consent({ analytics: false }))
    await page.evaluate(() => void window.analytics.track('After'))
    await settle(page)
    expect(collector.accepted.map(({ event }) => event)).toEqual(['Before'])
    expect(await stored(page)).toEqual({ cookies: ['assent_consent'], local: [], session: [], records: [] })
  })

  test('Global Privacy Control closes its categories in both models until a later explicit decision', async () => {
    for (const model of ['opt-in', 'opt-out']) {
      const { page, collector } = await engine.openPage({
        consent: { model, requires: ['marketing'] },
        before: () => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }),
      })
      await page.evaluate(() => void window.analytics.track('Refused'))
      await settle(page)
      expect(collector.requests).toEqual([])
      await page.evaluate(() => void window.analytics.consent({ marketing: true }))
      await page.evaluate(() => void window.analytics.track('Granted'))
      await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === 'Granted'))
      expect(collector.accepted.at(-1)?.context.consent)
        .toMatchObject({ categoryPreferences: { marketing: true }, gpc: true })
    }
  })
})
