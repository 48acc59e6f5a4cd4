/** A grant sends what waited: in call order, with the time and page of the call and the decision of the sending. */
import { expect, test } from 'vitest'
import { describeEngines } from './harness'

const consent = { requires: ['analytics'], event: false }

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('held calls leave in call order, as they were made', async () => {
    const { page, collector } = await engine.openPage({ consent, path: '/first?utm_source=mail', title: 'First' })
    const before = Date.now()
    await page.evaluate(() => {
      const { analytics } = window
      analytics.page()
      analytics.track('One', { n: 1 })
      analytics.identify('me', { plan: 'pro' })
      analytics.track('Two', { n: 2 })
    })
    const after = Date.now()
    await page.evaluate(() => {
      history.pushState(null, '', '/second')
      document.title = 'Second'
      window.analytics.track('Three')
    })
    await page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 300)))
    const granted = Date.now()
    await page.evaluate(() => void window.analytics.consent({ analytics: true, advertising: false }))
    const events = await collector.waitFor(5)

    expect(events.map(({ type, event }) => event ?? type)).toEqual(['page', 'One', 'identify', 'Two', 'Three'])
    expect(events.map(({ userId }) => userId ?? null)).toEqual([null, null, 'me', 'me', 'me'])
    expect(new Set(events.map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(events.map(({ context }) => context.page.title)).toEqual(['First', 'First', 'First', 'First', 'Second'])
    expect(events.map(({ context }) => context.page.path)).toEqual(['/first', '/first', '/first', '/first', '/second'])
    expect(events[1]?.context.page.search).toBe('?utm_source=mail')
    expect(events[1]?.context.campaign).toEqual({ source: 'mail' })
    for (const { timestamp } of events.slice(0, 4)) {
      expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before - 1)
      expect(Date.parse(timestamp)).toBeLessThanOrEqual(after + 1)
    }
    for (const { context } of events) {
      expect(context.consent.categoryPreferences).toEqual({ analytics: true, advertising: false })
    }
    expect(Date.parse(collector.requests[0]!.body!.sentAt)).toBeGreaterThanOrEqual(granted - 1)
    expect(collector.preflights).toEqual([])
    expect(collector.requests[0]?.headers['content-type']).toBe('text/plain;charset=UTF-8')
    expect(collector.requests[0]?.headers.cookie).toBeUndefined()
  })
})

describeEngines(['chromium'], (engine) => {
  test('what the caller changes after the call changes nothing', async () => {
    const { page, collector } = await engine.openPage({ consent })
    await page.evaluate(() => {
      const properties = { list: [1], inner: { a: 1 } }
      window.analytics.track('Cloned', properties)
      properties.list.push(2)
      properties.inner.a = 2
      window.analytics.consent({ analytics: true })
    })
    const [event] = await collector.waitFor(1)
    expect(event?.properties).toEqual({ list: [1], inner: { a: 1 } })
  })

  test('the hold is bounded: the oldest goes first, critical calls stay, and each critical loss is told', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...consent, hold: 3 },
      load: (options) => {
        const lost: unknown[] = []
        Object.assign(window, { lost })
        const heard = { onUndelivered: (event: { event: string }, reason: string) => lost.push([event.event, reason]) }
        window.analytics.load('KEY', { ...options, consent: { ...(options.consent as object), ...heard } })
      },
    })
    await page.evaluate(() => {
      window.analytics.track('Critical', {}, { critical: true })
      for (const name of ['A', 'B', 'C', 'D']) window.analytics.track(name)
      window.analytics.consent({ analytics: true })
    })
    await collector.waitFor(3)
    expect(collector.accepted.map(({ event }) => event)).toEqual(['Critical', 'C', 'D'])
    expect(await page.evaluate(() => (window as unknown as { lost: unknown }).lost)).toEqual([])
  })

  test('a refusal destroys what waited, tells of the critical ones, and settles their promises', async () => {
    const { page, collector } = await engine.openPage({
      consent,
      load: (options) => {
        const lost: unknown[] = []
        Object.assign(window, { lost })
        const heard = { onUndelivered: (event: { event: string }, reason: string) => lost.push([event.event, reason]) }
        window.analytics.load('KEY', { ...options, consent: { ...(options.consent as object), ...heard } })
      },
    })
    const failed = await page.evaluate(async () => {
      const waiting = [window.analytics.track('Lost'), window.analytics.track('Dear', {}, { critical: true })]
      window.analytics.consent({ analytics: false })
      return (await Promise.all(waiting)).map((ctx) => String(ctx.failedDelivery()?.reason))
    })
    expect(failed).toEqual([expect.stringContaining('refused'), expect.stringContaining('refused')])
    expect(await page.evaluate(() => (window as unknown as { lost: unknown }).lost)).toEqual([['Dear', 'refused']])
    await page.evaluate(() => void window.analytics.consent({ analytics: true }))
    await page.evaluate(() => void window.analytics.track('Later'))
    await collector.waitFor(1)
    expect(collector.accepted.map(({ event }) => event)).toEqual(['Later'])
  })

  test('the change itself is one event, with the decision', async () => {
    const { page, collector } = await engine.openPage({ consent: { requires: ['analytics'] } })
    await page.evaluate(() => {
      const heard: unknown[] = []
      Object.assign(window, { heard })
      window.analytics.on('consent', (categories: unknown) => heard.push(categories))
      window.analytics.track('Early')
      window.analytics.consent({ analytics: true })
      window.analytics.consent({ analytics: true })
    })
    await collector.waitFor(2)
    await page.evaluate(() => void window.analytics.track('Last'))
    await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === 'Last'))
    expect(collector.accepted.map(({ event }) => event)).toEqual(['Early', 'Consent Updated', 'Last'])
    const updated = collector.accepted.find(({ event }) => event === 'Consent Updated')
    expect(updated?.properties)
      .toMatchObject({ decision: 'decided', categories: { analytics: true }, manager: 'assent' })
    expect(await page.evaluate(() => (window as unknown as { heard: unknown }).heard)).toEqual([{ analytics: true }])
  })

  test('a destination opens and closes with its own categories, without a reload', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...consent, destinations: { Ads: ['advertising'] } },
      load: (options) => {
        const log: string[] = []
        let loaded = false
        Object.assign(window, { log })
        window.analytics.load('KEY', {
          ...options,
          plugins: [{
            name: 'Ads', type: 'destination', isLoaded: () => loaded,
            load: () => { loaded = true; log.push('load') },
            unload: () => { loaded = false; log.push('unload') },
            track: (ctx: { event: { event: string } }) => { log.push(ctx.event.event); return ctx },
          }],
        })
      },
    })
    const decide = async (name: string, advertising: boolean) => {
      await page.evaluate((granted: boolean, event: string) => {
        window.analytics.consent({ analytics: true, advertising: granted })
        window.analytics.track(event)
      }, advertising, name)
      await collector.waitFor(({ accepted }) => accepted.some(({ event }) => event === name))
    }
    const log = (length: number) => page.waitFor((least: number) => {
      const { log } = window as unknown as { log: string[] }
      return log.length >= least && log
    }, length)
    await decide('Closed', false)
    expect(await log(0)).toEqual([])
    await decide('Open', true)
    expect(await log(2)).toEqual(['load', 'Open'])
    await decide('Shut', false)
    expect(await log(3)).toEqual(['load', 'Open', 'unload'])
  })
})
