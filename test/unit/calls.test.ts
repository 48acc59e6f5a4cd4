/** Loose analytics.js arguments to a call; the forms are those of the reference (argument resolvers). */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SnippetPage } from '../../src/browser/page'
import { toCall, type Call } from '../../src/calls'
import type { EventType } from '../../src/types'

const P = { p: 1 }
const O = { integrations: { All: false } }
const cb = () => undefined
const other = () => undefined

beforeEach(() => {
  vi.useFakeTimers({ now: 1e12 })
})
afterEach(() => {
  vi.useRealTimers()
  document.head.innerHTML = ''
  document.title = ''
})

type Row = [args: unknown[], expected: Partial<Call>]
const none: Partial<Call> = { data: {}, options: {}, callback: undefined }

const track: Row[] = [
  [['e'], { name: 'e' }],
  [['e', P], { name: 'e', data: P }],
  [['e', P, O], { name: 'e', data: P, options: O }],
  [['e', P, O, cb], { name: 'e', data: P, options: O, callback: cb }],
  [['e', cb], { name: 'e', callback: cb }],
  [['e', P, cb], { name: 'e', data: P, callback: cb }],
  [['e', P, cb, other], { name: 'e', data: P, callback: cb }],
  [['e', null, O], { name: 'e', options: O }],
  [['e', undefined, O], { name: 'e', options: O }],
  [['e', 'text', O], { name: 'e', options: O }],
  [['e', [1], 'text'], { name: 'e' }],
  [[{ event: 'e', properties: P, context: { a: 1 } }], { name: 'e', data: P }],
  [[{ event: 'e' }, O, cb], { name: 'e', options: O, callback: cb }],
  [[{ event: 'e', properties: P }, cb], { name: 'e', data: P, callback: cb }],
]
const page: Row[] = [
  [[], {}],
  [[cb], { callback: cb }],
  [['n'], { name: 'n' }],
  [['c', 'n'], { category: 'c', name: 'n' }],
  [['c', 'n', P], { category: 'c', name: 'n', data: P }],
  [['c', 'n', P, O], { category: 'c', name: 'n', data: P, options: O }],
  [['c', 'n', P, O, cb], { category: 'c', name: 'n', data: P, options: O, callback: cb }],
  [['n', P, O], { name: 'n', data: P, options: O }],
  [['n', P, cb], { name: 'n', data: P, callback: cb }],
  [[P], { data: P }],
  [[P, O], { data: P, options: O }],
  [[null, 'n', P, O], { name: 'n', data: P, options: O }],
  [['c', null, P], { name: 'c', data: P }],
  [['c', 'n', null, O], { category: 'c', name: 'n', options: O }],
  [[null, null, null, O], { options: O }],
  [[undefined, 'n', undefined, O], { name: 'n', options: O }],
  [[null, null, P], { data: P }],
  [['', 'n'], { category: '', name: 'n' }],
  [['c', ''], { category: 'c', name: '' }],
]
const identify: Row[] = [
  [[], { id: null }],
  [['u'], { id: 'u' }],
  [[7, P], { id: '7', data: P }],
  [[0], { id: '0' }],
  [['u', P, O, cb], { id: 'u', data: P, options: O, callback: cb }],
  [[P], { data: P }],
  [[P, O, cb], { data: P, options: O, callback: cb }],
  [[null, P, O], { id: null, data: P, options: O }],
  [[undefined, P], { id: null, data: P }],
  [['u', cb], { id: 'u', callback: cb }],
  [['u', P, null, cb], { id: 'u', data: P, callback: cb }],
  [[cb], { id: null, callback: cb }],
  [['u', null, O], { id: 'u', options: O }],
  [['', P], { id: '', data: P }],
  [[true], { id: null }],
  [['u', 'text'], { id: 'u' }],
]
const alias: Row[] = [
  [['to'], { id: 'to' }],
  [['to', 'from'], { id: 'to', from: 'from' }],
  [['to', 'from', O, cb], { id: 'to', from: 'from', options: O, callback: cb }],
  [['to', O], { id: 'to', options: O }],
  [['to', O, cb], { id: 'to', options: O, callback: cb }],
  [[1, 2], { id: '1', from: '2' }],
  [[null, 'to'], { id: 'to' }],
  [[], {}],
]

describe.each<[EventType, Row[]]>([
  ['track', track], ['page', page], ['screen', page], ['identify', identify], ['group', identify], ['alias', alias],
])('%s', (type, rows) => {
  const named = rows.map(([args, expected]) => [JSON.stringify(args), args, expected] as const)
  test.each(named)('%s', (_, args, expected) => {
    const { time, page: _page, ...call } = toCall(type, args)
    expect(call).toEqual({ type, ...none, ...expected })
    expect(time).toBe(1e12)
  })
})

test.each([[], [''], [7], [null, P], [{}], [{ event: 7 }], [{ properties: P }], [cb]])('track without a name: %j', (
  ...args: unknown[]
) => {
  expect(() => toCall('track', args)).toThrow('Event missing')
})

test('instances of classes are objects', () => {
  class Plan {
    plan = 'pro'
    get secret() { return 1 }
  }
  expect(toCall('track', ['e', new Plan()]).data).toEqual({ plan: 'pro' })
})

describe('the page', () => {
  const seen: SnippetPage = { __t: 'bpc', c: '/c', u: 'https://a.example/old', t: 'Old', r: 'https://b.example/' }

  test('is that of the call', () => {
    document.head.innerHTML = '<link rel="canonical" href="/canonical?a=1">'
    document.title = 'Title'
    const call = toCall('page', [])
    document.title = 'Later'
    expect(call.page).toEqual({ c: '/canonical?a=1', u: 'http://localhost:3000/', t: 'Title', r: '' })
  })

  test.each<[EventType, unknown[], Partial<Call>]>([
    ['track', ['e'], { name: 'e' }],
    ['track', ['e', P, O], { name: 'e', data: P, options: O }],
    ['page', [], {}],
    ['page', ['c', 'n', P], { category: 'c', name: 'n', data: P }],
    ['identify', ['u'], { id: 'u' }],
    ['identify', ['u', P, cb], { id: 'u', data: P, callback: cb }],
    ['group', [P], { data: P }],
    ['alias', ['to'], { id: 'to' }],
  ])('which the snippet saw at %s(%j) is taken, and is none of its arguments', (type, args, expected) => {
    const { time, page, ...call } = toCall(type, [...args, seen])
    expect([page, time]).toEqual([seen, 1e12])
    expect(call).toEqual({ type, ...none, ...expected })
  })

  test('with the time, where the snippet knows it', () => {
    expect(toCall('track', ['e', { ...seen, d: 5 }]).time).toBe(5)
  })
})

test('what the caller changes later changes nothing', () => {
  const data = { list: [1] }
  const options = { context: { a: 1 } }
  const call = toCall('track', ['e', data, options])
  data.list.push(2)
  options.context.a = 2
  expect([call.data, call.options]).toEqual([{ list: [1] }, { context: { a: 1 } }])
})
