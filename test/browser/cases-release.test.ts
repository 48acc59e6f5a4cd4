/** The hard cases of consent, part two: what a grant lets go, what a refusal destroys, and what is stamped. */
import { expect, test } from 'vitest'
import { describeEngines, stored, type Collector } from './harness'
import { cookieManager, decide, decided, has, leave, names, pageManager, quiet, say, track } from './pages/cases-site'

const consent = { requires: ['analytics'], event: false }
const stamps = (events: Collector['accepted']) => events.map(({ context }) => context.consent.categoryPreferences)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('C7: a later grant brings back nothing from before it', async () => {
    const { page, collector } = await engine.openPage({ consent })
    await track(page, 'Before the refusal')
    await decide(page, { analytics: false })
    await track(page, 'After the refusal')
    await decide(page, { analytics: true })
    await track(page, 'After the grant')
    await collector.waitFor(has('After the grant'))
    await quiet(page)
    expect(names(collector)).toEqual(['After the grant'])
  })
})

describeEngines(['chromium'], (engine) => {
  test('C5: three routes seen while undecided are three page events, each with its own address', async () => {
    const { page, collector } = await engine.openPage({ consent, path: '/one' })
    for (const path of ['/one', '/two?a=1', '/three#part']) {
      await page.evaluate((to: string) => {
        history.pushState(null, '', to)
        document.title = to
        void window.analytics.page()
      }, path)
    }
    await decide(page, { analytics: true })
    const events = await collector.waitFor(3)
    const { origin } = new URL(await page.url())
    const seen = events.map(({ type, context: { page }, properties }) => [type, page.url, properties?.url, page.title])
    expect(seen).toEqual([
      ['page', `${origin}/one`, `${origin}/one`, '/one'],
      ['page', `${origin}/two?a=1`, `${origin}/two?a=1`, '/two?a=1'],
      ['page', `${origin}/three`, `${origin}/three`, '/three#part'],
    ])
  })

  test('C6: a refusal also discards what the query string said', async () => {
    const path = '/land?ajs_uid=u-1&ajs_aid=a-1&ajs_event=Clicked&ajs_trait_plan=pro'
    const { page, collector } = await engine.openPage({ path, consent })
    await decide(page, { analytics: false })
    await page.evaluate(() => history.replaceState(null, '', '/other'))
    await decide(page, { analytics: true })
    await track(page, 'Own')
    await collector.waitFor(has('Own'))
    await quiet(page)
    expect(names(collector)).toEqual(['Own'])
    expect(collector.accepted[0]?.userId ?? null).toBeNull()
    expect(collector.accepted[0]?.anonymousId).not.toBe('a-1')
  })

  test('C9: a page that was frozen undecided comes back, reads again, and sends what it held', async () => {
    const { page, collector } = await engine.openPage({ consent, manager: cookieManager })
    await page.evaluate(() => {
      Object.assign(window, { shown: [] })
      addEventListener('pageshow', ({ persisted }) => (window as unknown as { shown: boolean[] }).shown.push(persisted))
      void window.analytics.track('Held')
    })
    await page.goto(engine.serve({ script: 'none', collector }))
    await page.evaluate(() => void (document.cookie = 'site_consent=1; path=/'))
    await page.back()
    expect(await page.waitFor(() => (window as unknown as { shown: boolean[] }).shown)).toEqual([true])
    const events = await collector.waitFor(1)
    expect(names(collector)).toEqual(['Held'])
    expect(stamps(events)).toEqual([{ analytics: true }])
  })

  test.each([
    ['a withdrawal', true, false],
    ['a grant', false, true],
  ])('C9: %s in another tab of the site holds when a page is gone back to, cached or not', async (_, first, then) => {
    const { page, collector, context, url } = await engine.openPage({ consent })
    if (first) await decide(page, { analytics: first })
    await track(page, 'First')
    if (first) await collector.waitFor(1)
    await page.goto(engine.serve({ script: 'none', collector }))
    const other = await context.newPage()
    await other.goto(url)
    await decide(other, { analytics: then })
    await page.back()
    await page.waitFor((said: boolean) => window.analytics.consent()?.analytics === said, then)
    await track(page, 'After return')
    if (then) await collector.waitFor(has('After return'))
    await quiet(page)
    // A message to a page in the cache throws it out, with what it held; it is then a new page.
    expect(names(collector).filter((name) => name === 'After return')).toHaveLength(then ? 1 : 0)
    expect(names(collector).filter((name) => name === 'First').length).toBeLessThanOrEqual(1)
    expect(page.errors).toEqual([])
  })

  test('C19: a manager that tells late, and in the wrong order, is taken at what it says now', async () => {
    const { page, collector } = await engine.openPage({ consent, manager: pageManager })
    await track(page, 'Held')
    const said = await page.evaluate(async (granted: object, denied: object) => {
      const heard: unknown[] = []
      window.analytics.on('consent', (categories: unknown) => heard.push(categories))
      window.cmp.say(granted)
      // The older refusal is still being told of when the newer grant is in force already.
      dispatchEvent(new CustomEvent('denied', { detail: denied }))
      window.cmp.tell()
      await Promise.resolve()
      window.cmp.tell()
      return heard
    }, decided({ analytics: true }, { updatedAt: 2 }), decided({ analytics: false }, { updatedAt: 1 }))
    expect(said).toEqual([{ analytics: true }])
    await collector.waitFor(has('Held'))
  })

  test('C19: answers of Usercentrics that land out of order: the newest question wins', async () => {
    const { page, collector } = await engine.openPage({
      consent, files: ['consent/usercentrics'],
      manager: `assent.usercentrics({ categories: { statistics: 'analytics' } })`,
      before: () => {
        const asked: ((state: string) => void)[] = []
        const details = (state: string) => ({
          consent: { required: false, type: 'EXPLICIT', status: state },
          services: {
            s: { name: 'S', category: 'statistics', consent: { given: state === 'ALL_ACCEPTED', type: 'EXPLICIT' } },
          },
          categories: { statistics: { state } },
        })
        Object.assign(window, {
          asked,
          __ucCmp: {
            isInitialized: () => Promise.resolve(true), isConsentRequired: () => Promise.resolve(false),
            getConsentDetails: () => new Promise((resolve) => asked.push((state) => resolve(details(state)))),
          },
        })
      },
    })
    await track(page, 'Held')
    const questions = () => page.evaluate(() => (window as unknown as { asked: unknown[] }).asked.length)
    const before = await page.waitFor(() => (window as unknown as { asked: unknown[] }).asked.length)
    await page.evaluate(() => void dispatchEvent(new CustomEvent('UC_CONSENT')))
    await page.waitFor((least: number) => (window as unknown as { asked: unknown[] }).asked.length > least, before)
    const last = (await questions()) - 1
    await page.evaluate(async (newest: number) => {
      const { asked } = window as unknown as { asked: ((state: string) => void)[] }
      asked[newest]!('ALL_DENIED')
      await new Promise((resolve) => setTimeout(resolve, 50))
      for (let index = newest; index--; ) asked[index]!('ALL_ACCEPTED')
    }, last)
    await page.waitFor(() => window.analytics.consent())
    await quiet(page)
    expect(await page.evaluate(() => window.analytics.consent())).toMatchObject({ analytics: false })
    expect(collector.requests).toEqual([])
  })

  test('C21: one batch, two destinations: what closes gets nothing more, not even what waited for it', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...consent, destinations: { Ads: ['advertising'] } },
      options: { flushInterval: 1500 },
      load: (options) => {
        const log: string[] = []
        let ready = false
        Object.assign(window, { log, open: () => (ready = true) })
        window.analytics.load('KEY', {
          ...options,
          plugins: [{
            name: 'Ads', type: 'destination', isLoaded: () => ready, load() {}, unload: () => void log.push('unload'),
            track: (ctx: { event: { event: string } }) => (log.push(ctx.event.event), ctx),
          }],
        })
      },
    })
    const log = () => page.evaluate(() => (window as unknown as { log: string[] }).log)
    await decide(page, { analytics: true, advertising: true })
    // Ads is open and still loading: the event waits for it.
    await track(page, 'First')
    await quiet(page, 200)
    await decide(page, { analytics: true, advertising: false })
    await track(page, 'Second')
    await page.evaluate(() => void (window as unknown as { open(): void }).open())
    const events = await collector.waitFor(2)
    await quiet(page)
    expect(names(collector)).toEqual(['First', 'Second'])
    expect(stamps(events)).toEqual(Array(2).fill({ analytics: true, advertising: false }))
    expect((await log()).filter((line) => line !== 'unload')).toEqual([])

    await decide(page, { analytics: true, advertising: true })
    await track(page, 'Third')
    await page.waitFor(() => (window as unknown as { log: string[] }).log.includes('Third'))
    await decide(page, { analytics: true, advertising: false })
    await track(page, 'Fourth')
    await collector.waitFor(4)
    expect((await log()).filter((line) => line !== 'unload')).toEqual(['Third'])
  })

  test('C22: a change between the call and the sending: one body, one stamp, the latest', async () => {
    const { page, collector } = await engine.openPage({ consent, options: { flushInterval: 60_000 } })
    await decide(page, { analytics: true, advertising: true })
    await track(page, 'One', 'Two')
    await quiet(page, 100)
    await decide(page, { analytics: true, advertising: false })
    await track(page, 'Three')
    await quiet(page, 100)
    await page.evaluate(() => window.analytics.flush())
    await collector.waitFor(3)
    expect(collector.requests.map(({ events }) => events.length)).toEqual([3])
    expect(stamps(collector.accepted)).toEqual(Array(3).fill({ analytics: true, advertising: false }))
  })

  test('C26: the 101st call drops the oldest that is not critical, and is counted', async () => {
    const { page, collector } = await engine.openPage({ consent })
    const dropped = await page.evaluate(async () => {
      void window.analytics.track('Critical', {}, { critical: true })
      const first = window.analytics.track('0')
      for (let index = 1; index < 100; index++) void window.analytics.track(String(index))
      return String((await first).failedDelivery().reason)
    })
    expect(dropped).toContain('overflow')
    const stats = await page.evaluate(() => window.analytics.stats())
    expect(stats).toMatchObject({ held: 100, refused: 0, dropped: { overflow: 1 } })
    await decide(page, { analytics: true })
    await collector.waitFor(100)
    expect(names(collector)).toEqual(['Critical', ...Array.from({ length: 99 }, (_, index) => String(index + 1))])
  })

  test.each([
    ['the end of the page', 'page-end'],
    ['a refusal', 'refused'],
  ])('C27: a critical call that %s destroys is told of, once', async (_, reason) => {
    const collector = await engine.newCollector()
    const framed = engine.serve({
      consent, collector,
      load: (options) => {
        const told: unknown[] = []
        Object.assign(window, { told })
        const onUndelivered = (event: { event: string }, why: string) => told.push([event.event, why])
        window.analytics.load('KEY', { ...options, consent: { ...(options.consent as object), onUndelivered } })
      },
    })
    const { page } = await engine.openPage({ script: 'none', collector, body: `<iframe src="${framed}"></iframe>` })
    const told = await page.evaluate(leave, `
      analytics.track('Normal')
      analytics.track('Dear', {}, { critical: true })
      if ('${reason}' == 'refused') analytics.consent({ analytics: false })`, '')
    expect(told).toMatchObject({ persisted: false, told: [['Dear', reason]] })
    await quiet(page)
    expect(collector.requests).toEqual([])
  })

  test('C27: a link leads away from it: somebody waits to hear, and the page may never come back', async () => {
    const { page, collector } = await engine.openPage({ consent, load: (options) => {
      const onUndelivered = (event: { event: string }, why: string) =>
        localStorage.setItem('told', `${localStorage.getItem('told') ?? ''} ${event.event} ${why}`)
      window.analytics.load('KEY', { ...options, consent: { ...(options.consent as object), onUndelivered } })
    } })
    await page.evaluate(() => {
      void window.analytics.track('Normal')
      void window.analytics.track('Dear', {}, { critical: true })
    })
    await page.goto('about:blank')
    await page.back()
    expect(await page.evaluate(() => localStorage.getItem('told'))).toBe(' Dear page-end')
    // It did come back, so the one that may wait still waits.
    expect(await page.evaluate(() => window.analytics.stats().held)).toBe(1)
    await quiet(page)
    expect(collector.requests).toEqual([])
  })

  test('C36: the stamp is what the manager says at the moment of sending, and nothing else', async () => {
    const { page, collector } = await engine.openPage({ consent, manager: pageManager })
    const odd = { analytics: true, word: 'yes', number: 1, nothing: null, list: [true], no: false }
    await say(page, decided(odd, { id: 'c-1', policyVersion: '7', updatedAt: 5, tcString: 'TC' }))
    await track(page, 'Odd')
    await collector.waitFor(1)
    expect(collector.accepted[0]?.context.consent).toEqual({
      decision: 'decided', basis: 'explicit', manager: 'site',
      id: 'c-1', policyVersion: '7', updatedAt: 5, tcString: 'TC',
      categoryPreferences: {
        analytics: true, word: false, number: false, nothing: false, list: false, no: false,
      },
    })

    // A manager that changes without telling is read before each sending.
    const mute = (state: unknown) => page.evaluate((next: unknown) => void (window.cmp.state = next), state)
    await mute(decided({ analytics: true, maps: true }))
    await track(page, 'Untold')
    await collector.waitFor(2)
    expect(collector.accepted[1]?.context.consent).toEqual({
      decision: 'decided', basis: 'explicit', manager: 'site', categoryPreferences: { analytics: true, maps: true },
    })

    await mute(decided({ maps: true }))
    await track(page, 'Closed')
    await quiet(page)
    expect(names(collector)).toEqual(['Odd', 'Untold'])
    expect((await stored(page)).cookies).toEqual([])
  })

  test('C36: under opt-out, undecided, the stamp says that nobody was asked', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...consent, model: 'opt-out' }, manager: pageManager,
    })
    await track(page, 'Unasked')
    const [event] = await collector.waitFor(1)
    expect(event?.context.consent).toMatchObject({ decision: 'pending', basis: 'none' })
    expect(await page.evaluate(() => window.analytics.consent() ?? 'undecided')).toBe('undecided')
  })
})
