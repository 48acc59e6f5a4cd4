/** The hard cases of consent, part four: several tabs, and the one event that tells of a change. */
import { expect, test } from 'vitest'
import { describeEngines, stored, type Collector, type Page } from './harness'
import { decide, decided, has, names, nothing, pageManager, quiet, say, track } from './pages/cases-site'

const consent = { requires: ['analytics'], event: false }

/** Two tabs decide in the same millisecond, each in its own process. */
const atOnce = async (pages: Page[], categories: object) => {
  const time = Date.now() + 150
  await Promise.all(pages.map((page) => page.evaluate((at: number, said: object) => {
    while (Date.now() < at);
    window.analytics.consent(said)
  }, time, categories)))
}

describeEngines(['chromium', 'firefox'], (engine) => {
  test('C13: a tab follows another, both ways, though its own manager says nothing', async () => {
    const { page, collector, context, url } = await engine.openPage({ consent, manager: pageManager })
    const other = await context.newPage()
    await other.goto(url)
    await track(other, 'Waiting elsewhere')
    await say(page, decided({ analytics: true }))
    await collector.waitFor(has('Waiting elsewhere'))

    await say(page, decided({ analytics: false }))
    await other.waitFor(() => window.analytics.consent()?.analytics === false)
    await track(other, 'Too late')
    await quiet(other)
    expect(names(collector)).toEqual(['Waiting elsewhere'])
    expect(await stored(other)).toEqual(nothing)

    // What the tab's own manager says afterwards is newer than what was heard.
    await say(other, decided({ analytics: true }))
    await track(other, 'Again')
    await collector.waitFor(has('Again'))
  })
})

describeEngines(['chromium'], (engine) => {
  test('a tab of another write key, which shares the cookies, follows too', async () => {
    const { page, collector, context } = await engine.openPage({ consent })
    const other = await context.newPage()
    const load = (options: object) => void window.analytics.load('OTHER', options)
    await other.goto(engine.serve({ consent, collector, load }))
    await track(other, 'Waiting elsewhere')
    await decide(page, { analytics: true })
    await collector.waitFor(has('Waiting elsewhere'))

    await decide(page, { analytics: false })
    await other.waitFor(() => window.analytics.consent()?.analytics === false)
    expect(await other.evaluate(() => document.cookie)).not.toContain('ajs_')
    await quiet(other)
    expect((await stored(other)).records).toEqual([])
  })

  test('C14: two tabs that are granted at once are one visitor, twenty times', async () => {
    const { page, collector, context, url } = await engine.openPage({ consent })
    const other = await context.newPage()
    await other.goto(url)
    const pages = [page, other]
    const seen = new Set<string>()
    for (let round = 1; round <= 20; round++) {
      collector.clear()
      await Promise.all(pages.map((each) => track(each, 'Held')))
      await atOnce(pages, { analytics: true })
      await collector.waitFor(2)
      const ids = [
        ...collector.accepted.map(({ anonymousId }) => anonymousId),
        ...await Promise.all(pages.map((each) => each.evaluate(() => String(window.analytics.user().anonymousId())))),
      ]
      expect(new Set(ids), `round ${round}`).toEqual(new Set([ids[0]]))
      seen.add(ids[0]!)
      await decide(page, { analytics: false })
      await other.waitFor(() =>
        window.analytics.consent()?.analytics === false && !document.cookie.includes('ajs_'))
      // Undecided again, so that calls wait: refused ones would be destroyed.
      await page.evaluate(() => {
        document.cookie = `assent_consent=; path=/; domain=${location.hostname}; max-age=0`
      })
      await Promise.all(pages.map((each) => each.reload()))
    }
    expect(seen.size).toBe(20)
  })
})

describeEngines(['chromium'], (engine) => {
  const updates = ({ accepted }: Collector) => accepted.filter(({ event }) => event === 'Consent Updated')
  const asked = { requires: ['analytics'] }

  test('Consent Updated: once for each real change, with what a register joins on', async () => {
    const { page, collector } = await engine.openPage({
      consent: { ...asked, policyVersion: '3' }, manager: pageManager,
    })
    const facts = { policyVersion: '3', updatedAt: Date.now() + 1000 }
    const state = decided({ analytics: true, ads: false }, { ...facts, id: 'c-1' })
    await say(page, state)
    await say(page, { ...state })
    await page.evaluate(() => (window.cmp.tell(), window.cmp.tell()))
    await track(page, 'After the first')
    await collector.waitFor(has('After the first'))
    expect(updates(collector)).toHaveLength(1)
    expect(updates(collector)[0]?.properties).toMatchObject({
      decision: 'decided', basis: 'explicit', manager: 'site', policyVersion: '3', id: 'c-1',
      categories: { analytics: true, ads: false },
    })

    await say(page, decided({ analytics: true, ads: true }, { ...facts, id: 'c-2' }))
    await track(page, 'After the second')
    await collector.waitFor(has('After the second'))
    expect(updates(collector).map(({ properties }) => properties?.id)).toEqual(['c-1', 'c-2'])

    await say(page, decided({ analytics: false }))
    await quiet(page)
    expect(updates(collector)).toHaveLength(2)
  })

  test('Consent Updated: its name is an option', async () => {
    const event = 'Segment Consent Preference Updated'
    const { page, collector } = await engine.openPage({ consent: { ...asked, event } })
    await decide(page, { analytics: true })
    await collector.waitFor(1)
    await quiet(page)
    expect(names(collector)).toEqual([event])
  })

  test('Consent Updated: not for a visitor who comes back', async () => {
    const { page, collector, url } = await engine.openPage({ consent: asked })
    await decide(page, { analytics: true })
    await collector.waitFor(1)
    await page.goto(url)
    await track(page, 'Back')
    await collector.waitFor(has('Back'))
    await quiet(page)
    expect(names(collector)).toEqual(['Consent Updated', 'Back'])
  })

  test('Consent Updated: not for one whom a slow manager recognises late', async () => {
    const { page, collector } = await engine.openPage({ consent: asked, manager: pageManager })
    await say(page, { decision: 'pending', categories: {} })
    await quiet(page, 100)
    await say(page, decided({ analytics: true }, { updatedAt: Date.now() - 864e5 }))
    await track(page, 'Back')
    await collector.waitFor(has('Back'))
    await quiet(page)
    expect(names(collector)).toEqual(['Back'])
  })

  test('Consent Updated: not from a tab that only hears of it', async () => {
    const { page, collector, context, url } = await engine.openPage({ consent: asked })
    const others = [await context.newPage(), await context.newPage()]
    for (const other of others) await other.goto(url)
    for (const ads of [false, true]) {
      await decide(page, { analytics: true, ads })
      for (const other of others) {
        await other.waitFor((now: boolean) => window.analytics.consent()?.ads === now, ads)
        await track(other, `Heard ${ads}`)
      }
      await collector.waitFor(({ accepted }) => accepted.filter(({ event }) => event === `Heard ${ads}`).length === 2)
    }
    await quiet(page)
    expect(updates(collector)).toHaveLength(2)
  })
})
