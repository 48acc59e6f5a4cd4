/** Tabs with clients of other kinds, and a channel on which others speak. */
import { expect, test, vi } from 'vitest'
import { Analytics } from '../../src/analytics'
import type { ConsentState } from '../../src/types'
import { arrive, consent, driven, endpoint, newPage, page, setUp, wait } from './hostile-page'

newPage()

/** Every client of the page is a tab that hears the others. @returns what they have told each other */
function connectTabs(): unknown[] {
  const tabs: { onmessage?: (event: object) => void }[] = []
  const told: unknown[] = []
  vi.stubGlobal('BroadcastChannel', class {
    constructor() {
      tabs.push(this as never)
    }
    postMessage(data: unknown) {
      told.push(data)
      for (const tab of tabs) if (tab != (this as object)) setTimeout(() => tab.onmessage!({ data }), 2)
    }
  })
  return told
}

test('the tabs do not answer each other for ever', async () => {
  const told = connectTabs()
  const read = (): ConsentState => ({ decision: 'decided', categories: { analytics: true }, updatedAt: Date.now() })
  const clients = [1, 2, 3].map(() => {
    const analytics = new Analytics()
    const manager = { name: 'm', read, subscribe: () => () => {} }
    void analytics.load('TABS', { endpoint, consent: { ...consent, manager } })
    return analytics
  })
  await wait(20)
  void clients[0]!.track('a')
  await wait(200)
  expect(told).toEqual([])
})

test('a reset by a client of another key is none for one that stores nothing', async () => {
  const memory = setUp({ disableClientPersistence: true }).analytics
  const other = setUp().analytics
  await wait(20)
  void memory.identify('u')
  await wait(20)
  other.reset()
  await wait(50)
  void memory.track('a')
  await arrive(memory)
  expect(page.sent.find(({ event }) => event == 'a')!.userId).toBe('u')
})

test('clients of two keys come to rest whatever they decide and reset', async () => {
  const told = connectTabs()
  const clients = ['A', 'B', 'A', 'B'].map((key) => {
    const analytics = new Analytics()
    void analytics.load(key, { endpoint, consent })
    return analytics
  })
  await wait(20)
  clients[0]!.consent({ analytics: true })
  await wait(30)
  clients[1]!.consent({ analytics: false })
  clients[3]!.consent({ analytics: true })
  await wait(60)
  clients[2]!.reset()
  await wait(100)
  const before = told.length
  await wait(100)
  expect(told).toHaveLength(before)
  expect(before).toBeLessThan(20)
})

test('what others say on the channel does no harm', async () => {
  const errors = vi.fn()
  let channel!: { onmessage: (event: object) => void }
  vi.stubGlobal('BroadcastChannel', class {
    constructor() {
      channel = this as never
    }
    postMessage() {}
  })
  const { analytics } = setUp({ consent })
  analytics.on('error', errors)
  await wait(20)
  for (const data of [null, undefined, 0, '', 'reset', [], [1, 2], {}, ['k', { categories: 1 }]]) {
    expect(() => channel.onmessage({ data })).not.toThrow()
  }
  expect(errors).not.toHaveBeenCalled()
  expect(analytics.consent()).toBeUndefined()
})

test('a manager that has gone away has nothing to tell other tabs', async () => {
  const told = connectTabs()
  const { manager, say } = driven({ decision: 'decided', categories: { analytics: true } })
  setUp({ consent: { ...consent, manager: { ...manager, absent: 'opt-in' } } })
  await wait(10)
  say(undefined as never)
  await wait(10)
  expect(told).toEqual([])
})
