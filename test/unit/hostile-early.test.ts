/** What is decided before the script, or the consent manager, has arrived. */
import { expect, test, vi } from 'vitest'
import type { ConsentState } from '../../src/types'
import { arrive, consent, decidedBefore, driven, names, newPage, page, setUp, wait } from './hostile-page'

newPage()

test('a banner that goes on writing on the object that it gave', () => {
  const choices = { analytics: false }
  const { analytics } = setUp({ consent }, (client) => {
    client.consent(choices)
    choices.analytics = true
  })
  expect(analytics.consent()).toEqual({ analytics: false })
})

const requires = ['analytics']
const openTabs = () => {
  const told: unknown[] = []
  vi.stubGlobal('BroadcastChannel', class {
    postMessage(data: unknown) {
      told.push(data)
    }
  })
  return told
}

test('a yes before the script is told to the collector after what was early, and to other tabs', async () => {
  const told = openTabs()
  const { analytics } = setUp({ consent: { requires } }, (client) => {
    client.setAnonymousId('x')
    void client.track('a')
    client.consent({ analytics: true })
  })
  await arrive(analytics)
  const ids = page.sent.map(({ event, anonymousId }) => [event, anonymousId])
  expect(ids).toEqual([['a', 'x'], ['Consent Updated', 'x']])
  expect(page.sent[1]!.properties).toMatchObject({ basis: 'explicit', categories: { analytics: true } })
  expect(told).toMatchObject([[expect.any(String), { categories: { analytics: true } }]])
})

test('the same as on an earlier page is said once more, and no change', async () => {
  const told = openTabs()
  decidedBefore({ analytics: true })
  const heard = vi.fn()
  const { analytics } = setUp({ consent: { requires } }, (client) => {
    client.on('consent', heard)
    client.consent({ analytics: true })
  })
  void analytics.track('a')
  await arrive(analytics)
  expect(names()).toEqual(['a'])
  expect(heard.mock.calls).toEqual([[{ analytics: true }]])
  expect(told).toEqual([])
})

test('a no before the script, after a yes on an earlier page, lets nothing through', async () => {
  const told = openTabs()
  decidedBefore({ analytics: true })
  document.cookie = 'ajs_anonymous_id=old; path=/'
  const { analytics } = setUp({ consent: { requires } }, (client) => {
    void client.track('a')
    client.consent({ analytics: false })
  })
  await arrive(analytics)
  expect(page.sent).toEqual([])
  expect(document.cookie).not.toContain('ajs_')
  expect(told).toMatchObject([[expect.any(String), { categories: { analytics: false } }]])
})

const optOut: ConsentState = {
  decision: 'decided', basis: 'implied', model: 'opt-out', categories: { analytics: true },
}
test('what nobody has decided, from a manager that is late, is no change; the visitor\'s answer is one', async () => {
  const { manager, say } = driven()
  const { analytics } = setUp({ consent: { requires, manager } })
  void analytics.track('a')
  await wait(5)
  say(optOut)
  await arrive(analytics)
  expect(names()).toEqual(['a'])
  say({ ...optOut, basis: 'explicit', categories: { analytics: true, ads: false } })
  await arrive(analytics)
  expect(names()).toEqual(['a', 'Consent Updated'])
})

test('nor does one that comes late with what was decided on an earlier page', async () => {
  const { manager, say } = driven()
  const { analytics } = setUp({ consent: { requires, manager } })
  await wait(5)
  say({ decision: 'decided', categories: { analytics: true }, updatedAt: 1 })
  void analytics.track('a')
  await arrive(analytics)
  expect(names()).toEqual(['a'])
})
