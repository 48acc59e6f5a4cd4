/** The hard cases of consent (C1 …), part one: what is not a decision, and that nothing happens before there is one. */
import { expect, test } from 'vitest'
import { describeEngines, spied, stored, type Page } from './harness'
import {
  cookieManager, decide, decided, has, leave, names, nothing, pageManager, quiet, say, track,
} from './pages/cases-site'

const consent = { requires: ['analytics'], event: false }
/** All that a page did, but for looking for the decision itself. */
const deeds = async (page: Page) => (await spied(page)).filter(({ kind }) => kind !== 'cookie.get')

/** Timers run sixty times faster, so that a second of waiting is a minute of whatever a script does by timers. */
const hurry = () => {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const original = window[name] as (run: unknown, ms?: number) => number
    Object.assign(window, { [name]: (run: unknown, ms = 0) => original.call(window, run, ms / 60) })
  }
  Object.assign(window, { patience: window.setTimeout })
}
const minute = (page: Page) => quiet(page, 60_000)

describeEngines(['chromium', 'firefox'], (engine) => {
  test('C1: undecided, fifty calls, scrolling, a video and a minute leave no trace', async () => {
    const { page, collector } = await engine.openPage({
      consent, before: hurry, spies: true, files: ['scroll-depth', 'video-depth'],
      plugins: ['assent.scrollDepth()', 'assent.videoDepth()'],
      body: '<video muted></video><div style="height:5000px"></div>',
    })
    await page.evaluate(async () => {
      const { analytics } = window
      for (let index = 0; index < 9; index++) {
        void analytics.page()
        void analytics.track('Tracked', { index })
        void analytics.identify(`me-${index}`, { email: 'a@example.com' })
        void analytics.group('us', { name: 'Us' })
        void analytics.screen('Screen')
        void analytics.alias('new', 'old')
        void analytics.reset()
      }
      void analytics.track('Last')
      for (let top = 0; top < 5000; top += 500) {
        scrollTo(0, top)
        await new Promise(requestAnimationFrame)
      }
      // One second of silence as a WAV file: 8 bits, one channel.
      const text = (value: string) => [...value].map((letter) => letter.charCodeAt(0))
      const word = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >> 24]
      const bytes = [...text('RIFF'), ...word(8036), ...text('WAVEfmt '), ...word(16), 1, 0, 1, 0, ...word(8000),
        ...word(8000), 1, 0, 8, 0, ...text('data'), ...word(8000), ...Array<number>(8000).fill(128)]
      const video = document.querySelector('video')!
      video.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'audio/wav' }))
      await video.play()
      await new Promise((resolve) => video.addEventListener('ended', resolve))
    })
    await minute(page)
    expect(await deeds(page)).toEqual([])
    expect(await stored(page)).toEqual(nothing)
    expect(await page.evaluate(() => window.analytics.stats().held)).toBeGreaterThanOrEqual(50)
    expect(collector.requests).toEqual([])
    expect(page.errors).toEqual([])
  })
})

describeEngines(['chromium'], (engine) => {
  test('C3: what an earlier visit stored is not even read, until there is a decision', async () => {
    const first = await engine.openPage({ consent: { ...consent, policyVersion: '1' } })
    await decide(first.page, { analytics: true })
    await first.page.evaluate(() => void window.analytics.identify('me', { plan: 'pro' }))
    const [known] = await first.collector.waitFor(1)
    // Until it has heard that the event was accepted.
    await first.page.evaluate(() => window.analytics.flush())
    const before = await stored(first.page)
    expect(before.local).toContain('ajs_user_traits')

    const { page, collector } = await engine.openPage({
      consent: { ...consent, policyVersion: '2' }, context: first.context, spies: true,
    })
    await track(page, 'Undecided')
    expect(await page.evaluate(() => {
      const user = window.analytics.user()
      return [user.id(), user.anonymousId(), user.traits(), window.analytics.group().id()]
    })).toEqual([null, null, {}, null])
    await quiet(page)
    expect(await deeds(page)).toEqual([])
    expect(collector.requests).toEqual([])
    expect(await stored(page)).toEqual(before)

    await decide(page, { analytics: true })
    const [event] = await collector.waitFor(1)
    expect(event).toMatchObject({ event: 'Undecided', userId: 'me', anonymousId: known?.anonymousId })
  })

  test('C8: consent that comes when the page has gone sends nothing and writes nothing', async () => {
    const collector = await engine.newCollector()
    const framed = engine.serve({ consent: { requires: ['analytics'] }, manager: pageManager, spies: true, collector })
    const { page } = await engine.openPage({ script: 'none', collector, body: `<iframe src="${framed}"></iframe>` })
    const { persisted, spied } = await page.evaluate(leave, `analytics.track('Held')`, `
      cmp.say({ decision: 'decided', basis: 'explicit', categories: { analytics: true } })
      analytics.track('Late')
      analytics.flush()`)
    expect(persisted).toBe(false)
    expect(spied.filter(({ kind }) => kind !== 'cookie.get')).toEqual([])
    await quiet(page)
    expect(await stored(page)).toEqual(nothing)
    expect(collector.requests).toEqual([])
  })

  test('C15: a manager whose script is blocked is waited for, without end, errors or growing memory', async () => {
    const { page, collector } = await engine.openPage({
      before: hurry, files: ['consent/one-trust'], spies: true,
      head: '<script src="http://blocked.invalid/otSDKStub.js"></script>',
      load: (options) => {
        const told: unknown[] = []
        Object.assign(window, { told })
        window.analytics.load('KEY', {
          ...options,
          consent: {
            requires: ['analytics'], manager: window.assent.oneTrust({ categories: { C0002: 'analytics' } }),
            onUndelivered: (...args: unknown[]) => told.push(args),
          },
        })
      },
    })
    await page.evaluate(() => {
      void window.analytics.track('Critical', {}, { critical: true })
      for (let index = 0; index < 500; index++) void window.analytics.track('Many')
    })
    await minute(page)
    const { held, refused, dropped } = await page.evaluate(() => window.analytics.stats())
    expect([held, refused, dropped]).toEqual([100, 0, { overflow: 401 }])
    expect(await page.evaluate(() => window.analytics.consent() ?? 'undecided')).toBe('undecided')
    expect(await page.evaluate(() => (window as unknown as { told: unknown }).told)).toEqual([])
    expect(await deeds(page)).toEqual([])
    expect(collector.requests).toEqual([])
    expect(page.errors).toEqual([])
  })

  const oneTrust = { files: ['consent/one-trust'], manager: `assent.oneTrust({ categories: { C0002: 'analytics' } })` }

  test.each([
    ['answers nothing', `window.OneTrust = new Proxy({}, { get: () => () => undefined })`],
    ['is empty', `window.OneTrust = {}; window.OnetrustActiveGroups = ''`],
    ['throws', `window.OneTrust = new Proxy({}, { get: () => () => { throw new Error('neutered') } })`],
    ['says yes to everything', `window.OneTrust = new Proxy(() => true, { get: (self) => self, apply: () => true })`],
  ])("C16: a blocker's stand-in that %s grants nothing", async (_, before) => {
    const { page, collector } = await engine.openPage({ ...oneTrust, consent, before: `() => { ${before} }` })
    await track(page, 'Held')
    await quiet(page)
    expect(await page.evaluate(() => window.analytics.consent()?.analytics ?? 'closed')).not.toBe(true)
    expect(collector.requests).toEqual([])
    expect(await stored(page)).toEqual(nothing)
    expect(page.errors).toEqual([])
  })

  test('C17: a manager that said all it has to say before the client came is heard', async () => {
    const { page, collector } = await engine.openPage({
      ...oneTrust, consent,
      before: () => Object.assign(window, {
        OneTrust: {
          IsAlertBoxClosed: () => true, OnConsentChanged() {},
          GetDomainData: () => ({ ShowAlertNotice: true, ConsentModel: { Name: 'opt-in' }, Groups: [] }),
        },
        OnetrustActiveGroups: ',C0001,C0002,',
      }),
    })
    await track(page, 'Sent')
    expect((await collector.waitFor(1))[0]?.context.consent.categoryPreferences).toMatchObject({ analytics: true })
  })

  test('C18: defaults that look like consent are none, whatever event announces them', async () => {
    const { page, collector } = await engine.openPage({
      ...oneTrust, consent,
      before: () => Object.assign(window, {
        OneTrust: {
          IsAlertBoxClosed: () => false, OnConsentChanged() {},
          GetDomainData: () => ({ ShowAlertNotice: true, ConsentModel: { Name: 'opt-in' }, Groups: [] }),
        },
        OnetrustActiveGroups: ',C0001,C0002,',
      }),
    })
    await track(page, 'Held')
    await page.evaluate(() => {
      for (const type of ['OneTrustGroupsUpdated', 'OTConsentApplied']) {
        dispatchEvent(new CustomEvent(type, { detail: ['C0002'] }))
      }
    })
    await quiet(page)
    expect(collector.requests).toEqual([])
    expect(await page.evaluate(() => window.analytics.stats().held)).toBe(1)
  })

  test('C18: an implied yes is pending under opt-in, and in force under opt-out', async () => {
    const implied = { decision: 'decided', basis: 'implied', categories: { analytics: true } }
    const { page, collector } = await engine.openPage({ consent, manager: pageManager })
    await track(page, 'Held')
    await say(page, { ...implied, model: 'opt-in' })
    await say(page, implied)
    await quiet(page)
    expect(collector.requests).toEqual([])
    await say(page, { ...implied, model: 'opt-out' })
    expect((await collector.waitFor(1))[0]?.context.consent).toMatchObject({ basis: 'implied' })
  })

  test.each([
    ['throws', `throw new Error('broken')`],
    ['answers a word', `return 'yes'`],
    ['answers a number', `return 1`],
    ['answers a promise', `return Promise.resolve({ decision: 'decided', categories: { analytics: true } })`],
    ['answers without categories', `return { decision: 'decided', basis: 'explicit' }`],
    ['answers null for categories', `return { decision: 'decided', categories: null }`],
    ['answers a word for categories', `return { decision: 'decided', categories: 'analytics' }`],
    ['answers with a trap', `return { decision: 'decided', get categories() { throw new Error('trap') } }`],
  ])('C23: a manager that %s counts as undecided, is named once, and heals', async (_, answer) => {
    const { page, collector } = await engine.openPage({
      consent,
      load: `(options) => {
        window.errors = []
        window.read = () => { ${answer} }
        const followers = []
        window.tell = () => followers.forEach((changed) => changed())
        const manager = { name: 'bad', read: () => read(), subscribe: (changed) => (followers.push(changed), () => {}) }
        analytics.on('error', ({ code, reason }) => errors.push([code, reason instanceof Error]))
        analytics.load('KEY', { ...options, consent: { ...options.consent, manager } })
      }`,
    })
    await track(page, 'Held', 'Held too')
    await page.evaluate('tell(), tell()')
    await quiet(page)
    expect(collector.requests).toEqual([])
    expect(await page.evaluate(() => [window.analytics.consent() ?? 'undecided', window.analytics.stats().held]))
      .toEqual(['undecided', 2])
    expect(await page.evaluate('errors')).toEqual([['consent_manager', true]])
    expect(page.errors).toEqual([])
    await page.evaluate(`read = () => (${JSON.stringify(decided({ analytics: true }))}), tell()`)
    await collector.waitFor(2)
  })

  test.each([
    ['throws', `() => { throw new Error('broken') }`],
    ['is not there', 'undefined'],
  ])('C23: a manager whose subscribe %s is read all the same', async (_, subscribe) => {
    const { page, collector } = await engine.openPage({
      consent,
      manager: `{ name: 'bad', read: () => (${JSON.stringify(decided({ analytics: true }))}), subscribe: ${subscribe} }`,
    })
    await track(page, 'Sent')
    await collector.waitFor(has('Sent'))
    expect(page.errors).toEqual([])
  })

  test('C32: a page that is prerendered is silent until it is shown', async () => {
    // The visitor has decided, on a page without us: the first event would be sent at once.
    const { page, collector, context, site } = await engine.openPage({ script: 'none' })
    await page.evaluate(() => void (document.cookie = 'site_consent=1; path=/'))
    const before = await stored(page)
    const path = '/prerendered'
    engine.serve({
      consent, manager: cookieManager, collector, path,
      load: (options) => {
        // All that tests can see of a page before it is shown is what it says itself.
        Object.assign(window, { early: (document as unknown as { prerendering: boolean }).prerendering })
        window.analytics.load('TEST_KEY', options)
        void window.analytics.page()
      },
    })
    const from = await engine.openPage({
      script: 'none', collector, context, body: `<a href="${path}">Next</a>
        <script type="speculationrules">{"prerender":[{"source":"list","urls":["${path}"]}]}</script>`,
    })
    await from.page.waitFor(() => document.querySelector('a'))
    await quiet(from.page, 2000)
    expect(site.requests.filter(({ path: asked }) => asked === path).map(({ headers }) => headers['sec-purpose']))
      .toEqual(['prefetch;prerender'])
    expect(collector.requests).toEqual([])
    expect(await stored(from.page)).toEqual(before)

    await from.page.click('a')
    const events = await collector.waitFor(1)
    expect(names(collector)).toEqual(['page'])
    expect(await from.page.evaluate(() => (window as unknown as { early: boolean }).early)).toBe(true)
    const activation = await from.page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation') as unknown as { activationStart: number }[]
      return performance.timeOrigin + entry!.activationStart
    })
    expect(Date.parse(events[0]!.timestamp)).toBeGreaterThanOrEqual(Math.floor(activation) - 1)
  })
})
