/** Who the visitor is, with the cookies and localStorage of a browser. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Call } from '../../src/calls'
import type { Admitted } from '../../src/gate'
import { createIdentity } from '../../src/identity'
import type { Store } from '../../src/stores/store'
import type { ID, Traits } from '../../src/types'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const cookies = (): Record<string, string> => Object.fromEntries(
  document.cookie.split('; ').filter(Boolean).map((pair) => pair.split(/=(.*)/).slice(0, 2).map(decodeURIComponent)))
const setCookie = (name: string, value: string) => {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/`
}
const stored = () => Object.fromEntries(Object.keys(localStorage).map((key) => [key, localStorage.getItem(key)]))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  localStorage.clear()
  for (const name of Object.keys(cookies())) document.cookie = `${name}=; path=/; max-age=0`
})

const call = (type: Call['type'], id?: ID, data: Traits = {}, options: Call['options'] = {}) =>
  ({ type, id, data, options }) as Admitted<Call>
function setUp(where: boolean | Store[] | undefined = true, extra: Store[] = []) {
  const catchUp = vi.fn()
  const identity = createIdentity({}, extra, catchUp)
  if (where !== undefined) identity.use(where)
  return { ...identity, identity, catchUp }
}

describe('before the gate opens', () => {
  test('nothing is read, made up or written, whatever is asked', async () => {
    setCookie('ajs_user_id', 'stored')
    localStorage.setItem('ajs_user_traits', '{"a":1}')
    const touched = [
      vi.spyOn(Document.prototype, 'cookie', 'get'),
      vi.spyOn(Document.prototype, 'cookie', 'set'),
      ...(['getItem', 'setItem', 'removeItem'] as const).map((method) => vi.spyOn(Storage.prototype, method)),
    ]
    const { user, group, apply } = createIdentity({}, [], () => {})
    expect([user.id(), user.anonymousId(), user.traits()]).toEqual([null, null, {}])
    expect([group.id(), group.traits()]).toEqual([null, {}])
    expect([user.anonymousId('given'), user.id('u')]).toEqual(['given', null])
    user.identify('u', { b: 1 })
    expect(apply(call('track')).anonymousId).toBe(undefined)
    await vi.runAllTimersAsync()
    for (const spy of touched) expect(spy).not.toHaveBeenCalled()
  })

  test('nobody has traits, whatever is said of them', () => {
    const { user } = setUp(false)
    expect([user.traits({ a: 1 }), user.traits()]).toEqual([{}, {}])
  })

  test('a leave that is taken then holds for what the stores have', () => {
    setCookie('ajs_anonymous_id', 'old')
    setCookie('ajs_user_id', 'old')
    const { identity } = setUp(false)
    identity.apply(call('reset'))
    identity.use(true)
    expect(identity.apply(call('track'))).toMatchObject({ anonymousId: expect.stringMatching(UUID), userId: null })
  })

  test('what was said then moves into the stores, and wins over what they have', () => {
    setCookie('ajs_anonymous_id', 'old')
    const { identity, user } = setUp(false)
    user.anonymousId('given')
    user.identify('u', { a: 1 })
    identity.use(true)
    expect([user.anonymousId(), user.id(), user.traits()]).toEqual(['given', 'u', { a: 1 }])
    expect(cookies()).toEqual({ ajs_anonymous_id: 'given', ajs_user_id: 'u' })
  })
})

test('the stores are read when somebody asks, not while the page loads', async () => {
  setCookie('ajs_user_id', 'u')
  const { user } = setUp()
  await vi.runAllTimersAsync()
  expect(stored()).toEqual({})
  expect(user.id()).toBe('u')
  expect(stored()).toEqual({ ajs_user_id: '"u"' })
})

test('who is known moves at once when the places change: the page may end without another call', () => {
  const { identity, apply } = setUp()
  const { anonymousId } = apply(call('track'))
  identity.use([])
  expect(cookies()).toEqual({})
  identity.use(true)
  expect(cookies()).toEqual({ ajs_anonymous_id: anonymousId })
})

test('a visitor is named once, in both stores, and known on the next page', () => {
  const { apply, user } = setUp()
  const { anonymousId, ...rest } = apply(call('track'))
  expect(anonymousId).toMatch(UUID)
  expect(rest).toEqual({ known: true, userId: null, traits: {}, groupId: null, groupTraits: {} })
  expect([apply(call('page')).anonymousId, user.anonymousId()]).toEqual([anonymousId, anonymousId])
  expect([cookies(), stored()]).toEqual([
    { ajs_anonymous_id: anonymousId }, { ajs_anonymous_id: JSON.stringify(anonymousId) },
  ])
  expect(setUp().apply(call('track')).anonymousId).toBe(anonymousId)
})

test('an anonymousId among the options of a call stays', () => {
  const { apply } = setUp()
  expect(apply(call('track', null, {}, { anonymousId: 'given' })).anonymousId).toBe('given')
  expect([apply(call('track')).anonymousId, cookies().ajs_anonymous_id]).toEqual(['given', 'given'])
})

test.each<[what: string, id: ID, who: string, traits: Traits, sameVisitor: boolean]>([
  ['the same id adds', 'u', 'u', { a: 1, b: 2 }, true],
  ['no id adds', null, 'u', { a: 1, b: 2 }, true],
  ['another id replaces, and is another visitor', 'v', 'v', { b: 2 }, false],
  ['an empty id replaces and names nobody', '', 'u', { b: 2 }, true],
])('identify: %s', (_, id, userId, traits, sameVisitor) => {
  const { apply, user } = setUp()
  const first = apply(call('identify', 'u', { a: 1 }))
  const group = apply(call('group', 'g', { s: 1 }))
  expect(first).toMatchObject({ userId: 'u', traits: { a: 1 } })
  const next = apply(call('identify', id, { b: 2 }))
  expect(next).toMatchObject({ userId, traits, groupId: 'g', groupTraits: { s: 1 } })
  expect(next.anonymousId == first.anonymousId).toBe(sameVisitor)
  expect(next.anonymousId).toMatch(UUID)
  expect([user.id(), user.traits(), cookies().ajs_user_id]).toEqual([userId, traits, userId])
  expect(stored().ajs_user_traits).toBe(JSON.stringify(traits))
  expect(group.anonymousId).toBe(first.anonymousId)
})

test('an empty id of somebody who has none adds as well', () => {
  const { apply } = setUp()
  apply(call('identify', null, { a: 1 }))
  expect(apply(call('identify', '', { b: 2 }))).toMatchObject({ userId: null, traits: { a: 1, b: 2 } })
})

test('an anonymous id that is taken away is not there until the next event', () => {
  const { apply, identity } = setUp()
  const { anonymousId } = apply(call('track'))
  apply(call('anonymousId', null, {}, { anonymousId: null }))
  expect([cookies(), stored()]).toEqual([{}, {}])
  expect(identity.apply(call('track')).anonymousId).not.toBe(anonymousId)
})

test('the first identify keeps the visitor; another group keeps visitor and user', () => {
  const { apply } = setUp()
  const { anonymousId } = apply(call('track'))
  expect(apply(call('identify', 'u')).anonymousId).toBe(anonymousId)
  apply(call('group', 'g', { a: 1 }))
  expect(apply(call('group', 'h', { b: 1 }))).toMatchObject({
    anonymousId, userId: 'u', groupId: 'h', groupTraits: { b: 1 },
  })
})

test('reset forgets everybody and goes on with somebody new', () => {
  setCookie('_sio', 'classic----user')
  const { identity, apply, user } = setUp()
  apply(call('identify', 'u', { a: 1 }))
  const { anonymousId } = apply(call('group', 'g', { b: 1 }))
  expect(anonymousId).toBe('classic')
  identity.apply(call('reset'))
  expect([cookies(), stored()]).toEqual([{}, {}])
  expect([user.id(), user.traits()]).toEqual([null, {}])
  expect(apply(call('track')).anonymousId).toMatch(UUID)
  expect(cookies().ajs_anonymous_id).not.toBe(anonymousId)
})

test('erase takes all away, also what stands in other stores and what the classic library left', () => {
  setCookie('ajs_user', '{"id":"c"}')
  setCookie('unrelated', '1')
  localStorage.setItem('unrelated', '1')
  const session = new Map<string, unknown>([['ajs_anonymous_id', 's']])
  const store: Store = { get: (key) => session.get(key), set: () => {}, remove: (key) => void session.delete(key) }
  const { apply, erase, user, identity } = setUp(true, [store])
  const { anonymousId } = apply(call('group', 'g', { b: 1 }))
  erase()
  expect([cookies(), stored(), [...session]]).toEqual([{ unrelated: '1' }, { unrelated: '1' }, []])
  expect([user.id(), user.anonymousId(), user.traits(), apply(call('track')).anonymousId]).toEqual(
    [null, null, {}, undefined])
  expect(cookies()).toEqual({ unrelated: '1' })
  identity.use(true)
  expect(apply(call('track')).anonymousId).not.toBe(anonymousId)
})

describe('two tabs', () => {
  test('of two that named a visitor at once the last to write is right', async () => {
    const { apply, confirm } = setUp()
    const { anonymousId } = apply(call('track'))
    const rest = vi.fn(async () => setCookie('ajs_anonymous_id', 'other'))
    expect(await confirm('elsewhere', rest)).toBe('elsewhere')
    expect(rest).not.toHaveBeenCalled()
    expect([await confirm(anonymousId, rest), await confirm(anonymousId, rest)]).toEqual(['other', 'other'])
    expect(rest).toHaveBeenCalledOnce()
    expect(apply(call('track')).anonymousId).toBe('other')
  })

  test('an id that was found needs no confirmation', async () => {
    setCookie('ajs_anonymous_id', 'found')
    const { apply, confirm } = setUp()
    const rest = vi.fn()
    expect(await confirm(apply(call('track')).anonymousId, rest)).toBe('found')
    expect(rest).not.toHaveBeenCalled()
  })

  test('after the reset of another, memory is nobody\'s', () => {
    const { apply, reload, user, catchUp } = setUp()
    apply(call('identify', 'u', { a: 1 }))
    setUp().apply(call('reset'))
    reload()
    expect([catchUp.mock.calls.length, user.id(), user.traits()]).toEqual([1, null, {}])
  })
})

describe('logout and reset of one', () => {
  test('a user that logs out takes traits, anonymous id and what the classic library left; the group stays', () => {
    setCookie('_sio', 'classic----user')
    const { apply, user, group } = setUp()
    apply(call('identify', 'u', { a: 1 }))
    apply(call('group', 'g', { b: 1 }))
    user.logout()
    expect([user.id(), user.traits(), group.id(), group.traits()]).toEqual([null, {}, 'g', { b: 1 }])
    expect(cookies()).toEqual({ ajs_group_id: 'g' })
    expect(apply(call('track')).anonymousId).toMatch(UUID)
  })

  test('a group that is left leaves the user alone', () => {
    const { apply, user, group } = setUp()
    const { anonymousId } = apply(call('identify', 'u', { a: 1 }))
    apply(call('group', 'g', { b: 1 }))
    group.logout()
    expect([group.id(), group.traits()]).toEqual([null, {}])
    expect([user.id(), user.traits(), user.anonymousId()]).toEqual(['u', { a: 1 }, anonymousId])
  })
})

describe('the setters', () => {
  test('another user id brings another anonymous id, the first one and none do not', () => {
    const { user } = setUp()
    const anonymousId = user.anonymousId()
    user.id('u')
    expect(user.anonymousId()).toBe(anonymousId)
    user.id(null)
    user.id('u')
    expect(user.anonymousId()).toBe(anonymousId)
    user.id('v')
    expect(user.anonymousId()).not.toBe(anonymousId)
  })

  test('0 is an id and an empty one is none', () => {
    const { user } = setUp()
    expect([user.id(0 as never), user.id('')]).toEqual(['0', null])
    expect(user.anonymousId('')).toBe(null)
  })

  test('what is no object reads traits and changes nothing; null clears them', () => {
    const { user } = setUp()
    user.traits({ a: 1 })
    expect([user.traits(false as never), user.traits(), user.traits(null)]).toEqual([{ a: 1 }, { a: 1 }, {}])
  })

  test('save says that it did, and load gives the user', () => {
    const { user } = setUp()
    expect([user.save(), user.load()]).toEqual([true, user])
  })
})

describe('the anonymous id of a call', () => {
  test.each([['given', 'given'], [77 as never, '77']])('%j stays, also as another user comes with it', (given, id) => {
    const { apply } = setUp()
    apply(call('identify', 'u'))
    expect(apply(call('identify', 'v', {}, { anonymousId: given })).anonymousId).toBe(id)
    expect(apply(call('track')).anonymousId).toBe(id)
  })

  test.each([[''], [null], [{}]])('%j is none', (given) => {
    const { apply } = setUp()
    const { anonymousId } = apply(call('track'))
    expect(apply(call('track', null, {}, { anonymousId: given as never })).anonymousId).toBe(anonymousId)
  })
})

describe('between the hosts of a domain, which share cookies and not localStorage', () => {
  const elsewhere = () => {
    setCookie('ajs_anonymous_id', 'new')
    localStorage.setItem('ajs_anonymous_id', '"old"')
    localStorage.setItem('ajs_user_id', '"u1"')
    localStorage.setItem('ajs_user_traits', '{"email":"u1@example.com"}')
    localStorage.setItem('ajs_group_id', '"g"')
  }

  test('after a reset or a withdrawal on another nobody comes back from localStorage', () => {
    elsewhere()
    const { apply, user } = setUp()
    expect(apply(call('track'))).toMatchObject({ anonymousId: 'new', userId: null, traits: {}, groupId: null })
    expect([user.id(), stored()]).toEqual([null, { ajs_anonymous_id: '"new"' }])
  })

  test('a user that came on another does not get the traits of the one before', () => {
    setCookie('ajs_anonymous_id', 'same')
    setCookie('ajs_user_id', 'u2')
    localStorage.setItem('ajs_anonymous_id', '"same"')
    localStorage.setItem('ajs_user_id', '"u1"')
    localStorage.setItem('ajs_user_traits', '{"email":"u1@example.com"}')
    expect(setUp().apply(call('identify', null, { seen: 1 }))).toMatchObject({ userId: 'u2', traits: { seen: 1 } })
  })

  test('nor does who was known in a page that stayed open all the while', () => {
    const { apply, user } = setUp()
    apply(call('identify', 'u1', { email: 'u1@example.com' }))
    apply(call('group', 'g', { b: 1 }))
    for (const name of Object.keys(cookies())) document.cookie = `${name}=; path=/; max-age=0`
    setCookie('ajs_anonymous_id', 'new')
    vi.setSystemTime(Date.now() + 11)
    expect(apply(call('track'))).toMatchObject({
      anonymousId: 'new', userId: null, traits: {}, groupId: null, groupTraits: {},
    })
    expect([user.id(), cookies(), stored()]).toEqual([
      null, { ajs_anonymous_id: 'new' }, { ajs_anonymous_id: '"new"' },
    ])
  })

  test('nor where another page of this host has written down who came', () => {
    const { apply } = setUp()
    apply(call('identify', 'u1', { email: 'u1@example.com' }))
    for (const store of [localStorage, { setItem: (key: string, id: string) => setCookie(key, JSON.parse(id)) }]) {
      store.setItem('ajs_anonymous_id', '"new"')
      store.setItem('ajs_user_id', '"u2"')
    }
    localStorage.removeItem('ajs_user_traits')
    vi.setSystemTime(Date.now() + 11)
    expect(apply(call('identify', null, { seen: 1 }))).toMatchObject({ userId: 'u2', traits: { seen: 1 } })
  })

  test('a group that came on another does not get the traits of the one before', () => {
    setCookie('ajs_anonymous_id', 'same')
    setCookie('ajs_group_id', 'g2')
    localStorage.setItem('ajs_group_id', '"g1"')
    localStorage.setItem('ajs_group_properties', '{"name":"One"}')
    expect(setUp().apply(call('group', null, { seen: 1 }))).toMatchObject({ groupId: 'g2', groupTraits: { seen: 1 } })
  })

  test('another tab\'s new user keeps the traits that this tab has not heard of', () => {
    const { apply } = setUp()
    apply(call('identify', 'a', { plan: 'free' }))
    setUp().apply(call('identify', 'b', { plan: 'pro' }))
    vi.setSystemTime(Date.now() + 11)
    expect(apply(call('track'))).toMatchObject({ userId: 'b', traits: { plan: 'pro' } })
    expect(setUp().user.traits()).toEqual({ plan: 'pro' })
  })

  test('what the page itself has just said is not of somebody else', () => {
    setCookie('ajs_anonymous_id', 'old')
    localStorage.setItem('ajs_anonymous_id', '"older"')
    const { identity, user } = setUp(false)
    user.anonymousId('given')
    user.identify('u', { a: 1 })
    identity.use(true)
    expect([user.anonymousId(), user.id(), user.traits()]).toEqual(['given', 'u', { a: 1 }])
  })

  test('where the cookies are gone localStorage brings them back', () => {
    localStorage.setItem('ajs_anonymous_id', '"old"')
    localStorage.setItem('ajs_user_id', '"u1"')
    localStorage.setItem('ajs_user_traits', '{"a":1}')
    expect(setUp().apply(call('track'))).toMatchObject({ anonymousId: 'old', userId: 'u1', traits: { a: 1 } })
    expect(cookies()).toEqual({ ajs_anonymous_id: 'old', ajs_user_id: 'u1' })
  })
})

test('an event of a later slice looks again: what was cleared is written, what another host said holds', () => {
  const { apply } = setUp()
  apply(call('identify', 'u'))
  for (const name of Object.keys(cookies())) document.cookie = `${name}=; path=/; max-age=0`
  vi.setSystemTime(Date.now() + 11)
  expect(apply(call('track')).userId).toBe('u')
  expect(cookies().ajs_user_id).toBe('u')
  setCookie('ajs_anonymous_id', 'another')
  vi.setSystemTime(Date.now() + 11)
  expect(apply(call('track')).anonymousId).toBe('another')
})

test('who has come elsewhere is known from the next line on, and is nobody\'s to erase', () => {
  const held = new Map<string, unknown>()
  const session: Store = {
    get: (key) => held.get(key), set: (key, value) => void held.set(key, value), remove: (key) => void held.delete(key),
  }
  const { identity } = setUp([session], [session])
  identity.apply(call('identify', 'u'))
  held.set('ajs_anonymous_id', 'another').set('ajs_user_id', 'v')
  identity.reload(true)
  expect(identity.apply(call('track'))).toMatchObject({ anonymousId: 'another', userId: 'v' })
})

test('an id that is asked for is written down at once', () => {
  const { user } = setUp()
  const id = user.anonymousId()
  expect(cookies().ajs_anonymous_id).toBe(id)
})

test('a page that is shown again before anybody asked has not read yet: memory does not win', () => {
  setCookie('ajs_anonymous_id', 'old')
  const { identity } = setUp()
  identity.reload(true)
  setCookie('ajs_anonymous_id', 'new')
  vi.advanceTimersByTime(100)
  expect(identity.apply(call('track')).anonymousId).toBe('new')
  expect(cookies().ajs_anonymous_id).toBe('new')
})

test('the id moves to other stores even if nobody had asked for it', () => {
  const held = new Map<string, unknown>([['ajs_anonymous_id', 'S']])
  const session: Store = {
    get: (key) => held.get(key), set: (key, value) => void held.set(key, value), remove: (key) => void held.delete(key),
  }
  const { identity } = setUp([session], [session])
  vi.advanceTimersByTime(100)
  identity.use(true)
  expect(identity.apply(call('track')).anonymousId).toBe('S')
  expect(held.size).toBe(0)
})

test('an event that waits for its id to be confirmed keeps it when another tab has reset meanwhile', async () => {
  const { identity } = setUp()
  const { anonymousId } = identity.apply(call('track'))
  let goOn = () => {}
  const confirmed = identity.confirm(anonymousId, () => new Promise<void>((resolve) => (goOn = resolve)))
  setCookie('ajs_anonymous_id', 'next')
  localStorage.clear()
  identity.reload()
  goOn()
  expect(await confirmed).toBe(anonymousId)
})
