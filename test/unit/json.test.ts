// @vitest-environment node
/** A copy in JSON's terms, of whatever a page hands over. */
import { describe, expect, test } from 'vitest'
import { isObject, toObject } from '../../src/json'

test.each([{}, { a: 1 }, Object.create(null), new (class A {})()])('an object: %o', (value) => {
  expect(isObject(value)).toBe(true)
})
test.each([undefined, null, 1, 'a', true, [], () => {}, new Date(), new Map(), /a/, Symbol('a'), 1n])(
  'no object, so nothing: %o', (value) => expect([isObject(value), toObject(value)]).toEqual([false, {}]))

class Plan {
  plan = 'pro'
  get hidden() { return 1 }
  method() {}
}
const inherited = Object.create({ inherited: 1 }) as object

test.each<[what: string, given: object, copy: object]>([
  ['JSON values', { a: 1, b: 'b', c: true, d: null, e: [1, { f: 2 }] },
    { a: 1, b: 'b', c: true, d: null, e: [1, { f: 2 }] }],
  ['a BigInt', { a: 10n ** 30n, b: [1n] }, { a: '1000000000000000000000000000000', b: ['1'] }],
  ['a date', { a: new Date(0) }, { a: '1970-01-01T00:00:00.000Z' }],
  ['an invalid date', { a: new Date(NaN), b: 1 }, { a: null, b: 1 }],
  ['instances of classes', { a: new Plan() }, { a: { plan: 'pro' } }],
  ['what is inherited', { a: inherited }, { a: {} }],
  ['a map and a set', { a: new Map([[1, 2]]), b: new Set([1]) }, { a: {}, b: {} }],
  ['symbols as keys', { [Symbol('a')]: 1, b: 1 }, { b: 1 }],
  ['a sparse list', { a: Array(2) }, { a: Array(2) }],
  ['toJSON', { a: { toJSON: () => ({ b: 1n }) } }, { a: { b: '1' } }],
  ['toJSON with this', { a: { b: 1, toJSON() { return this.b } } }, { a: 1 }],
  ['the same object twice', ((same) => ({ a: same, b: [same, same] }))({ c: 1 }),
    { a: { c: 1 }, b: [{ c: 1 }, { c: 1 }] }],
])('%s', (_, given, copy) => {
  expect(toObject(given)).toEqual(copy)
})

test('toJSON of the whole counts too', () => {
  expect(toObject({ a: 1, toJSON: () => ({ b: 2 }) })).toEqual({ b: 2 })
})

test('what cannot be JSON is gone in the text', () => {
  const text = JSON.stringify(toObject({ a: () => 1, b: Symbol('b'), c: undefined, d: [() => 1], e: NaN, f: Infinity }))
  expect(text).toBe('{"d":[null],"e":null,"f":null}')
})

describe('hostile values', () => {
  const fail = () => {
    throw new Error('hostile')
  }

  test('a cycle ends where it begins', () => {
    const a: Record<string, unknown> = { n: 1 }
    a.self = a
    a.list = [a, { a }]
    expect(toObject(a)).toEqual({ n: 1, self: undefined, list: [undefined, { a: undefined }] })
  })

  test('a cycle through toJSON ends as well', () => {
    const a: Record<string, unknown> = { b: { toJSON: (): unknown => a, n: 1 } }
    const own: Record<string, unknown> = { n: 1, toJSON: () => own }
    expect([toObject(a), toObject({ own, m: 1 })]).toEqual([{ b: undefined }, { own: undefined, m: 1 }])
  })

  test('what throws is undefined, and the rest is there', () => {
    const given = { get a() { return fail() }, b: 1, c: { toJSON: fail }, d: [{ get e() { return fail() }, f: 1 }] }
    expect(toObject(given)).toEqual({ a: undefined, b: 1, c: undefined, d: [{ e: undefined, f: 1 }] })
  })

  test('a proxy that refuses everything', () => {
    const proxy = new Proxy({}, { get: fail, ownKeys: fail, has: fail, getOwnPropertyDescriptor: fail })
    expect(toObject({ a: proxy, b: [proxy], c: 1 })).toEqual({ a: undefined, b: [undefined], c: 1 })
  })

  test.each(['{"__proto__":{"polluted":1},"a":1}', '{"b":{"__proto__":{"polluted":1}},"a":1}'])('%s', (text) => {
    const copy = toObject(JSON.parse(text)) as { polluted?: number, b?: { polluted?: number }, a: number }
    expect([copy.a, copy.polluted, copy.b?.polluted]).toEqual([1, undefined, undefined])
    expect(JSON.stringify(copy)).not.toContain('polluted')
    expect(({} as { polluted?: number }).polluted).toBe(undefined)
  })

  test('a text as toJSON spoils only itself', () => {
    expect(toObject({ a: { toJSON: 'no function' }, b: 1 }).b).toBe(1)
  })

  test('what lies too deep is undefined, and the stack holds', () => {
    const chain = (depth: number) => {
      let deepest: object = { end: true }
      while (depth--) deepest = { next: deepest }
      return deepest
    }
    expect(JSON.stringify(toObject(chain(150)))).toContain('end')
    const text = JSON.stringify(toObject({ chain: chain(1e5), a: 1 }))
    expect(text).not.toContain('end')
    expect(JSON.parse(text)).toMatchObject({ a: 1, chain: { next: { next: {} } } })
  })
})

test('it is a copy all the way down', () => {
  const given = { a: { b: [{ c: 1 }] }, d: new Date(0) }
  const copy = toObject(given)
  given.a.b[0]!.c = 2
  given.a.b.push({ c: 3 })
  given.d.setTime(5e12)
  expect(copy).toEqual({ a: { b: [{ c: 1 }] }, d: '1970-01-01T00:00:00.000Z' })
})

test('what is given stays as it was', () => {
  const given = Object.freeze({ a: Object.freeze([1]) })
  expect(toObject(given)).toEqual({ a: [1] })
  expect(toObject(given).a).not.toBe(given.a)
})
