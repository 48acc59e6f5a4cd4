/** Where identity is kept, and what the page may ask and say of it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Call } from '../../src/calls'
import type { Admitted } from '../../src/gate'
import { createIdentity } from '../../src/identity'
import type { IdentityOptions } from '../../src/identity-options'
import type { Store } from '../../src/stores/store'
import { Group, User } from '../../src/user'

const cookieNames = () => document.cookie.split('; ').filter(Boolean).map((pair) => pair.split('=')[0]!).sort()
const setCookie = (name: string, value: string) => {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/`
}
const cookies = () => Object.fromEntries(document.cookie.split('; ').filter(Boolean).map((pair) => pair.split('=')))
const call = (type: Call['type'], id?: string | null, data = {}, options = {}) =>
  ({ type, id, data, options }) as unknown as Admitted<Call>

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  localStorage.clear()
  for (const name of cookieNames()) document.cookie = `${name}=; path=/; max-age=0`
})

function setUp(options: IdentityOptions = {}, where: boolean | Store[] = true) {
  const catchUp = vi.fn()
  const identity = createIdentity(options, [], catchUp)
  identity.use(where)
  return { ...identity, identity, catchUp }
}

const ids = ['ajs_anonymous_id', 'ajs_group_id', 'ajs_user_id']
const traits = ['ajs_group_properties', 'ajs_user_traits']
const both = [...ids, ...traits].sort()

test.each<[options: IdentityOptions, cookies: string[], local: string[]]>([
  [{}, ids, both],
  [{ disableClientPersistence: true }, [], []],
  [{ user: { persist: false } }, ['ajs_group_id'], ['ajs_group_id', 'ajs_group_properties']],
  [{ storage: { stores: ['cookie'] } }, ids, []],
  [{ storage: { stores: ['localStorage'] } }, [], both],
  [{ storage: { stores: ['localStorage', 'cookie'] } }, ids, both],
  [{ storage: { stores: ['memory'] } }, [], []],
  [{ storage: { stores: ['cookie', 'sessionStorage'] } }, ids, both],
  [{ group: { storage: { stores: ['memory'] } } }, ['ajs_anonymous_id', 'ajs_user_id'],
    ['ajs_anonymous_id', 'ajs_user_id', 'ajs_user_traits']],
  [{ user: { localStorageFallbackDisabled: true }, group: { localStorageFallbackDisabled: true } }, ids, []],
  [{ user: { cookie: { key: 'uid' }, localStorage: { key: 'traits' } } }, ['ajs_anonymous_id', 'ajs_group_id', 'uid'],
    ['ajs_anonymous_id', 'ajs_group_id', 'ajs_group_properties', 'traits', 'uid']],
  [{ user: { disable: true } }, ['ajs_group_id'], ['ajs_group_id', 'ajs_group_properties']],
])('%j', (options, cookies, local) => {
  const { apply, erase } = setUp(options)
  apply(call('identify', 'u', { a: 1 }))
  apply(call('group', 'g', { b: 1 }))
  expect([cookieNames(), Object.keys(localStorage).sort()]).toEqual([cookies, local])
  erase()
  expect([cookieNames(), Object.keys(localStorage)]).toEqual([[], []])
})

test('memory answers where nothing is kept', () => {
  const { apply, user } = setUp({ disableClientPersistence: true })
  const { anonymousId } = apply(call('identify', 'u', { a: 1 }))
  expect(apply(call('track'))).toMatchObject({ anonymousId, userId: 'u', traits: { a: 1 } })
  expect([user.id(), user.traits(), user.anonymousId()]).toEqual(['u', { a: 1 }, anonymousId])
})

test('a user that is switched off is nobody, and a call carries its own traits', () => {
  setCookie('ajs_user_id', 'stored')
  const { apply, user, group } = setUp({ user: { disable: true } })
  const who = { anonymousId: undefined, userId: null, traits: { a: 1 } }
  expect(apply(call('identify', 'u', { a: 1 }))).toMatchObject(who)
  expect([user.id(), user.id('x'), user.traits(), group.id('g')]).toEqual([null, null, undefined, 'g'])
})

test('a group that is switched off is nobody, and a call carries its own traits', () => {
  const { apply, group } = setUp({ group: { disable: true } })
  const traits = { a: 1 }
  expect(apply(call('group', 'g', traits))).toMatchObject({ groupId: null, groupTraits: traits, traits: {} })
  expect(apply(call('track'))).toMatchObject({ groupId: null })
  expect([group.id(), group.id('x'), group.traits()]).toEqual([null, null, undefined])
})

describe('moving', () => {
  function session() {
    const map = new Map<string, unknown>()
    const store: Store = {
      get: (key) => map.get(key), set: (key, value) => void map.set(key, value), remove: (key) => void map.delete(key),
    }
    return { map, store }
  }

  test('to a shorter life: the same visitor, and the longer one is erased', () => {
    const { map, store } = session()
    const { identity, apply } = setUp()
    const { anonymousId } = apply(call('identify', 'u', { a: 1 }))
    identity.use([store])
    expect([cookieNames(), Object.keys(localStorage)]).toEqual([[], []])
    expect(apply(call('track'))).toMatchObject({ anonymousId, userId: 'u', traits: { a: 1 } })
    expect(Object.fromEntries(map)).toEqual(
      { ajs_anonymous_id: anonymousId, ajs_user_id: 'u', ajs_user_traits: { a: 1 } })
  })

  test('to a longer one, after a time in memory', () => {
    const { identity, apply } = setUp({}, [])
    const { anonymousId } = apply(call('identify', 'u', { a: 1 }))
    expect([cookieNames(), Object.keys(localStorage)]).toEqual([[], []])
    identity.use(true)
    expect(apply(call('track'))).toMatchObject({ anonymousId, userId: 'u', traits: { a: 1 } })
    expect(cookieNames()).toEqual(['ajs_anonymous_id', 'ajs_user_id'])
  })
})

describe('the visitor of the classic library', () => {
  const arrives = (user = '{"id":7,"traits":{"a":1}}', sio = 'anon----user') => {
    setCookie('ajs_user', user)
    setCookie('_sio', sio)
  }

  test('is taken over, and not as a group', () => {
    arrives()
    expect(setUp().apply(call('track'))).toEqual(
      { known: true, anonymousId: 'anon', userId: '7', traits: { a: 1 }, groupId: null, groupTraits: {} })
  })

  test('is somebody of old where somebody has come since', () => {
    arrives()
    setCookie('ajs_user_id', 'new')
    localStorage.setItem('ajs_anonymous_id', '"new-anon"')
    expect(setUp().apply(call('track'))).toMatchObject({ anonymousId: 'new-anon', userId: 'new', traits: {} })
  })

  test.each(['{"broken', '"text"', 'null', '{"traits":{"a":1}}'])('ajs_user that is %s names nobody', (text) => {
    arrives(text)
    expect(setUp().apply(call('track'))).toMatchObject({ userId: null, traits: {} })
  })

  test('is not looked for where cookies may not be used', () => {
    arrives()
    expect(setUp({ storage: { stores: ['localStorage'] } }).apply(call('track')).userId).toBe(null)
  })
})

describe('user() and group()', () => {
  test('accessors read, set, and clear', () => {
    const { user, group } = setUp()
    const seven = 7 as never
    expect([user.id('u'), user.id(), user.id(seven), user.id(null), user.id()]).toEqual(['u', 'u', '7', null, null])
    expect([user.anonymousId('a'), user.anonymousId()]).toEqual(['a', 'a'])
    expect([user.traits({ a: 1 }), user.traits({ b: 1 }), user.traits(null)]).toEqual([{ a: 1 }, { b: 1 }, {}])
    expect([group.id('g'), group.anonymousId()]).toEqual(['g', undefined])
    expect([user instanceof User, group instanceof Group, cookieNames()]).toEqual(
      [true, true, ['ajs_anonymous_id', 'ajs_group_id']])
  })

  test('an anonymous id is made when it is asked for, and anew after it was cleared', () => {
    const { user } = setUp()
    const first = user.anonymousId()
    expect([first, user.anonymousId()]).toEqual([expect.stringMatching(/-4/), first])
    expect(user.anonymousId(null)).toBe(null)
    expect(user.anonymousId()).not.toBe(first)
  })

  test('identify keeps the rule; what is handed out and in is a copy', () => {
    const { user } = setUp()
    const given = { a: { b: 1 } }
    user.identify('u', given)
    given.a.b = 2
    user.traits()!.c = 1
    expect(user.traits()).toEqual({ a: { b: 1 } })
    user.identify('v')
    expect([user.id(), user.traits()]).toEqual(['v', {}])
  })

  test('reset of one leaves the other', () => {
    const { user, group, apply } = setUp()
    const { anonymousId } = apply(call('identify', 'u', { a: 1 }))
    apply(call('group', 'g', { b: 1 }))
    group.reset()
    expect([group.id(), group.traits(), user.id(), user.anonymousId()]).toEqual([null, {}, 'u', anonymousId])
    group.id('g')
    user.reset()
    expect([user.id(), user.traits(), group.id()]).toEqual([null, {}, 'g'])
    expect(user.anonymousId()).not.toBe(anonymousId)
  })

  test('calls that were made before the question are in the answer', () => {
    const { identity, user, catchUp } = setUp()
    catchUp.mockImplementation(() => void identity.apply(call('identify', 'u')))
    expect(user.id()).toBe('u')
  })
})

describe('a user that is switched off', () => {
  test('is neither read nor written; an anonymous id given with a call is for that call', () => {
    setCookie('ajs_user_id', 'stored')
    setCookie('ajs_anonymous_id', 'stored')
    const { apply, user } = setUp({ user: { disable: true } })
    expect(apply(call('track'))).toMatchObject({ userId: null, anonymousId: undefined })
    expect([user.anonymousId('set'), user.anonymousId()]).toEqual([null, null])
    expect(apply(call('track', null, {}, { anonymousId: 'given' })).anonymousId).toBe('given')
    expect(apply(call('track')).anonymousId).toBe(undefined)
    expect(cookies()).toEqual({ ajs_user_id: 'stored', ajs_anonymous_id: 'stored' })
  })
})

const unnamed = [{}, { stores: 'cookie' }, { stores: null }]
test.each(unnamed)('storage: %j names no stores, so all are used', (storage) => {
  const { apply } = setUp({ storage: storage as never })
  expect(apply(call('track')).anonymousId).toBe(cookies().ajs_anonymous_id)
})

test('a cookie that says null says nothing', () => {
  const text = 'null'
  setCookie('ajs_user_id', text)
  setCookie('ajs_anonymous_id', text)
  const { userId, anonymousId } = setUp({}).apply(call('track'))
  expect([userId, anonymousId]).toEqual([null, expect.stringMatching(/^[\da-f-]{36}$/)])
})
