// @vitest-environment node
/** What is done while the page may be going, and when it is back. */
import { expect, test, vi } from 'vitest'
import type { Http } from '../../plugins/http/index'
import type { Gate } from '../../src/gate'
import type { Identity } from '../../src/identity'
import { createPresence } from '../../src/presence'
import type { ConsentState } from '../../src/types'

function setUp(open = true) {
  const log: string[] = []
  const did = (what: string) => vi.fn(() => void log.push(what))
  const end = (cached: boolean) => void log.push(cached ? 'end cached' : 'end')
  const gate = { refresh: () => open, allows: () => open, end, adopt: did('adopt') }
  const transport = { go: did('go'), leave: did('leave'), flush: did('flush') }
  const identity = { reload: did('reload') }
  const presence = createPresence(
    gate as unknown as Gate, { hurry: () => void log.push('hurry') } as never,
    () => identity as unknown as Identity, () => transport as unknown as Http,
  )
  return { ...presence, log }
}

test.each<[what: string, cached: boolean | undefined, done: string[]]>([
  ['hidden', undefined, ['hurry', 'leave']],
  ['going, and perhaps back', true, ['end cached', 'go', 'hurry', 'leave']],
  ['going for good', false, ['end', 'go', 'hurry', 'leave']],
])('%s: away until it is back', async (_, cached, done) => {
  const { leave, back, isAway, log } = setUp()
  expect(isAway()).toBe(false)
  await leave(cached)
  expect([isAway(), log]).toEqual([true, done])
  back()
  back()
  expect([isAway(), log.slice(done.length)]).toEqual([false, [...(cached ? ['reload'] : []), 'flush', 'flush']])
})

test('closed: away all the same, and nothing is done', async () => {
  const { leave, back, isAway, log } = setUp(false)
  await leave()
  expect(isAway()).toBe(true)
  back()
  expect([isAway(), log]).toEqual([false, []])
})

const decision: ConsentState = { decision: 'decided', categories: { analytics: true } }

test.each<[what: string, news: ConsentState | null, ours: boolean, done: string[]]>([
  ['a decision', decision, true, ['adopt']],
  ['a decision of a client with another key, whose manager may be another', decision, false, []],
  ['a reset', null, true, ['reload']],
  ['a reset by a client with another key', null, false, ['reload']],
])('another tab tells of %s', (_, news, ours, done) => {
  const { hear, log } = setUp()
  hear(news, ours)
  expect(log).toEqual(done)
})

test('a reset is no news where nobody is known', () => {
  const { hear, log } = setUp(false)
  hear(null, true)
  expect(log).toEqual([])
})
