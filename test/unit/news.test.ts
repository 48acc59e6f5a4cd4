// @vitest-environment node
/** Who hears of a decision: other tabs, the page, the collector. */
import { expect, test, vi } from 'vitest'
import { decide, type ConsentOptions } from '../../src/consent'
import { Emitter } from '../../src/emitter'
import { createNews } from '../../src/news'
import type { ConsentState } from '../../src/types'

const manager = { name: 'm', read: () => undefined, subscribe: () => () => {} }
const options: ConsentOptions = { requires: ['analytics'], manager }
const toDecision = (state?: ConsentState) => decide(options, state, false)
const nobody = toDecision()
const pending = toDecision({ decision: 'pending', categories: {} })
const decided = (analytics: boolean, more: Partial<ConsentState> = {}) =>
  toDecision({ decision: 'decided', categories: { analytics }, ...more })
const [yes, no] = [decided(true), decided(false)]
const implied = decided(true, { decision: 'not-required' })
const old = decided(true, { updatedAt: performance.timeOrigin - 1 })

/** In the order of the gate's `changed`: now, before, here, said. */
type Change = Parameters<ReturnType<typeof createNews>> extends [unknown, ...infer Rest] ? Rest : never

test.each<[what: string, change: Change, tabs: boolean, page: unknown[], events: string[]]>([
  ['nothing decided, found', [nobody, undefined, true, false], false, [], []],
  ['a yes, found', [yes, undefined, true, false], false, [{ analytics: true }], []],
  ['a yes, said before there was anything', [yes, undefined, true, true], true, [{ analytics: true }], ['updated']],
  ['a yes, said', [yes, pending, true, true], true, [{ analytics: true }], ['updated']],
  ['a yes, found later', [yes, pending, true, false], true, [{ analytics: true }], []],
  ['a yes, of another tab', [yes, pending, false, true], false, [{ analytics: true }], []],
  ['a no', [no, yes, true, true], true, [{ analytics: false }], []],
  ['undecided again', [pending, yes, true, true], true, [undefined], []],
  ['undecided again, with nothing to tell', [nobody, yes, true, true], false, [undefined], []],
  ['a manager that makes up its mind', [pending, nobody, true, true], false, [], []],
  ['the same in other words', [decided(true, { id: '1' }), yes, true, true], false, [], []],
  ['what nobody decided, from a manager that is late', [implied, pending, true, true], true, [{ analytics: true }], []],
  ['an answer of an earlier page, likewise', [old, pending, true, true], true, [{ analytics: true }], []],
  ['another answer, of whatever date', [old, no, true, true], true, [{ analytics: true }], ['updated']],
])('%s', async (_, change, tabs, page, events) => {
  const face = new Emitter()
  const [heard, tellTabs, update] = [vi.fn(), vi.fn(), vi.fn()]
  face.on('consent', heard)
  createNews(face, tellTabs, update)({ ...options, event: 'updated' }, ...change)
  await null
  expect(tellTabs.mock.calls).toEqual(tabs ? [[change[0].state]] : [])
  expect(heard.mock.calls).toEqual(page.map((categories) => [categories]))
  expect(update.mock.calls.flat()).toEqual(events)
})

test.each([[undefined, ['Consent Updated']], [false, []]] as const)('the option `event`: %j', (event, events) => {
  const update = vi.fn()
  createNews(new Emitter(), () => {}, update)({ ...options, event }, yes, pending, true, true)
  expect(update.mock.calls.flat()).toEqual(events)
})

test('what was early goes before the event, what comes later after it', async () => {
  const log: string[] = []
  const tell = createNews(new Emitter(), () => {}, (event) => log.push(event))
  tell(options, yes, undefined, true, true)
  log.push('early')
  await null
  tell(options, yes, no, true, true)
  log.push('late')
  expect(log).toEqual(['early', 'Consent Updated', 'Consent Updated', 'late'])
})
