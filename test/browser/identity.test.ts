/** Who a visitor is, over calls, pages, subdomains and clients. */
import { expect, test } from 'vitest'
import { describeEngines, stored, type Page } from './harness'

const track = (page: Page, event: string) => page.evaluate((name: string) => void window.analytics.track(name), event)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('a reload keeps the identity', async () => {
    const { page, collector } = await engine.openPage()
    await page.evaluate(() => void window.analytics.identify('007', { plan: 'pro' }))
    await collector.waitFor(1)
    await page.reload()
    await track(page, 'Again')
    const [first, second] = await collector.waitFor(2)
    expect(first?.userId).toBe('007')
    expect(second).toMatchObject({ userId: '007', anonymousId: first?.anonymousId })
    expect(await page.evaluate(() => window.analytics.user().traits())).toEqual({ plan: 'pro' })
    expect((await stored(page)).cookies.sort()).toEqual(['ajs_anonymous_id', 'ajs_user_id'])
  })

  test('a visitor of analytics.js keeps their ids', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        document.cookie = 'ajs_anonymous_id=1234; path=/'
        localStorage.setItem('ajs_user_id', '"0042"')
        localStorage.setItem('ajs_user_traits', '{"a":1}')
      },
    })
    await track(page, 'Known')
    const [event] = await collector.waitFor(1)
    expect(event).toMatchObject({ anonymousId: '1234', userId: '0042' })
    expect(await page.evaluate(() => window.analytics.user().traits())).toEqual({ a: 1 })
  })
})

describeEngines(['chromium'], (engine) => {
  test('the cookie wins where two stores disagree', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        document.cookie = 'ajs_anonymous_id=cookie; path=/'
        localStorage.setItem('ajs_anonymous_id', '"storage"')
      },
    })
    await track(page, 'Conflict')
    expect((await collector.waitFor(1))[0]?.anonymousId).toBe('cookie')
  })

  test('subdomains of one registrable domain share the identity; another domain does not', async () => {
    const { page, collector, context } = await engine.openPage({ host: 'a.shop.localtest' })
    await track(page, 'A')
    await collector.waitFor(1)
    const sibling = await engine.openPage({ host: 'b.shop.localtest', context, collector })
    await track(sibling.page, 'B')
    await collector.waitFor(2)
    const stranger = await engine.openPage({ host: 'a.localtest', context, collector })
    await track(stranger.page, 'C')
    const [a, b, c] = (await collector.waitFor(3)).map(({ anonymousId }) => anonymousId)
    expect(b).toBe(a)
    expect(c).not.toBe(a)
    expect((await stored(sibling.page)).cookies).toEqual(['ajs_anonymous_id'])
  })

  test('reset makes a stranger of the visitor, in every tab', async () => {
    const { page, collector, context, url } = await engine.openPage()
    const other = await context.newPage()
    await page.evaluate(() => void window.analytics.identify('me', { a: 1 }))
    await collector.waitFor(1)
    await other.goto(url)
    await page.evaluate(() => {
      void window.analytics.track('Mine')
      window.analytics.reset()
      void window.analytics.track('Nobody')
    })
    const [first, mine, nobody] = await collector.waitFor(3)
    expect(mine).toMatchObject({ userId: 'me', anonymousId: first?.anonymousId })
    expect(nobody?.userId ?? null).toBeNull()
    expect(nobody?.anonymousId).not.toBe(first?.anonymousId)
    expect((await stored(page)).cookies).not.toContain('ajs_user_id')
    expect(await page.evaluate(() => window.analytics.user().traits())).toEqual({})
    await page.reload()
    await track(page, 'Still nobody')
    expect((await collector.waitFor(4))[3]).toMatchObject({ anonymousId: nobody?.anonymousId })
  })

  test('message ids are unrelated to each other and to the visitor', async () => {
    const { page, collector } = await engine.openPage()
    await page.evaluate(() => {
      for (let index = 0; index < 50; index++) void window.analytics.track('Many')
    })
    const events = await collector.waitFor(50)
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(50)
    expect(new Set(events.map(({ messageId }) => messageId.slice(-12))).size).toBe(50)
    expect(events.filter(({ messageId, anonymousId }) => messageId.includes(anonymousId))).toEqual([])
  })

  test('the query string names the visitor once, before what the page calls', async () => {
    const path = '/land?ajs_uid=u-1&ajs_aid=a-1&ajs_event=Clicked&ajs_trait_plan=pro&ajs_prop_id=7&utm_campaign=spring'
    const { page, collector } = await engine.openPage({ path, consent: { requires: ['analytics'], event: false } })
    await track(page, 'Own')
    await page.evaluate(() => history.replaceState(null, '', '/other'))
    await page.evaluate(() => void window.analytics.consent({ analytics: true }))
    const events = await collector.waitFor(3)
    expect(events.map(({ type, event }) => event ?? type)).toEqual(['identify', 'Clicked', 'Own'])
    expect(new Set(events.map(({ anonymousId }) => anonymousId))).toEqual(new Set(['a-1']))
    expect(events.find(({ type }) => type === 'identify')).toMatchObject({ userId: 'u-1', traits: { plan: 'pro' } })
    expect(events.find(({ event }) => event === 'Clicked')?.properties).toEqual({ id: '7' })
  })

  test.each([
    ['too long', 'x'.repeat(201)],
    ['with a control character', 'a%0Ab'],
  ])('an id in the query string that is %s is refused with an error event', async (_, id) => {
    const { page, collector } = await engine.openPage({
      path: `/land?ajs_uid=${id}&ajs_aid=${id}&ajs_trait___proto__=x&ajs_event=Kept`,
      load: (options) => {
        const errors: string[] = []
        Object.assign(window, { errors })
        window.analytics.on('error', ({ reason }: { reason: Error }) => errors.push(reason.message))
        window.analytics.load('KEY', options)
      },
    })
    const [event] = await collector.waitFor(1)
    expect(event?.event).toBe('Kept')
    expect(event?.userId ?? null).toBeNull()
    expect(event?.anonymousId).toMatch(/^[0-9a-f-]{36}$/)
    expect(await page.evaluate(() => (window as unknown as { errors: string[] }).errors)).toHaveLength(2)
    expect(await page.evaluate(() => ({} as { x?: unknown }).x ?? null)).toBeNull()
  })
})
