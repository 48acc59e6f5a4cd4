/** The hard cases of consent, part three: what is under way, stored or spread over domains at a withdrawal. */
import { expect, test } from 'vitest'
import { describeEngines, spied, stored } from './harness'
import {
  cookieManager, decide, decided, has, names, nothing, onlyTheDecision, pageManager, quiet, say, track,
} from './pages/cases-site'

const consent = { requires: ['analytics'], event: false }
const setCookie = (value: string) => void (document.cookie = `site_consent=${value}; path=/`)

describeEngines(['chromium'], (engine) => {
  test.each([
    ['fails', { delay: 700, status: 503, headers: { 'retry-after': '1' } }],
    ['succeeds', { delay: 700, status: 200 }],
    ['is cut off', { delay: 700, abort: true }],
  ])('C10: a request in flight that %s after a withdrawal is the last, and leaves nothing behind', async (_, step) => {
    const { page, collector } = await engine.openPage({ consent, manager: pageManager })
    collector.plan = [step]
    await say(page, decided({ analytics: true }))
    await track(page, 'In flight')
    await collector.waitFor(({ requests }) => requests.length === 1)
    await track(page, 'Behind', 'Behind too')
    await quiet(page, 200)
    expect((await stored(page)).records).not.toEqual([])
    await say(page, decided({ analytics: false }))
    await quiet(page, 2500)
    expect(collector.requests.map(({ events }) => events.map(({ event }) => event))).toEqual([['In flight']])
    expect(await stored(page)).toEqual(nothing)
    expect(page.errors).toEqual([])
  })

  test('C11: a stored retry of an earlier visit is erased at the start, before any use of the network', async () => {
    const { page, collector, url } = await engine.openPage({ consent, manager: cookieManager })
    await page.evaluate(setCookie, '1')
    await page.reload()
    collector.mode = () => ({ status: 503, headers: { 'retry-after': '1' } })
    await track(page, 'Retried')
    await collector.waitFor(({ requests }) => requests.some(({ status }) => status === 503))
    expect((await stored(page)).records).not.toEqual([])
    // The visitor says no where assent is not.
    await page.goto(engine.serve({ script: 'none', collector }))
    await page.evaluate(setCookie, '0')
    const tries = collector.requests.length
    collector.mode = undefined
    await quiet(page, 1500)
    await page.goto(url)
    await quiet(page, 1500)
    expect(collector.requests.length).toBe(tries)
    expect(await stored(page)).toEqual({ ...nothing, cookies: ['site_consent'] })
  })

  test('C12: ids go from every domain level and every store, whoever wrote them, and then it is quiet', async () => {
    const { page, collector } = await engine.openPage({
      host: 'a.shop.localtest', consent, spies: true,
      // With it sessionStorage is one of the stores.
      files: ['storage-tiers'], tiers: 'assent.storageTiers({ persistent: [] })',
      before: () => {
        for (const domain of ['', '; domain=a.shop.localtest', '; domain=shop.localtest']) {
          for (const key of ['anonymous', 'user', 'group']) document.cookie = `ajs_${key}_id=old; path=/${domain}`
        }
        for (const key of ['ajs_anonymous_id', 'ajs_user_traits']) sessionStorage.setItem(key, '"old"')
      },
    })
    await decide(page, { analytics: true })
    await page.evaluate(() => {
      void window.analytics.identify('me', { a: 1 })
      void window.analytics.group('us', { b: 1 })
    })
    await collector.waitFor(2)
    expect((await stored(page)).cookies.length).toBeGreaterThan(4)
    await decide(page, { analytics: false })
    expect(await page.evaluate(() => document.cookie.replace(/=[^;]*/g, ''))).toBe('assent_consent')
    const before = (await spied(page)).length
    await track(page, 'Late')
    await page.evaluate(() => void window.analytics.identify('late', { late: 1 }))
    await quiet(page, 1500)
    expect((await spied(page)).slice(before).filter(({ kind }) => kind !== 'cookie.get')).toEqual([])
    expect(await stored(page)).toEqual(onlyTheDecision)
    expect(names(collector)).toEqual(['identify', 'group'])
  })

  test('C30: subdomains share decision, id and withdrawal, and no cookie is tried before consent', async () => {
    const a = await engine.openPage({ host: 'a.shop.localtest', consent, spies: true })
    const { collector, context } = a
    await track(a.page, 'On a')
    await quiet(a.page)
    expect(await spied(a.page, 'cookie.set')).toEqual([])
    await decide(a.page, { analytics: true })
    await collector.waitFor(1)

    const b = await engine.openPage({ host: 'b.shop.localtest', consent, collector, context })
    await track(b.page, 'On b')
    const events = await collector.waitFor(2)
    expect(new Set(events.map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect((await stored(b.page)).cookies.sort()).toEqual(['ajs_anonymous_id', 'assent_consent'])

    await decide(a.page, { analytics: false })
    expect((await stored(b.page)).cookies).toEqual(['assent_consent'])
    await track(b.page, 'Too late')
    await quiet(b.page)
    expect(names(collector)).toEqual(['On a', 'On b'])
    expect(await stored(b.page)).toEqual(onlyTheDecision)
  })

  test('a withdrawal while the browser is offline leaves nothing to send when it is back', async () => {
    const { page, collector } = await engine.openPage({ consent })
    const raw = page.raw as { setOfflineMode(on: boolean): Promise<void> }
    await decide(page, { analytics: true })
    await raw.setOfflineMode(true)
    await track(page, 'Offline')
    await quiet(page)
    await decide(page, { analytics: false })
    await raw.setOfflineMode(false)
    await quiet(page, 1500)
    expect(collector.requests).toEqual([])
    expect(await stored(page)).toEqual(onlyTheDecision)
    await decide(page, { analytics: true })
    await track(page, 'New')
    await collector.waitFor(has('New'))
    expect(names(collector)).toEqual(['New'])
  })
})
