/** A withdrawal takes effect in the same task, in every tab, and leaves nothing of ours behind. */
import { expect, test } from 'vitest'
import { describeEngines, stored, type Page } from './harness'
import { shownOf, watchShown } from './pages/cached'

const consent = { requires: ['analytics'], event: false }
const decide = (page: Page, analytics: boolean) =>
  page.evaluate((granted: boolean) => void window.analytics.consent({ analytics: granted }), analytics)
const settle = (page: Page, ms = 1000) =>
  page.evaluate((wait: number) => new Promise<void>((resolve) => setTimeout(resolve, wait)), ms)
const nothing = { cookies: ['assent_consent'], local: [], session: [], records: [] }

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('no key, no request and no identity is left; a later grant starts a new one', async () => {
    const { page, collector } = await engine.openPage({ consent })
    await decide(page, true)
    await page.evaluate(() => {
      window.analytics.identify('me', { email: 'a@example.com' })
      window.analytics.group('us', { name: 'Us' })
    })
    const [first] = await collector.waitFor(2)
    expect((await stored(page)).cookies).toEqual(expect.arrayContaining(['ajs_anonymous_id', 'ajs_user_id']))

    // In one task: the call after the withdrawal must not pass, the one before it must not leave.
    const ids = await page.evaluate(() => {
      window.analytics.track('Before')
      window.analytics.consent({ analytics: false })
      window.analytics.track('After')
      const user = window.analytics.user()
      return [user.anonymousId(), user.id(), user.traits(), document.cookie.includes('ajs_')]
    })
    expect(ids).toEqual([null, null, {}, false])
    await settle(page)
    expect(await stored(page)).toEqual(nothing)
    expect(collector.accepted.map(({ type }) => type)).toEqual(['identify', 'group'])

    await decide(page, true)
    await page.evaluate(() => void window.analytics.track('Again'))
    const again = (await collector.waitFor(3))[2]
    expect(again?.event).toBe('Again')
    expect(again?.userId ?? null).toBeNull()
    expect(again?.anonymousId).not.toBe(first?.anonymousId)
  })

  test('other tabs follow within a second, in both directions, with one identity', async () => {
    const { page, collector, context, url } = await engine.openPage({ consent })
    const other = await context.newPage()
    await other.goto(url)
    await other.evaluate(() => void window.analytics.track('Waiting elsewhere'))
    await decide(page, true)
    await page.evaluate(() => void window.analytics.track('Here'))
    await collector.waitFor(2)
    expect(collector.accepted.map(({ event }) => event).sort()).toEqual(['Here', 'Waiting elsewhere'])
    expect(new Set(collector.accepted.map(({ anonymousId }) => anonymousId)).size).toBe(1)

    await decide(page, false)
    await other.waitFor(() => window.analytics.consent()?.analytics === false)
    await other.evaluate(() => void window.analytics.track('Too late'))
    await settle(other)
    expect(collector.accepted.length).toBe(2)
    expect(await other.evaluate(() => window.analytics.user().anonymousId())).toBeNull()
    expect(await stored(other)).toEqual(nothing)
  })
})

describeEngines(['chromium'], (engine) => {
  test('a stored retry is destroyed', async () => {
    const { page, collector, url } = await engine.openPage({ consent })
    collector.mode = () => ({ status: 503, headers: { 'retry-after': '1' } })
    await decide(page, true)
    await page.evaluate(() => void window.analytics.track('Retried'))
    await collector.waitFor(({ requests }) => requests.some(({ status }) => status === 503))
    expect((await stored(page)).records).not.toEqual([])
    await decide(page, false)
    const tries = collector.requests.length
    collector.mode = undefined
    await settle(page, 2500)
    await page.goto(url)
    await settle(page)
    expect(collector.requests.length).toBe(tries)
    expect(await stored(page)).toEqual(nothing)
  })

  test('a request in flight is not tried again', async () => {
    const { page, collector } = await engine.openPage({ consent })
    collector.plan = [{ delay: 700, status: 503, headers: { 'retry-after': '1' } }]
    await decide(page, true)
    await page.evaluate(() => void window.analytics.track('In flight'))
    await collector.waitFor(({ requests }) => requests.length === 1)
    await decide(page, false)
    await settle(page, 3000)
    expect(collector.requests.length).toBe(1)
    expect(collector.accepted).toEqual([])
    expect(await stored(page)).toEqual(nothing)
  })

  // A small one is `keepalive`: Chromium rejects its promise on abort, but lets the request itself go on.
  test('a large request in flight is cut', async () => {
    const { page, collector } = await engine.openPage({ consent })
    collector.plan = [{ hang: true }]
    await decide(page, true)
    await page.evaluate(() => {
      for (let index = 0; index < 3; index++) void window.analytics.track('Hanging', { text: 'x'.repeat(30_000) })
    })
    await collector.waitFor(({ requests }) => requests.length === 1)
    expect(collector.requests[0]?.cut).toBeUndefined()
    await decide(page, false)
    await collector.waitFor(({ requests }) => requests[0]?.cut)
  })

  test('a batch that is being split goes no further', async () => {
    const { page, collector } = await engine.openPage({ consent })
    collector.plan = [{ status: 413 }, { delay: 500, status: 503 }]
    await decide(page, true)
    await page.evaluate(() => {
      void window.analytics.track('First half')
      void window.analytics.track('Second half')
    })
    await collector.waitFor(({ requests }) => requests.length === 2)
    await decide(page, false)
    await settle(page, 1500)
    expect(collector.requests.length).toBe(2)
    expect(collector.accepted).toEqual([])
  })

  test('whatever stage a call has reached, it does not come back with a later grant', async () => {
    const { page, collector } = await engine.openPage({ consent, options: { flushInterval: 60_000 } })
    await page.evaluate(async () => {
      const { analytics } = window
      for (let wait = 0; wait < 40; wait++) {
        analytics.consent({ analytics: true })
        void analytics.track(`Gone ${wait}`)
        if (wait) await new Promise((resolve) => setTimeout(resolve, wait - 1))
        analytics.consent({ analytics: false })
      }
      analytics.consent({ analytics: true })
      await analytics.track('Kept')
      await analytics.flush()
    })
    await collector.waitFor(1)
    await settle(page)
    expect(collector.accepted.map(({ event }) => event)).toEqual(['Kept'])
  })

  test('the decision is read again before each request, though nobody told of a change', async () => {
    const { page, collector } = await engine.openPage({ consent })
    await decide(page, true)
    await page.evaluate(() => {
      const [, value = ''] = /assent_consent=([^;]+)/.exec(document.cookie) ?? []
      void window.analytics.track('Not any more')
      document.cookie = `assent_consent=${value.replace('true', 'false')}; path=/; domain=shop.localhost`
    })
    await settle(page, 1500)
    expect(collector.requests).toEqual([])
    expect(await stored(page)).toEqual(nothing)
  })

  test('a page that comes back from the back/forward cache reads the decision again', async () => {
    const { page, collector } = await engine.openPage({ consent, before: watchShown })
    await decide(page, true)
    await page.evaluate(() => void window.analytics.track('First'))
    await collector.waitFor(1)
    await page.goto(engine.serve({ script: 'none', collector }))
    // As if on another subdomain: a message or a deleted database would throw the cached page out of the cache.
    await page.evaluate(() => {
      const [, value = ''] = /assent_consent=([^;]+)/.exec(document.cookie) ?? []
      document.cookie = `assent_consent=${value.replace('true', 'false')}; path=/; domain=shop.localhost`
    })
    await page.back()
    expect(await shownOf(page)).toEqual([true])
    expect(await page.evaluate(() => [window.analytics.consent(), document.cookie.includes('ajs_')]))
      .toEqual([{ analytics: false }, false])
    await page.evaluate(() => void window.analytics.track('After return'))
    await settle(page)
    expect(collector.accepted.map(({ event }) => event)).toEqual(['First'])
    expect(await page.evaluate(() => window.analytics.consent())).toEqual({ analytics: false })
    expect(await stored(page)).toEqual(nothing)
  })

  test('nor does a visitor come back with the page who was forgotten meanwhile', async () => {
    const { page, collector } = await engine.openPage({ consent, before: watchShown })
    await decide(page, true)
    await page.evaluate(() => void window.analytics.identify('me', { plan: 'pro' }))
    const [known] = await collector.waitFor(1)
    await page.goto(engine.serve({ script: 'none', collector }))
    // What a reset does, without the message that would throw the cached page out of the cache.
    await page.evaluate(() => {
      for (const pair of document.cookie.split('; ').filter((each) => each.startsWith('ajs_'))) {
        document.cookie = `${pair.split('=')[0]}=; path=/; domain=shop.localhost; max-age=0`
      }
      localStorage.clear()
    })
    await page.back()
    expect(await shownOf(page)).toEqual([true])
    await page.evaluate(() => void window.analytics.track('After return'))
    const [, event] = await collector.waitFor(2)
    expect(event).toMatchObject({ event: 'After return', anonymousId: expect.any(String) })
    expect(event).not.toHaveProperty('userId')
    expect(event!.anonymousId).not.toBe(known!.anonymousId)
    expect(await page.evaluate(() => window.analytics.user().traits())).toEqual({})
  })
})
