/** What the gate makes of a broken consent manager, and which plugins it permits. */
import { describe, expect, test, vi } from 'vitest'
import type { ConsentOptions } from '../../src/consent'
import { createGate } from '../../src/gate'
import type { ConsentManager, ConsentState, Plugin, PluginType } from '../../src/types'

const decided = (categories: Record<string, boolean>): ConsentState => ({ decision: 'decided', categories })
const requires = ['analytics']

function start(options: ConsentOptions | undefined, manager: Partial<ConsentManager>) {
  const report = vi.fn()
  const gate = createGate({ admit() {}, destroy() {}, changed() {}, report })
  const whole = { name: 'm', read: () => undefined, subscribe: () => () => {}, ...manager }
  gate.start(false, options && { ...options, manager: whole })
  return { ...gate, report }
}
const fail = () => {
  throw new Error('broken')
}

test.each<[what: string, manager: Partial<ConsentManager>, message: RegExp]>([
  ['read throws', { read: fail }, /broken/],
  ['subscribe throws', { subscribe: fail }, /broken/],
  ['both throw', { read: fail, subscribe: fail }, /broken/],
  ['there are no categories', { read: () => ({ decision: 'decided' }) as ConsentState }, /categories/],
  ['categories are a list', { read: () => decided([true] as never) }, /categories/],
  ['what is read cannot be copied', { read: () => ({ ...decided({}), id: 1n as never }) }, /BigInt/],
])('%s: undecided, and named once', (_, manager, message) => {
  const { refresh, decision, report } = start({ requires }, manager)
  expect([refresh(), refresh(), decision()!.open]).toEqual([false, false, undefined])
  expect(report.mock.calls).toEqual([['consent_manager', expect.objectContaining({
    message: expect.stringMatching(message),
  })]])
})

test('a manager that breaks after a grant closes the gate', () => {
  let read = () => decided({ analytics: true })
  const { refresh, report } = start({ requires }, { read: () => read() })
  expect([refresh(), report.mock.calls.length]).toEqual([true, 0])
  read = fail as never
  expect([refresh(), report.mock.calls.length]).toEqual([false, 1])
})

test('one that does not know a category that is needed is named; refused categories are known', () => {
  const unknown = start({ requires: ['analytics', 'C0002'] }, { read: () => decided({ analytics: true }) })
  unknown.refresh()
  expect(unknown.report.mock.calls.map(([code, error]) => [code, error.message])).toEqual(
    [['consent_manager', 'no category "C0002"']])
  expect(start({ requires }, { read: () => decided({ analytics: false }) }).report).not.toHaveBeenCalled()
})

type Word = 'none' | 'undecided' | 'exempt' | 'refused' | 'granted' | 'ads'
const situations: Record<Word, [options?: ConsentOptions, state?: ConsentState]> = {
  none: [undefined],
  undecided: [{ requires }],
  exempt: [{ requires, exempt: true }],
  refused: [{ requires }, decided({ analytics: false, advertising: true })],
  granted: [{ requires }, decided({ analytics: true, advertising: false })],
  ads: [{ requires }, decided({ analytics: true, advertising: true })],
}
const plugin = (name: string, type: PluginType, more: Partial<Plugin> = {}) => ({ name, type, ...more }) as Plugin
const rows: [what: string, plugin: Plugin, permitted: Word[]][] = [
  ['a destination that is not listed', plugin('X', 'destination'), ['none', 'granted', 'ads']],
  ['a destination with categories', plugin('Ads', 'destination'), ['none', 'ads']],
  ['a destination that is mapped to none', plugin('Never', 'destination'), ['none']],
  ['the transport', plugin('assent', 'destination', { always: true }), ['none', 'exempt', 'granted', 'ads']],
  ['an enrichment', plugin('E', 'enrichment'), ['none', 'exempt', 'granted', 'ads']],
  ['a plugin in memory', plugin('M', 'utility', { memoryOnly: true }),
    ['none', 'undecided', 'exempt', 'granted', 'ads']],
  ['a destination that says it is in memory', plugin('X', 'destination', { memoryOnly: true }),
    ['none', 'granted', 'ads']],
]

describe.each(rows)('%s', (_, plugin, permitted) => {
  test.each(Object.entries(situations))('%s', (word, [options, state]) => {
    const destinations = { Ads: ['advertising'], Never: [] }
    const { permits } = start(options && { ...options, destinations }, { read: () => state })
    expect(permits(plugin)).toBe(permitted.includes(word as Word))
  })
})
