/** Storage tiers and the exempt mode: how much is kept follows consent, both ways, while the page is open. */
import { expect, test } from 'vitest'
import { describeEngines, spied, stored, type Page } from './harness'
import { decide, has, names, nothing, onlyTheDecision, quiet, track } from './pages/cases-site'

const site = {
  consent: { requires: ['measure'], event: false },
  files: ['storage-tiers'],
  tiers: `assent.storageTiers({ session: ['session'], persistent: ['functional'] })`,
}

const granted = {
  memory: { measure: true, session: false, functional: false },
  session: { measure: true, session: true, functional: false },
  persistent: { measure: true, session: true, functional: true },
  off: { measure: false, session: false, functional: false },
}
type Tier = keyof typeof granted
const order: Tier[] = ['off', 'memory', 'session', 'persistent']

/** Where the id of the visitor may be. */
const expectKept = async (page: Page, tier: Tier) => {
  const { cookies, local, session, records } = await stored(page)
  expect(cookies.filter((name) => name !== 'assent_consent').sort())
    .toEqual(tier === 'persistent' ? ['ajs_anonymous_id', 'ajs_group_id', 'ajs_user_id'] : [])
  const keys = ['ajs_anonymous_id', 'ajs_group_id', 'ajs_group_properties', 'ajs_user_id', 'ajs_user_traits']
  expect(local.sort()).toEqual(tier === 'persistent' ? keys : [])
  expect(session.sort()).toEqual(tier === 'session' ? keys : [])
  if (tier !== 'persistent') expect(records).toEqual([])
}
const identify = (page: Page) => page.evaluate(() => {
  void window.analytics.identify('me', { a: 1 })
  void window.analytics.group('us', { b: 1 })
})

describeEngines(['chromium'], (engine) => {
  for (const from of order.slice(1)) {
    for (const to of order.filter((each) => each !== from)) {
      test(`from ${from} to ${to}: what the new tier does not allow is erased, what it allows is kept`, async () => {
        const { page, collector } = await engine.openPage(site)
        await decide(page, granted[from])
        await identify(page)
        const [first] = await collector.waitFor(2)
        await quiet(page, 200)
        await expectKept(page, from)

        // Something waits to be sent, so that the outbox has to follow as well.
        collector.mode = () => ({ status: 503, headers: { 'retry-after': '1' } })
        await track(page, 'Waiting')
        await collector.waitFor(({ requests }) => requests.some(({ status }) => status === 503))
        await quiet(page, 200)
        if (from === 'persistent') expect((await stored(page)).records).not.toEqual([])
        await decide(page, granted[to])
        collector.mode = undefined
        await track(page, 'After')
        await quiet(page, 1500)
        await expectKept(page, to)
        if (to === 'off') {
          expect(names(collector)).toEqual(['identify', 'group'])
          return
        }
        await collector.waitFor(has('After'))
        expect(names(collector)).toEqual(['identify', 'group', 'Waiting', 'After'])
        const { anonymousId, userId } = collector.accepted[3]!
        expect({ anonymousId, userId }).toEqual({ anonymousId: first?.anonymousId, userId: 'me' })
      })
    }
  }

  test.each([
    ['memory', false],
    ['session', true],
  ] as const)('in the tier %s, whether a reload knows the visitor is %s', async (tier, known) => {
    const { page, collector } = await engine.openPage(site)
    await decide(page, granted[tier])
    await track(page, 'First')
    await collector.waitFor(1)
    await page.reload()
    await track(page, 'Second')
    const [first, second] = await collector.waitFor(2)
    expect(second?.anonymousId === first?.anonymousId).toBe(known)
  })

  const exempt = { requires: ['analytics'], event: false, exempt: true }

  test('exempt: while undecided what leaves has no identifier, and nothing is stored or read', async () => {
    const { page, collector } = await engine.openPage({ consent: exempt, spies: true })
    await page.evaluate(() => {
      window.analytics.setAnonymousId('sneaked')
      void window.analytics.identify('me', { email: 'a@example.com' })
      void window.analytics.group('us')
      void window.analytics.alias('new', 'old')
      void window.analytics.page()
      void window.analytics.track('Measured')
      void window.analytics.screen('Seen')
    })
    await collector.waitFor(3)
    await quiet(page)
    expect(collector.accepted.map(({ type }) => type)).toEqual(['page', 'track', 'screen'])
    for (const event of collector.accepted) {
      expect([event.anonymousId ?? null, event.userId ?? null, event.groupId ?? null]).toEqual([null, null, null])
      expect(JSON.stringify(event)).not.toMatch(/sneaked|a@example.com|"me"|"us"/)
      expect(event.context.consent).toMatchObject({ decision: 'pending', basis: 'none' })
    }
    expect((await spied(page)).filter(({ kind }) => !/^(cookie.get|net)$/.test(kind))).toEqual([])
    expect(await stored(page)).toEqual(nothing)
    expect(await page.evaluate(() => window.analytics.user().anonymousId())).toBeNull()
  })

  test('exempt: an objection stops it', async () => {
    const { page, collector } = await engine.openPage({ consent: exempt })
    await track(page, 'Measured')
    await collector.waitFor(1)
    await decide(page, { analytics: false })
    await track(page, 'Objected')
    await quiet(page)
    expect(names(collector)).toEqual(['Measured'])
    expect(await stored(page)).toEqual(onlyTheDecision)
  })

  test('exempt: a grant makes a visitor, whom nothing joins to what was measured before', async () => {
    const { page, collector } = await engine.openPage({ consent: exempt })
    await track(page, 'Measured')
    await collector.waitFor(1)
    await decide(page, { analytics: true })
    await track(page, 'Granted')
    await collector.waitFor(has('Granted'))
    expect(collector.accepted.map(({ anonymousId }) => typeof anonymousId)).toEqual([expect.anything(), 'string'])
    expect(collector.accepted[0]?.anonymousId ?? null).toBeNull()
    expect((await stored(page)).cookies.sort()).toEqual(['ajs_anonymous_id', 'assent_consent'])
  })

  test('exempt: destinations that need a category stay closed', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...exempt, destinations: { Ads: ['advertising'] } },
      plugins: [`{ name: 'Ads', type: 'destination', isLoaded: () => true, load() { document.title = 'loaded' } }`],
    })
    await track(page, 'Measured')
    await collector.waitFor(1)
    await quiet(page)
    expect(await page.evaluate(() => document.title)).toBe('Test page')
  })
})
