/** The one door: what waits in front of it, who is let in, who is destroyed. */
import { afterEach, expect, test, vi } from 'vitest'
import type { Call } from '../../src/calls'
import type { ConsentOptions, Decision } from '../../src/consent'
import { createGate, type Gate, type Visit } from '../../src/gate'
import type { Categories, ConsentState, Plugin } from '../../src/types'

const signal = navigator as { globalPrivacyControl?: boolean }
afterEach(() => {
  vi.useRealTimers()
  delete signal.globalPrivacyControl
})

const visit = (name: string, critical = false): Visit =>
  ({ call: { type: 'track', name, options: { critical }, time: 1 } as unknown as Call, settle() {} })
const decided = (categories: Categories): ConsentState => ({ decision: 'decided', categories })
const granted = decided({ analytics: true })
const refused = decided({ analytics: false })

function setUp(options: ConsentOptions | null = {}, first?: ConsentState) {
  const log: string[] = []
  const report = vi.fn()
  const changed = vi.fn((now: Decision, ..._rest: unknown[]) => void log.push(`changed ${now.open}`))
  const admit = vi.fn(({ call }: Visit) => void log.push(call.name!))
  const destroy = vi.fn(({ call }: Visit, reason: string) => void log.push(`${call.name} ${reason}`))
  const gate: Gate = createGate({ admit, changed, report, destroy })
  let state = first
  let listener = () => {}
  const manager = { name: 'm', read: () => state, subscribe: (changed: () => void) => ((listener = changed), () => {}) }
  const consent = options ? { requires: ['analytics'], manager, ...options } : undefined
  return {
    ...gate, gate, log, report, changed, admit, destroy,
    start: (late?: boolean) => gate.start(late, consent),
    enterAll: (...names: string[]) => names.forEach((name) => gate.enter(visit(name))),
    /** What the manager says from now on; it may keep that to itself. */
    set: (next?: ConsentState) => (state = next),
    say: (next?: ConsentState) => ((state = next), listener()),
  }
}

test('before the start everything waits and nothing is known', () => {
  const { enterAll, log, waiting, allows, refresh, decision, permits } = setUp({}, granted)
  enterAll('a', 'b')
  const permitted = permits({ name: 'P', type: 'destination' } as Plugin)
  expect([log, waiting(), allows(), refresh(), decision(), permitted]).toEqual([[], 2, false, false, undefined, false])
})

test('without consent everything is let in, in order, what was early first', () => {
  const { enterAll, start, log, allows, waiting } = setUp(null)
  enterAll('a', 'b')
  start()
  enterAll('c')
  expect([log, allows(), waiting()]).toEqual([['changed true', 'a', 'b', 'c'], true, 0])
})

test.each(['nothing', 'an error'])('a manager says what holds while it answers with %s', (answer) => {
  let state = undefined as ConsentState | undefined
  const read = () => {
    if (!state && answer != 'nothing') throw new Error(answer)
    return state
  }
  const manager = { name: 'm', absent: 'opt-in' as const, read, subscribe: () => () => {} }
  const { start, enterAll, refresh, log } = setUp({ model: 'opt-out', manager })
  start()
  enterAll('a')
  expect([log, refresh()]).toEqual([['changed undefined'], false])
  // It is there, the visitor has not decided, and it does not say which rule holds: that of the site does.
  state = { decision: 'pending', categories: {} }
  expect([refresh(), log]).toEqual([true, ['changed undefined', 'changed true', 'a']])
})

test('undecided holds; a grant lets in what waits, in order, after those who follow the decision', () => {
  const { enterAll, start, say, log, waiting, allows } = setUp()
  enterAll('early')
  start()
  enterAll('a', 'b')
  expect([log, waiting(), allows()]).toEqual([['changed undefined'], 3, false])
  say(granted)
  enterAll('c')
  expect(log).toEqual(['changed undefined', 'changed true', 'early', 'a', 'b', 'c'])
  expect([waiting(), allows()]).toEqual([0, true])
})

test('a message of another tab that is older than what our manager says, or too early, changes nothing', () => {
  const at = (state: ConsentState, updatedAt: number): ConsentState => ({ ...state, updatedAt })
  const { start, adopt, set, allows, report } = setUp({}, at(granted, 1))
  adopt(at(refused, 2))
  start()
  expect([allows(), report.mock.calls]).toEqual([true, []])
  set(at(refused, 5))
  adopt(at(granted, 4))
  expect(allows()).toBe(false)
  adopt(at(granted, 6))
  expect(allows()).toBe(true)
})

test('what comes while others are let in queues up behind them', () => {
  const { gate, enterAll, start, say, log, admit } = setUp()
  start()
  enterAll('a', 'b')
  admit.mockImplementationOnce(({ call }) => {
    log.push(call.name!)
    gate.enter(visit('meanwhile'))
  })
  say(granted)
  expect(log.slice(2)).toEqual(['a', 'b', 'meanwhile'])
})

test.each([[granted], [undefined]])('what plugins say while they are loaded goes before the early calls (%j)', (at) => {
  const { gate, enterAll, start, say, log, changed } = setUp({}, at)
  changed.mockImplementationOnce(() => void gate.enter(visit('querystring')))
  enterAll('a', 'b')
  start()
  say(granted)
  expect(log.filter((entry) => !/^changed/.test(entry))).toEqual(['querystring', 'a', 'b'])
})

test('overflow evicts the oldest that is not critical, whether it came before the start or after', () => {
  const { enter, enterAll, start, say, log, waiting } = setUp({ hold: 3 })
  enter(visit('critical', true))
  enterAll('a', 'b', 'c')
  expect(log).toEqual([])
  start()
  enterAll('d')
  expect(log).toEqual(['changed undefined', 'a overflow', 'b overflow'])
  say(granted)
  expect(log.slice(3)).toEqual(['changed true', 'critical', 'c', 'd'])
  expect(waiting()).toBe(0)
})

test('critical calls all stay; the default holds a hundred', () => {
  const few = setUp({ hold: 1 })
  few.start()
  for (const name of 'abc') few.enter(visit(name, true))
  expect([few.waiting(), few.log]).toEqual([3, ['changed undefined']])
  const many = setUp()
  many.start()
  for (let index = 0; index < 102; index++) many.enterAll(`e${index}`)
  expect([many.waiting(), many.log]).toEqual([100, ['changed undefined', 'e0 overflow', 'e1 overflow']])
})

test('hold: 0 lets nothing wait, and loses nothing after a yes', () => {
  const { enterAll, start, say, log } = setUp({ hold: 0 })
  start()
  enterAll('a')
  say(granted)
  enterAll('b')
  expect(log).toEqual(['changed undefined', 'a overflow', 'changed true', 'b'])
})

test.each([[[]], [['a', 'b']]])('what is to be first comes after those that make no event, and before %j', (events) => {
  const { gate, enterAll, start, log } = setUp(null)
  const id = visit('id')
  gate.enter({ ...id, call: { ...id.call, type: 'anonymousId' } })
  enterAll(...events)
  gate.before(() => enterAll('first'))
  start()
  expect(log).toEqual(['changed true', 'id', 'first', ...events])
})

test('a refusal destroys what waits and whatever comes', () => {
  const { enterAll, start, say, log, waiting, allows } = setUp()
  start()
  enterAll('a', 'b')
  say(refused)
  enterAll('c')
  expect(log.slice(1)).toEqual(['changed false', 'a refused', 'b refused', 'c refused'])
  expect([waiting(), allows()]).toEqual([0, false])
})

test('a withdrawal counts from the next line on, a later grant as well', () => {
  const { enterAll, start, say, set, refresh, log, changed, decision } = setUp({}, granted)
  start()
  enterAll('a')
  set(refused)
  const before = decision()
  expect(refresh()).toBe(false)
  expect(changed).toHaveBeenLastCalledWith(decision(), before, true, false)
  enterAll('b')
  say(granted)
  expect(changed.mock.lastCall!.slice(2)).toEqual([true, true])
  enterAll('c')
  expect(log).toEqual(['changed true', 'a', 'changed false', 'b refused', 'changed true', 'c'])
})

test('the same reading changes nothing; a signal that comes up does, whatever the manager made of its object', () => {
  const state = decided({ analytics: true, advertising: true })
  state.gpc = false
  const { start, say, refresh, changed, decision } = setUp({ requires: ['advertising'] }, state)
  start()
  say(state)
  expect([refresh(), changed.mock.calls.length]).toEqual([true, 1])
  signal.globalPrivacyControl = true
  expect([refresh(), changed.mock.calls.length]).toEqual([false, 2])
  delete signal.globalPrivacyControl
  state.categories.advertising = false
  expect(decision()!.state!.categories.advertising).toBe(true)
  expect(refresh()).toBe(false)
})

test('a decision of another tab holds until our own manager says something new', () => {
  const { start, adopt, enterAll, set, refresh, changed, log, decision } = setUp()
  start()
  enterAll('a')
  adopt(granted)
  expect(changed.mock.lastCall!.slice(2)).toEqual([false, false])
  expect([refresh(), log]).toEqual([true, ['changed undefined', 'changed true', 'a']])
  adopt(refused)
  expect([refresh(), decision()!.open]).toEqual([false, false])
  set(granted)
  expect(refresh()).toBe(true)
  expect(changed.mock.lastCall!.slice(2)).toEqual([true, false])
})

test('wrong options: everything is destroyed, then and later', () => {
  const { enterAll, refuse, refresh, log, allows } = setUp()
  enterAll('a')
  refuse()
  expect(log).toEqual(['a refused'])
  enterAll('b')
  expect([log, refresh(), allows()]).toEqual([['a refused', 'b refused'], false, false])
})

test('options that turn out wrong after the start: nothing is read any more', () => {
  const { start, refuse, refresh, allows } = setUp({}, granted)
  start()
  refuse()
  expect([refresh(), allows()]).toEqual([false, false])
})

test('a manager that answers at once says nothing new', () => {
  const changed = vi.fn()
  const { start } = createGate({ admit() {}, destroy() {}, report() {}, changed })
  const subscribe = (again: () => void) => (again(), () => {})
  start(false, { requires: ['analytics'], manager: { name: 'm', read: () => granted, subscribe } })
  expect(changed.mock.calls.map((call) => call.slice(2))).toEqual([[true, false]])
})

test.each([[true, 5000], [false, 1]])('calls of a page that is shown late (%s) are of time %d', (late, time) => {
  vi.useFakeTimers({ now: 5000 })
  const { enter, start, admit } = setUp(null)
  enter(visit('a'))
  start(late)
  enter(visit('b'))
  expect(admit.mock.calls.map(([{ call }]) => call.time)).toEqual([time, 1])
})

test('at the end of the page what waits is destroyed, and what is closed stays closed', () => {
  const { enterAll, start, say, end, log, refresh, waiting } = setUp()
  start()
  enterAll('a')
  end(false)
  say(granted)
  expect([log, refresh(), waiting()]).toEqual([['changed undefined', 'a page-end'], false, 0])
})

test('a page in the cache hardly ever returns: who waits to hear of a critical call hears now, once', () => {
  const { enter, enterAll, start, say, end, log, waiting } = setUp()
  start()
  enterAll('a')
  enter(visit('dear', true))
  enterAll('b')
  end(true)
  end(true)
  expect([log, waiting()]).toEqual([['changed undefined', 'dear page-end'], 2])
  say(granted)
  expect(log.slice(2)).toEqual(['changed true', 'a', 'b'])
})

test('who hears of the end of one call and grants lets in those that may wait, and no other', () => {
  const { enter, enterAll, start, say, end, log, destroy } = setUp()
  start()
  enter(visit('dear', true))
  enter(visit('dearer', true))
  enterAll('a')
  destroy.mockImplementationOnce(() => void say(granted))
  end(true)
  expect(log).toEqual(['changed undefined', 'changed true', 'a', 'dearer page-end'])
})

test('what is open at the end of the page stays open', () => {
  const { enterAll, start, end, log, refresh } = setUp({}, granted)
  start()
  end(false)
  enterAll('a')
  expect([log, refresh()]).toEqual([['changed true', 'a'], true])
})
