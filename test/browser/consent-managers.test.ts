/** Consent managers against the real packages, with the real client, in a real browser. */
import { build } from 'esbuild'
import { GVL, TCModel, TCString } from '@iabtechlabtcf/core'
import { beforeAll, expect, test } from 'vitest'
import { describeEngines, type Collector, type Engine, type Page, type PageOptions } from './harness'

declare global {
  interface Window {
    // The vendors' own globals.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    CookieConsent: any
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    klaro: any
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    klaroConfig: any
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    tcfCmp: any
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    gppCmp: any
    dataLayer: ArrayLike<unknown>[]
  }
}

const consent = { requires: ['analytics'], event: false }
const names = (collector: Collector) => collector.accepted.map(({ event }) => event)
/** Long enough for what must not be sent to be sent, were the gate open. */
const quiet = (page: Page) => page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 400)))
const track = (page: Page, name: string) => page.evaluate((event) => void window.analytics.track(event), name)

/** Bundles packages for the page; what the code assigns to window is what the page gets. */
const bundle = async (code: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname }, bundle: true, format: 'iife', write: false,
  })
  return outputFiles[0]!.text
}
const serve = (engine: Engine, path: string, body: string) => {
  engine.site().add(path, { body, headers: { 'content-type': 'text/javascript;charset=utf-8' } })
  return `<script src="${path}"></script>`
}

describeEngines(['chromium'], (engine) => {
  const vanilla = (options: PageOptions = {}) => engine.openPage({
    consent, files: ['consent/cookie-consent'], manager: 'assent.cookieConsent()',
    head: '<script src="/node_modules/vanilla-cookieconsent/dist/cookieconsent.umd.js"></script>',
    ...options,
  })
  /** Without `hideFromBots: false` it does nothing under automation, and a test of it proves nothing. */
  const run = (page: Page, config: object = {}) => page.evaluate((more) => window.CookieConsent.run({
    hideFromBots: false,
    categories: { necessary: { enabled: true, readOnly: true }, analytics: {}, ads: {} },
    language: { default: 'en', translations: { en: {
      consentModal: { title: 'Cookies', acceptAllBtn: 'All', acceptNecessaryBtn: 'None' },
      preferencesModal: { sections: [] },
    } } },
    ...more,
  }), config)

  test('vanilla-cookieconsent: undecided, granted, reloaded, withdrawn', async () => {
    const { page, collector } = await vanilla()
    await track(page, 'Before it runs')
    await run(page)
    await track(page, 'Before the answer')
    await quiet(page)
    expect(collector.requests).toEqual([])

    await page.evaluate(() => window.CookieConsent.acceptCategory(['analytics']))
    const [first] = await collector.waitFor(2)
    expect(names(collector)).toEqual(['Before it runs', 'Before the answer'])
    expect(first?.context.consent).toMatchObject({
      categoryPreferences: { necessary: true, analytics: true, ads: false },
      manager: 'cookieConsent', basis: 'explicit',
    })
    expect(first?.context.consent.id).toBe(await page.evaluate(() => window.CookieConsent.getCookie('consentId')))

    await page.reload()
    await run(page)
    await track(page, 'Back again')
    await collector.waitFor(3)

    await page.evaluate(() => window.CookieConsent.acceptCategory([]))
    await track(page, 'After the withdrawal')
    await quiet(page)
    expect(names(collector)).toEqual(['Before it runs', 'Before the answer', 'Back again'])
    expect(page.errors).toEqual([])
  })

  test('vanilla-cookieconsent: another tab follows, both ways, though its API does not', async () => {
    const a = await vanilla()
    const b = await vanilla({ context: a.context, collector: a.collector })
    await run(a.page)
    await run(b.page)
    await track(b.page, 'Held in B')
    await a.page.evaluate(() => window.CookieConsent.acceptCategory('all'))
    await a.collector.waitFor(1)
    expect(await b.page.evaluate(() => window.CookieConsent.validConsent())).toBe(false)

    await a.page.evaluate(() => window.CookieConsent.acceptCategory([]))
    await b.page.waitFor(() => window.analytics.consent()?.analytics === false)
    await track(b.page, 'Too late')
    await quiet(b.page)
    expect(names(a.collector)).toEqual(['Held in B'])
  })

  test('vanilla-cookieconsent: opt-out, and a new revision of the policy', async () => {
    const { page, collector } = await vanilla()
    await run(page, { mode: 'opt-out', categories: { analytics: { enabled: true }, ads: {} } })
    await track(page, 'Not asked')
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent).toMatchObject({
      categoryPreferences: { analytics: true, ads: false }, basis: 'implied',
    })

    await page.evaluate(() => window.CookieConsent.acceptCategory('all'))
    await page.reload()
    await run(page, { revision: 2 })
    await track(page, 'Of another policy')
    await quiet(page)
    expect(names(collector)).toEqual(['Not asked'])
    await page.evaluate(() => window.CookieConsent.acceptCategory('all'))
    await collector.waitFor(2)
  })

  const klaro = (options: PageOptions = {}) => engine.openPage({
    consent, files: ['consent/klaro'], manager: 'assent.klaro()',
    before: () => {
      window.klaroConfig = {
        version: 1, acceptAll: true, translations: {},
        services: [
          { name: 'session', purposes: ['functional'], required: true },
          { name: 'matomo', purposes: ['analytics'] },
          { name: 'adshop', purposes: ['advertising'] },
        ],
      }
    },
    head: '<script defer src="/node_modules/klaro/dist/klaro-no-css.js"></script>',
    ...options,
  })

  test('klaro: a switch is no consent, saving is, and a service that is new is asked for', async () => {
    const { page, collector } = await klaro()
    await page.waitFor(() => window.klaro)
    await track(page, 'Held')
    await page.evaluate(() => window.klaro.getManager().updateConsent('matomo', true))
    await quiet(page)
    expect(collector.requests).toEqual([])

    await page.evaluate(() => window.klaro.getManager().saveAndApplyConsents())
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent.categoryPreferences).toEqual({
      session: true, functional: true, matomo: true, analytics: true, adshop: false, advertising: false,
    })

    await page.evaluate(() => {
      const manager = window.klaro.getManager()
      manager.updateConsent('matomo', false)
      manager.saveAndApplyConsents()
      manager.updateConsent('matomo', true)
    })
    await track(page, 'Switched on, not saved')
    await quiet(page)
    expect(names(collector)).toEqual(['Held'])
    expect(page.errors).toEqual([])
  })

  test('klaro: another tab follows, both ways', async () => {
    const a = await klaro()
    const b = await klaro({ context: a.context, collector: a.collector })
    const save = (granted: boolean) => a.page.evaluate((value) => {
      const manager = window.klaro.getManager()
      manager.updateConsent('matomo', value)
      manager.saveAndApplyConsents()
    }, granted)
    await track(b.page, 'Held in B')
    await a.page.waitFor(() => window.klaro)
    await save(true)
    await a.collector.waitFor(1)
    await save(false)
    await b.page.waitFor(() => window.analytics.consent()?.analytics === false)
    await track(b.page, 'Too late')
    await quiet(b.page)
    expect(names(a.collector)).toEqual(['Held in B'])
  })

  let stub = ''
  let cmp = ''
  let gppCmp = ''
  const tcString = (purposes: number[]) => {
    const named = Array.from({ length: 11 }, (_, index) => (
      { id: index + 1, name: '', description: '', illustrations: [] }))
    const model = new TCModel(new GVL({
      gvlSpecificationVersion: 3, vendorListVersion: 48, tcfPolicyVersion: 5, lastUpdated: '2026-01-01T00:00:00Z',
      purposes: Object.fromEntries(named.map((purpose) => [purpose.id, purpose])), specialPurposes: {}, features: {},
      specialFeatures: {}, stacks: {}, dataCategories: {}, vendors: {},
    } as unknown as ConstructorParameters<typeof GVL>[0]))
    Object.assign(model, { cmpId: 300, cmpVersion: 1, isServiceSpecific: true })
    model.purposeConsents.set(purposes)
    return TCString.encode(model)
  }
  beforeAll(async () => {
    stub = await bundle(`import stub from '@iabtechlabtcf/stub'; stub()`)
    cmp = await bundle(`import { CmpApi } from '@iabtechlabtcf/cmpapi'; window.tcfCmp = new CmpApi(300, 1, true)`)
    gppCmp = await bundle(`import { CmpApi } from '@iabgpp/cmpapi'; window.gppCmp = new CmpApi(300, 1)`)
  })
  const tcfManager = `assent.tcf({ categories: { 1: 'analytics', 8: 'analytics', 2: 'advertising' } })`
  const arrive = (page: Page, path: string) => page.evaluate((src) => new Promise((resolve) => {
    const script = document.createElement('script')
    script.onload = () => resolve(null)
    script.src = src
    document.head.append(script)
  }), path)

  test('TCF: stub, banner, string, withdrawal', async () => {
    serve(engine, '/cmp.js', cmp)
    const { page, collector } = await engine.openPage({
      consent, files: ['consent/tcf'], manager: tcfManager, head: serve(engine, '/stub.js', stub),
    })
    await track(page, 'Only a stub')
    await arrive(page, '/cmp.js')
    await page.evaluate(() => window.tcfCmp.update('', true))
    await track(page, 'Banner up')
    await quiet(page)
    expect(collector.requests).toEqual([])

    const granted = tcString([1, 8])
    await page.evaluate((text) => window.tcfCmp.update(text, false), granted)
    const [event] = await collector.waitFor(2)
    expect(event?.context.consent).toMatchObject({
      categoryPreferences: { analytics: true, advertising: false }, tcString: granted,
    })

    await page.evaluate((text) => window.tcfCmp.update(text, true), granted)
    await track(page, 'Looking at the banner again')
    await collector.waitFor(3)
    await page.evaluate((text) => window.tcfCmp.update(text, false), tcString([1]))
    await track(page, 'Withdrawn')
    await quiet(page)
    expect(names(collector)).toEqual(['Only a stub', 'Banner up', 'Looking at the banner again'])
    expect(page.errors).toEqual([])
  })

  test('TCF: where the GDPR does not apply', async () => {
    serve(engine, '/cmp.js', cmp)
    const { page, collector } = await engine.openPage({ consent, files: ['consent/tcf'], manager: tcfManager })
    await track(page, 'Held until known')
    await arrive(page, '/cmp.js')
    await page.evaluate(() => window.tcfCmp.update(null))
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent).toMatchObject({
      categoryPreferences: { analytics: true, advertising: true }, decision: 'not-required',
    })
  })

  test('TCF: a frame asks the page above it, and believes nobody else', async () => {
    const collector = await engine.newCollector()
    // The number that marks the question is made predictable, so that only the check of the sender is left.
    const inner = engine.serve({
      consent, files: ['consent/tcf'], manager: tcfManager, collector, host: 'inner.localtest',
      before: () => void (Math.random = () => 0.25), body: '<script>analytics.track("From the frame")</script>',
    })
    const forged = {
      __tcfapiReturn: { callId: 0.25, success: true, returnValue: { gdprApplies: false, listenerId: 1 } },
    }
    const forger = engine.serve({
      script: 'none', collector, host: 'forger.localtest', load: false,
      body: `<script>onmessage = () => parent.frames.inner.postMessage(${JSON.stringify(forged)}, '*')</script>`,
    })
    // As the specification has it. The stub on npm forgets who asked as soon as it has queued the question
    // (@iabtechlabtcf/stub 1.5.21), so a frame that asks it before the manager came never hears anything.
    const queueingStub = () => {
      const queue: unknown[][] = []
      Object.assign(window, { __tcfapi: (...args: unknown[]) => (args.length ? queue.push(args) : queue) })
      addEventListener('message', ({ data, source }) => {
        const { command, version, parameter, callId } = data.__tcfapiCall ?? {}
        const answer = (returnValue: unknown, success: boolean) =>
          source?.postMessage({ __tcfapiReturn: { returnValue, success, callId } }, { targetOrigin: '*' })
        if (command) (window as unknown as Record<string, (...args: unknown[]) => void>).__tcfapi!(
          command, version, answer, parameter)
      })
    }
    const { page } = await engine.openPage({
      script: 'none', load: false, collector,
      before: queueingStub,
      body: `<iframe name="__tcfapiLocator" hidden></iframe>
<iframe name="inner" src="${inner}"></iframe><iframe name="forger" src="${forger}"></iframe>`,
    })
    serve(engine, '/cmp.js', cmp)
    await page.waitFor(() => document.readyState === 'complete')
    await page.evaluate(() => (window.frames as unknown as Record<string, Window>).forger!.postMessage('forge', '*'))
    await quiet(page)
    expect(collector.requests).toEqual([])
    await arrive(page, '/cmp.js')
    await page.evaluate((text) => window.tcfCmp.update(text, false), tcString([1, 8]))
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent.categoryPreferences).toEqual({ analytics: true, advertising: false })
  })

  test('GPP: undecided until ready, opted out by a section change', async () => {
    serve(engine, '/gpp.js', gppCmp)
    const { page, collector } = await engine.openPage({
      consent, files: ['consent/gpp'],
      manager: `assent.gpp({ categories: { Sale: 'sale_of_data', TargetedAdvertising: 'advertising', unrestricted: 'analytics' } })`,
    })
    await track(page, 'Held')
    await arrive(page, '/gpp.js')
    const set = (sale: number, ready: string) => page.evaluate((value, status) => {
      window.gppCmp.setApplicableSections([7])
      window.gppCmp.setFieldValue('usnat', 'SaleOptOut', value)
      window.gppCmp.setFieldValue('usnat', 'TargetedAdvertisingOptOut', 2)
      window.gppCmp.fireSectionChange('usnat')
      window.gppCmp.setSignalStatus(status)
    }, sale, ready)
    await set(2, 'not ready')
    await quiet(page)
    expect(collector.requests).toEqual([])

    await set(2, 'ready')
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent).toMatchObject({
      categoryPreferences: { sale_of_data: true, advertising: true, analytics: true }, basis: 'implied',
    })
    expect(event?.context.consent.gppString).toBe(await page.evaluate(() => window.gppCmp.getGppString()))
    await set(1, 'ready')
    await track(page, 'Opted out of sale')
    const [, later] = await collector.waitFor(2)
    expect(later?.context.consent).toMatchObject({
      categoryPreferences: { sale_of_data: false, advertising: true, analytics: true }, basis: 'explicit',
    })
    expect(page.errors).toEqual([])
  })

  test('Google Consent Mode hears a default before anything, and every decision after it', async () => {
    const { page } = await engine.openPage({
      consent, files: ['consent/google-consent-mode'], plugins: ['assent.googleConsentMode()'],
    })
    const commands = () => page.evaluate(() => Array.from(window.dataLayer, (entry) => ({
      isArguments: Object.prototype.toString.call(entry) === '[object Arguments]', command: Array.from(entry),
    })))
    const signals = (analytics: string, ads: string) => ({
      analytics_storage: analytics, ad_storage: ads, ad_user_data: ads, ad_personalization: ads,
      functionality_storage: 'denied', personalization_storage: 'denied',
    })
    const decide = (categories: object) => page.evaluate((given) => void window.analytics.consent(given), categories)
    const denied = ['consent', 'default', { ...signals('denied', 'denied'), wait_for_update: 500 }]
    expect(await commands()).toEqual([{ isArguments: true, command: denied }])
    await decide({ analytics: true, advertising: false })
    await page.waitFor(() => window.dataLayer.length > 1)
    await decide({ analytics: true, advertising: true })
    await page.waitFor(() => window.dataLayer.length > 2)
    await decide({ analytics: false, advertising: false })
    await page.waitFor(() => window.dataLayer.length > 3)
    expect((await commands()).map(({ command }) => command)).toEqual([
      denied,
      ['consent', 'update', signals('granted', 'denied')],
      ['consent', 'update', signals('granted', 'granted')],
      ['consent', 'update', signals('denied', 'denied')],
    ])
  })
})
