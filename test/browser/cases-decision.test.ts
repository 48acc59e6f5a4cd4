/** The hard cases of consent, part five: what closes, what grows old, what others claim. */
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { describeEngines, stored, type Page } from './harness'
import { decide, decided, has, names, onlyTheDecision, pageManager, quiet, say, track } from './pages/cases-site'

const consent = { requires: ['analytics'], event: false }
const gpc = (value: boolean | undefined) => `() => {
  Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { configurable: true, get: () => ${value} })
}`
/** A destination that notes what it gets in `window.log`; in the page it is an expression. */
const noting = (name: string) => `{
  name: '${name}', type: 'destination', isLoaded: () => true, load() { (window.log ??= []).push('${name} loads') },
  track: (ctx) => (window.log.push('${name} ' + ctx.event.event), ctx)
}`
const log = (page: Page) => page.evaluate(() => (window as unknown as { log?: string[] }).log ?? [])

describeEngines(['chromium'], (engine) => {
  test('C20: a category that the manager does not know is closed, and named once', async () => {
    const { page, collector } = await engine.openPage({
      manager: pageManager, consent: { requires: ['analytics', 'unheard'], event: false },
      load: (options) => {
        const errors: string[] = []
        Object.assign(window, { errors })
        window.analytics.on('error', ({ reason }: { reason: Error }) => errors.push(reason.message))
        window.analytics.load('KEY', options)
      },
    })
    await say(page, decided({ analytics: true }))
    await track(page, 'Refused')
    await say(page, decided({ analytics: true, ads: true }))
    await quiet(page)
    expect(collector.requests).toEqual([])
    const errors = await page.evaluate(() => (window as unknown as { errors: string[] }).errors)
    expect(errors).toEqual([expect.stringContaining('unheard')])
  })

  // A destination that is not listed needs what the endpoint needs.
  test('C20: a destination that is mapped to no category, or to an unknown one, is closed', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...consent, destinations: { Nothing: [], Unknown: ['unheard'], Ads: ['advertising'] } },
      plugins: [noting('Nothing'), noting('Unknown'), noting('Ads'), noting('Unlisted')],
    })
    await decide(page, { analytics: true, advertising: true })
    await track(page, 'Sent')
    await collector.waitFor(has('Sent'))
    await quiet(page)
    expect((await log(page)).sort()).toEqual(['Ads Sent', 'Ads loads', 'Unlisted Sent', 'Unlisted loads'])
  })

  test('C24: under opt-out Global Privacy Control closes advertising alone, until a later explicit yes', async () => {
    const { page, collector } = await engine.openPage({
      before: gpc(true), plugins: [noting('Ads')],
      consent: { ...consent, model: 'opt-out', destinations: { Ads: ['advertising'] } },
    })
    await track(page, 'Measured')
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent)
      .toMatchObject({ gpc: true, categoryPreferences: { analytics: true, advertising: false } })
    await quiet(page)
    expect(await log(page)).toEqual([])

    await decide(page, { analytics: true, advertising: true })
    await track(page, 'Chosen')
    await collector.waitFor(2)
    expect(collector.accepted[1]?.context.consent)
      .toMatchObject({ gpc: true, basis: 'explicit', categoryPreferences: { analytics: true, advertising: true } })
    await page.waitFor(() => (window as unknown as { log?: string[] }).log?.includes('Ads Chosen'))
  })

  test('C24: a yes from before the signal was on gives way to it, and the categories are an option', async () => {
    const first = await engine.openPage({ consent: { ...consent, gpc: ['advertising', 'resale'] } })
    const { collector, context } = first
    await decide(first.page, { analytics: true, advertising: true, resale: true, marketing: true })
    const { page } = await engine.openPage({
      before: gpc(true), consent: { ...consent, gpc: ['advertising', 'resale'] }, collector, context,
    })
    await track(page, 'With the signal')
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent.categoryPreferences)
      .toEqual({ analytics: true, advertising: false, resale: false, marketing: true })
  })

  test.each([
    ['false', false],
    ['absent', undefined],
  ])('C25: Global Privacy Control that is %s closes nothing', async (_, value) => {
    const { page, collector } = await engine.openPage({
      before: gpc(value), consent: { ...consent, requires: ['analytics', 'advertising'] },
    })
    await decide(page, { analytics: true, advertising: true })
    await track(page, 'Open')
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent).toMatchObject({ categoryPreferences: { analytics: true, advertising: true } })
    expect(event?.context.consent.gpc ?? 'off').toBe('off')
  })

  test('C28: a new version of the policy in an open page: undecided, and then the same visitor', async () => {
    const state = (policyVersion: string) => decided({ analytics: true }, { policyVersion })
    const { page, collector } = await engine.openPage({
      manager: pageManager, consent: { ...consent, policyVersion: '1' },
    })
    await say(page, state('1'))
    await track(page, 'First')
    const [first] = await collector.waitFor(1)
    const before = await stored(page)

    await say(page, state('2'))
    await track(page, 'Held')
    expect(await page.evaluate(() => {
      const user = window.analytics.user()
      user.id('sneaked')
      return [user.anonymousId(), user.id(), window.analytics.consent() ?? 'undecided']
    })).toEqual([null, null, 'undecided'])
    await quiet(page)
    expect(names(collector)).toEqual(['First'])
    expect((await stored(page)).cookies.filter((name) => !before.cookies.includes(name))).toEqual([])

    await say(page, state('1'))
    await collector.waitFor(2)
    expect(collector.accepted[1]).toMatchObject({ event: 'Held', anonymousId: first?.anonymousId })
    expect(collector.accepted[1]?.userId ?? null).toBeNull()
  })

  test('C28: what is queued when the policy changes waits with the rest', async () => {
    const { page, collector } = await engine.openPage({
      manager: pageManager, consent: { ...consent, policyVersion: '1' }, options: { flushInterval: 700 },
    })
    await say(page, decided({ analytics: true }, { policyVersion: '1' }))
    await track(page, 'Queued')
    await quiet(page, 100)
    await say(page, decided({ analytics: true }, { policyVersion: '2' }))
    await quiet(page, 1500)
    expect(collector.requests).toEqual([])
    await say(page, decided({ analytics: true }, { policyVersion: '1' }))
    await track(page, 'New')
    await collector.waitFor(2)
    expect(names(collector)).toEqual(['Queued', 'New'])
  })

  test('C29: a decision that is older than maxAge days counts as none', async () => {
    const { page, collector } = await engine.openPage({ manager: pageManager, consent: { ...consent, maxAge: 180 } })
    const day = 864e5
    await track(page, 'Held')
    await say(page, decided({ analytics: true }, { updatedAt: Date.now() - 181 * day }))
    await quiet(page)
    expect(collector.requests).toEqual([])
    expect(await page.evaluate(() => window.analytics.consent() ?? 'undecided')).toBe('undecided')
    await say(page, decided({ analytics: true }, { updatedAt: Date.now() - 179 * day }))
    await collector.waitFor(has('Held'))
  })

  test('C29: a refusal grows old too: the visitor may be asked again, and calls wait again', async () => {
    const { page, collector } = await engine.openPage({ manager: pageManager, consent: { ...consent, maxAge: 180 } })
    await say(page, decided({ analytics: false }, { updatedAt: Date.now() - 181 * 864e5 }))
    await track(page, 'Held')
    expect(await page.evaluate(() => window.analytics.stats().held)).toBe(1)
    expect(collector.requests).toEqual([])
  })

  test("C34: a frame that forges TrustArc's message changes nothing", async () => {
    engine.site().add('/forger', {
      body: `<script>for (const to of [parent, top]) for (let i = 0; i < 20; i++)
        to.postMessage('{"source":"preference_manager","message":"submit_preferences","consentDecision":[2]}', '*')
        document.title = 'done'</script>`,
      headers: { 'content-type': 'text/html' },
    })
    const { page, collector } = await engine.openPage({
      consent, files: ['consent/trust-arc'], manager: `assent.trustArc({ categories: { 2: 'analytics' } })`,
      before: () => {
        const said = { source: 'implied', consentDecision: [0] }
        Object.assign(window, { said, forged: 0, truste: {
          cma: { callApi: () => said },
          eu: { bindMap: { categoryCount: 3, behaviorManager: 'eu', behavior: 'expressed' } },
        } })
        addEventListener('message', () => (window as unknown as { forged: number }).forged++)
      },
      body: `<iframe src="${engine.site().url('/forger', 'b.localtest')}"></iframe>`,
    })
    await track(page, 'Held')
    await page.waitFor(() => (window as unknown as { forged: number }).forged === 40)
    await quiet(page, 1500)
    expect(collector.requests).toEqual([])
    expect(await page.evaluate(() => window.analytics.stats().held)).toBe(1)

    // The same message counts once there is a decision to be read.
    await page.evaluate(() => {
      Object.assign((window as unknown as { said: object }).said, { source: 'asserted', consentDecision: [1, 2] })
      postMessage(JSON.stringify({ source: 'preference_manager', message: 'submit_preferences' }), '*')
    })
    await collector.waitFor(has('Held'))
  })

  test('C35: two clients with different categories share no queue, and a no to one leaves the other', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { AnalyticsBrowser } from './src/index'
          window.two = (endpoint) => {
            const load = (writeKey, category) => AnalyticsBrowser.load(
              { writeKey }, { endpoint, consent: { requires: [category], event: false } })
            window.first = load('FIRST', 'analytics')
            window.second = load('SECOND', 'personalisation')
          }`,
        resolveDir: `${import.meta.dirname}/../..`,
      },
      bundle: true, format: 'iife', write: false, define: { __VERSION__: '"0"' },
    })
    engine.site().add('/two.js', { body: outputFiles[0]!.text, headers: { 'content-type': 'text/javascript' } })
    const { page, collector, url } = await engine.openPage({
      script: 'none', head: '<script src="/two.js"></script>',
      load: (options) => (window as unknown as { two(endpoint: unknown): void }).two(options.endpoint),
    })
    type Two = Record<'first' | 'second', typeof window.analytics>
    const both = (name: string) => page.evaluate((event: string) => {
      const { first, second } = window as unknown as Two
      void first.track(`${event} 1`)
      void second.track(`${event} 2`)
    }, name)
    const say = (categories: object) => page.evaluate((said: object) => {
      const { first, second } = window as unknown as Two
      first.consent(said)
      second.consent(said)
    }, categories)
    await both('Both')
    await say({ analytics: true, personalisation: false })
    await collector.waitFor(1)
    await quiet(page)
    expect(names(collector)).toEqual(['Both 1'])
    expect(collector.requests.map(({ body }) => body?.writeKey)).toEqual(['FIRST'])

    await page.goto(url)
    await both('Again')
    await collector.waitFor(2)
    await quiet(page)
    expect(names(collector)).toEqual(['Both 1', 'Again 1'])

    await say({ analytics: false, personalisation: false })
    await quiet(page)
    expect(await stored(page)).toEqual(onlyTheDecision)
  })
})
