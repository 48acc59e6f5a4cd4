// @vitest-environment node
/** A value in memory and in several stores, and how they agree. */
import { describe, expect, test, vi } from 'vitest'
import { createKept } from '../../src/stores/kept'
import type { Store } from '../../src/stores/store'

function store(first?: unknown) {
  const map = new Map<string, unknown>(first ? [['key', first]] : [])
  const set = vi.fn((key: string, value: unknown) => void map.set(key, value))
  return { get: (key: string) => map.get(key), set, remove: vi.fn((key: string) => void map.delete(key)), map }
}
type Fake = ReturnType<typeof store>
const held = (...stores: Fake[]) => stores.map(({ map }) => map.get('key'))
/** As the client writes down what was put. */
const save = (one: ReturnType<typeof createKept<string>>) => one.unsaved && one.sync()
const kept = (stores: Store[], heals = true) => createKept<string>('key', () => stores, heals)

test.each<[cookie: string, local: string, memory: string | null]>([
  ['a', 'b', 'a'], ['a', '', 'a'], ['', 'b', 'b'], ['', '', null],
])('stores with "%s" and "%s": the first that knows wins, and heals the rest', (cookie, local, memory) => {
  const stores = [store(cookie), store(local)]
  const id = kept(stores)
  expect(id.sync()).toBe(memory)
  expect(id.value).toBe(memory)
  expect(held(...stores)).toEqual([memory ?? undefined, memory ?? undefined])
})

test('what does not heal leaves the stores as they are', () => {
  const stores = [store(), store('b')]
  expect(kept(stores, false).sync()).toBe('b')
  expect(held(...stores)).toEqual([undefined, 'b'])
})

test('what was put wins over what is stored, once', () => {
  const stores = [store('a'), store('b')]
  const id = kept(stores)
  id.put('mine')
  expect([id.value, ...held(...stores)]).toEqual(['mine', 'a', 'b'])
  expect([id.sync(), ...held(...stores)]).toEqual(['mine', 'mine', 'mine'])
  stores[0]!.map.set('key', 'of another tab')
  expect([id.sync(), ...held(...stores)]).toEqual(['of another tab', 'of another tab', 'of another tab'])
})

test('what is not healing is written too when it was put', () => {
  const stores = [store('a')]
  const traits = kept(stores, false)
  traits.put('b')
  expect([save(traits), ...held(...stores)]).toEqual(['b', 'b'])
})

test('stores that lose everything do not take memory with them: an id is written again', () => {
  const stores = [store('a'), store('a')]
  const id = kept(stores)
  id.sync()
  for (const { map } of stores) map.clear()
  expect([id.sync(), ...held(...stores)]).toEqual(['a', 'a', 'a'])
})

test('an id is written once a page, even if it is there; other values are not', () => {
  const [cookie, local] = [store('a'), store('a')]
  const id = kept([cookie])
  id.sync()
  id.sync()
  kept([local], false).sync()
  expect([cookie.set.mock.calls, local.set.mock.calls]).toEqual([[['key', 'a']], []])
})

describe.each([[undefined], [null]])('put(%s)', (nothing) => {
  test('clears memory at once and the stores with the next sync', () => {
    const stores = [store('a'), store('b')]
    const id = kept(stores)
    id.sync()
    id.put(nothing)
    expect([id.value, ...held(...stores)]).toEqual([null, 'a', 'a'])
    expect([id.sync(), ...held(...stores)]).toEqual([null, undefined, undefined])
  })
})

test('a store that has nothing to remove is left alone', () => {
  const cookie = store()
  kept([cookie]).sync()
  expect([cookie.set.mock.calls, cookie.remove.mock.calls]).toEqual([[], []])
})

test('save writes what was put, and touches no store if nothing was', () => {
  const cookie = store('a')
  const stores = vi.fn(() => [cookie])
  const id = createKept<string>('key', stores, true)
  save(id)
  expect(stores).not.toHaveBeenCalled()
  id.put('b')
  save(id)
  expect(held(cookie)).toEqual(['b'])
  stores.mockClear()
  save(id)
  expect(stores).not.toHaveBeenCalled()
})

test('forget is out of memory only, and forgets what was put as well', () => {
  const cookie = store('a')
  const id = kept([cookie])
  id.put('b')
  id.forget()
  expect([id.value, save(id), ...held(cookie)]).toEqual([null, false, 'a'])
  expect(id.sync()).toBe('a')
})

test('the stores are asked for anew each time', () => {
  const [cookie, session] = [store(), store()]
  let stores: Store[] = []
  const id = createKept<string>('key', () => stores, true)
  id.put('a')
  expect([id.sync(), ...held(cookie, session)]).toEqual(['a', undefined, undefined])
  stores = [session]
  id.sync()
  expect(held(cookie, session)).toEqual([undefined, 'a'])
})
