// @vitest-environment node
/** What follows from a reading of the consent manager: pure, so every case is a row. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { decide, isNews, toStamp, type ConsentOptions } from '../../src/consent'
import type { Store } from '../../src/stores/store'
import type { Categories, ConsentState } from '../../src/types'

const requires = ['analytics']
const state = (categories: Categories, more: Partial<ConsentState> = {}): ConsentState =>
  ({ decision: 'decided', categories, ...more })
const open = (options: ConsentOptions, read?: ConsentState, gpc = false) => decide(options, read, gpc).open
const granted = { analytics: true }
const refused = { analytics: false }

afterEach(() => {
  vi.useRealTimers()
})

type Row = [what: string, options: ConsentOptions, read: ConsentState | undefined, open: boolean | undefined]

describe.each<Row>([
  ['opt-in, nothing known', { requires }, undefined, undefined],
  ['opt-in, pending with defaults', { requires }, state(granted, { decision: 'pending' }), undefined],
  ['opt-in, a grant', { requires }, state(granted), true],
  ['opt-in, a refusal', { requires }, state(refused), false],
  ['opt-in, one category of two', { requires: ['analytics', 'ads'] }, state(granted), false],
  ['opt-in, an empty decision', { requires }, state({}), false],
  ['opt-in, decided by implication', { requires }, state(granted, { basis: 'implied' }), undefined],
  ['opt-in, consent not required', { requires }, state(granted, { decision: 'not-required' }), true],
  ['an unknown model', { requires, model: undefined }, undefined, undefined],
  ['opt-out, nothing known', { requires, model: 'opt-out' }, undefined, true],
  ['opt-out, pending', { requires, model: 'opt-out' }, state({}, { decision: 'pending' }), true],
  ['opt-out, off by default', { requires, model: 'opt-out' }, state(refused, { decision: 'pending' }), false],
  ['opt-out, an objection', { requires, model: 'opt-out' }, state(refused), false],
  ['opt-out, decided without the category', { requires, model: 'opt-out' }, state({ ads: true }), false],
  ['opt-out, decided by implication', { requires, model: 'opt-out' }, state(granted, { basis: 'implied' }), true],
  ['the manager says opt-out', { requires }, state({}, { decision: 'pending', model: 'opt-out' }), true],
  ['the manager says opt-in', { requires, model: 'opt-out' }, state({}, { decision: 'pending', model: 'opt-in' }),
    undefined],
])('%s', (_, options, read, expected) => {
  test(`is ${expected}`, () => expect(open(options, read)).toBe(expected))
})

test.each([1, 'true', {}, null])('%j does not grant', (value) => {
  const decision = decide({ requires }, state({ analytics: value as boolean }), false)
  expect([decision.open, decision.categories]).toEqual([false, { analytics: false }])
})

test('undecided under opt-in no category is known, whatever the manager shows', () => {
  const pending = state(granted, { decision: 'pending' })
  expect(decide({ requires }, pending, false)).toEqual({
    open: undefined, decided: false, categories: {}, basis: 'none', gpc: false, stores: false, state: pending,
  })
})

test('undecided under opt-out every category that the site names is granted', () => {
  const options: ConsentOptions = { requires, model: 'opt-out', destinations: { Ads: ['ads', 'social'] } }
  expect(decide(options, undefined, false)).toMatchObject({
    decided: false, basis: 'none', stores: true, categories: { analytics: true, ads: true, social: true },
  })
  expect(decide(options, state(granted), false).categories).toEqual(granted)
})

test.each([
  ['explicit', 'opt-in', state(granted)],
  ['implied', 'opt-out', state(granted, { basis: 'implied' })],
  ['implied', 'opt-in', state(granted, { decision: 'not-required' })],
  ['none', 'opt-in', state(granted, { basis: 'implied' })],
] as const)('the basis is %s under %s', (basis, model, read) => {
  const decision = decide({ requires, model }, read, false)
  expect([decision.basis, decision.decided]).toEqual([basis, basis != 'none'])
})

describe('Global Privacy Control', () => {
  const closed = { advertising: false, marketing: false, sale_of_data: false }
  const all = { analytics: true, advertising: true, marketing: true, sale_of_data: true }

  test.each<[what: string, read: ConsentState | undefined, given: boolean]>([
    ['a decision made before it was on', state(all, { gpc: false }), false],
    ['a decision made while it was on', state(all, { gpc: true }), true],
    ['an explicit decision of a manager that says nothing of it', state(all), true],
    ['an implied one', state(all, { basis: 'implied' }), false],
    ['none where consent is not required', state(all, { decision: 'not-required' }), false],
    ['nothing known', undefined, false],
  ])('%s', (_, read, given) => {
    const options: ConsentOptions = { requires, model: 'opt-out', destinations: { Ads: ['advertising'] } }
    const { categories, open } = decide(options, read, true)
    expect(categories).toMatchObject(given ? all : { analytics: true, ...closed })
    expect(open).toBe(true)
    expect(decide(options, read, false).categories.advertising).toBe(true)
  })

  test('it holds under opt-in, and closes what the site lists', () => {
    expect(decide({ requires }, state(all, { gpc: false }), true)).toMatchObject({ categories: closed, gpc: true })
    expect(open({ requires, gpc: ['analytics'] }, state(all, { gpc: false }), true)).toBe(false)
    expect(open({ requires, gpc: ['analytics'], model: 'opt-out' }, undefined, true)).toBe(false)
    expect(decide({ requires, gpc: [] }, state(all, { gpc: false }), true).categories).toEqual(all)
  })
})

describe('a decision that counts no more', () => {
  const day = 864e5

  test.each([[0, true], [30 * day, true], [30 * day + 1, undefined]])('%d ms old', (age, expected) => {
    vi.useFakeTimers({ now: 1e12 })
    expect(open({ requires, maxAge: 30 }, state(granted, { updatedAt: 1e12 - age }))).toBe(expected)
  })

  test('an old refusal asks again too; what has no time does not age', () => {
    expect(open({ requires, maxAge: 1 }, state(refused, { updatedAt: 1 }))).toBe(undefined)
    expect(open({ requires, maxAge: 1 }, state(granted))).toBe(true)
    expect(open({ requires }, state(granted, { updatedAt: 1 }))).toBe(true)
  })

  test.each([['2', true], ['1', undefined], [undefined, true]])('policy version %s of 2', (policyVersion, expected) => {
    expect(open({ requires, policyVersion: '2' }, state(granted, { policyVersion }))).toBe(expected)
  })

  test('its model stays that of the manager, and it is in no stamp', () => {
    const stale = state(refused, { model: 'opt-out', policyVersion: '1', id: 'old' })
    const decision = decide({ requires, policyVersion: '2' }, stale, false)
    expect([decision.open, decision.decided]).toEqual([true, false])
    expect(toStamp(decision, 'm')).toEqual({
      decision: 'pending', basis: 'none', manager: 'm', gpc: undefined, categoryPreferences: granted,
    })
  })
})

test.each<[read: ConsentState | undefined, open: boolean, stores: boolean]>([
  [undefined, true, false],
  [state(granted, { decision: 'pending' }), true, false],
  [state(granted), true, true],
  [state(refused), false, false],
])('exempt: %j opens %s and keeps %s', (read, open, stores) => {
  expect(decide({ requires, exempt: true }, read, false)).toMatchObject({ open, stores })
})

test('tiers choose by the categories in force, and are not asked where nothing may be kept', () => {
  const session = [{} as Store]
  const choose = vi.fn((categories: Categories) => (categories.ads ? undefined : session))
  const options: ConsentOptions = { requires, tiers: { stores: session, choose } }
  expect(decide(options, state(granted), false).stores).toBe(session)
  expect(decide(options, state({ ...granted, ads: true }), false).stores).toBe(true)
  expect(choose.mock.calls).toEqual([[granted], [{ ...granted, ads: true }]])
  expect(decide(options, undefined, false).stores).toBe(false)
  expect(decide(options, state(refused), false).stores).toBe(false)
  expect(decide({ ...options, exempt: true }, undefined, false).stores).toBe(false)
  expect(choose).toHaveBeenCalledTimes(2)
})

test('the stamp is what is in force, with what the manager can prove', () => {
  const read = state({ analytics: true, marketing: true }, {
    gpc: false, tcString: 'CQ', gppString: 'DB', policyVersion: '3', updatedAt: 5, id: 'c1',
  })
  expect(toStamp(decide({ requires }, read, true), 'm')).toEqual({
    decision: 'decided', basis: 'explicit', manager: 'm', gpc: true, tcString: 'CQ', gppString: 'DB',
    policyVersion: '3', updatedAt: 5, id: 'c1',
    categoryPreferences: { analytics: true, marketing: false, advertising: false, sale_of_data: false },
  })
})

test.each<[what: string, before: ConsentState | undefined | null, now: ConsentState | undefined, news: boolean]>([
  ['nothing yet at the start', null, undefined, false],
  ['a decision found at the start', null, state(refused), true],
  ['an answer', undefined, state(granted), true],
  ['the same answer as was implied', state(granted, { decision: 'not-required' }), state(granted), false],
  ['another answer', state(granted), state(refused), true],
  ['the same again, later', state(granted, { updatedAt: 1 }), state(granted, { updatedAt: 2 }), false],
  ['an answer taken back', state(granted), undefined, true],
])('%s: news %4$s', (_, before, now, news) => {
  const of = (read?: ConsentState) => decide({ requires }, read, false)
  expect(isNews(of(now), before === null ? undefined : of(before))).toBe(news)
})

test('an answer is news even if it grants what was in force without it', () => {
  const of = (read?: ConsentState) => decide({ requires, model: 'opt-out' }, read, false)
  expect(of().categories).toEqual(of(state(granted)).categories)
  expect([isNews(of(state(granted)), of()), isNews(of(), undefined)]).toEqual([true, false])
})

test('the basis in the stamp is what it counts as, not what the manager calls it', () => {
  const read = state(granted, { decision: 'not-required', basis: 'explicit' })
  expect(toStamp(decide({ requires }, read, false), 'm')).toMatchObject({ decision: 'not-required', basis: 'implied' })
})

test('what a page has put on Object.prototype is granted to nobody and told to nobody', () => {
  const prototype = Object.prototype as Record<string, unknown>
  Object.assign(prototype, { analytics: true, each: true })
  try {
    const read = { decision: 'decided', categories: { advertising: true } } as ConsentState
    const { open, categories } = decide({ requires: ['analytics'] }, read, false)
    expect([open, Object.keys(categories)]).toEqual([false, ['advertising']])
  } finally {
    delete prototype.analytics
    delete prototype.each
  }
})
