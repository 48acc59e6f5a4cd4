import { attempt } from './attempt'
import type { Call } from './calls'
import type { Tier } from './consent'
import type { Admitted } from './gate'
import { toObject } from './json'
import { cookieStore, type CookieOptions } from './stores/cookie'
import { createKept, type Kept } from './stores/kept'
import type { Store } from './stores/store'
import { webStorage } from './stores/web-storage'
import type { ID, Traits } from './types'
import { uuid } from './uuid'

/** Named when the first event is built; replaced, never renamed, when somebody else takes over. */
export interface Visitor {
  id?: string | null
}

/** Who made a call, as of that call. */
export interface Who {
  visitor: Visitor
  userId: string | null
  traits: Traits
  groupId: string | null
  groupTraits: Traits
}

/** The option `user` or `group` of analytics.js. */
export interface EntityOptions {
  disable?: boolean
  persist?: boolean
  localStorageFallbackDisabled?: boolean
  cookie?: { key?: string }
  localStorage?: { key?: string }
  storage?: { stores: string[] }
}

export interface IdentityOptions {
  cookie?: CookieOptions
  /** analytics.js: which stores ids may use. An entry that is none of its three makes the whole setting void. */
  storage?: { stores: string[] }
  disableClientPersistence?: boolean
  user?: EntityOptions
  group?: EntityOptions
}

/** `analytics.user()` and `analytics.group()`: each accessor reads, or sets when given a value; null clears. */
export interface User {
  id(id?: ID): ID
  anonymousId(id?: ID): ID
  traits(traits?: Traits | null): Traits | undefined
  identify(id?: ID, traits?: Traits | null): void
  logout(): void
  reset(): void
  load(): void
  save(): void
}
export type Group = User

const STORES = ['cookie', 'localStorage', 'memory']
/** Left behind by the classic library: `ajs_user` is JSON `{ id, traits }`, `_sio` is `anonymous----user`. */
const LEGACY = ['ajs_user', '_sio']
const toId = (id: ID) => id && String(id)

export type Identity = ReturnType<typeof createIdentity>

/** Who the visitor is. Closed until the gate opens: before that it reads nothing, makes up nothing and knows nobody. */
export function createIdentity({ cookie, storage, disableClientPersistence, user = {}, group = {} }: IdentityOptions) {
  const cookies = cookieStore(cookie)
  const local = webStorage('localStorage')
  const session = webStorage('sessionStorage')
  const everywhere = [cookies, local, session]
  let tier: Tier = 'off'
  let visitor: Visitor = {}
  let preset: ID

  /** The cookie comes first: where two stores disagree it wins. */
  function storesOf({ persist, storage: own = storage, localStorageFallbackDisabled }: EntityOptions): Store[] {
    if (disableClientPersistence || persist === false) return []
    if (tier != 'persistent') return tier == 'session' ? [session] : []
    const names = own?.stores.every((name) => STORES.includes(name)) ? own.stores : STORES
    return [cookies, local].filter((store, index) => names.includes(STORES[index]!) && !(index && localStorageFallbackDisabled))
  }

  const entity = (options: EntityOptions, idKey: string, traitsKey: string) => ({
    off: options.disable,
    id: createKept<string>(options.cookie?.key ?? idKey, () => storesOf(options), true),
    traits: createKept<Traits>(options.localStorage?.key ?? traitsKey, () => storesOf(options).filter((store) => store != cookies)),
  })
  type Entity = ReturnType<typeof entity>
  const users = entity(user, 'ajs_user_id', 'ajs_user_traits')
  const groups = entity(group, 'ajs_group_id', 'ajs_group_properties')
  const anonymous = createKept<string>('ajs_anonymous_id', () => storesOf(user), true)
  const all = [users.id, users.traits, groups.id, groups.traits, anonymous] as Kept<unknown>[]

  function sync() {
    for (const kept of all) kept.sync()
    if (visitor.id != anonymous.peek()) visitor = { id: anonymous.peek() }
  }

  function rename(id: ID) {
    visitor = { id }
    anonymous.put(id ?? null)
  }

  /** The rule of `identify` and `group`: another id brings its own traits, the same or none adds to those known. */
  function take({ off, id: kept, traits: known }: Entity, id: ID, traits: Traits) {
    if (off) return
    const other = id && kept.peek() && id != kept.peek()
    known.put(other || id === '' ? traits : { ...known.peek(), ...traits })
    if (id) kept.put(id)
    if (other && kept == users.id) rename(null)
  }

  function clear(...entities: Entity[]) {
    for (const { id, traits } of entities) {
      id.put(null)
      traits.put(null)
    }
    if (entities[0] == users) rename(null)
    sync()
  }

  /** Also what the classic library left, or it would bring the old user back. */
  function reset() {
    clear(users, groups)
    LEGACY.forEach(cookies.remove)
  }

  /** Random, made when first needed; a second tab may have been faster, and then its id is ours. */
  function nameOf(who: Visitor): string | undefined {
    if (tier == 'off' || users.off) return
    if (!who.id) {
      const mine = who == visitor
      who.id = (mine && anonymous.sync()) || uuid()
      if (mine) {
        anonymous.put(who.id)
        anonymous.sync()
      }
    }
    return who.id
  }

  const face = (of: Entity): User => ({
    id(id) {
      if (tier == 'off' || of.off) return null
      if (id !== undefined) of.id.put(toId(id) ?? null)
      return of.id.sync()
    },
    anonymousId(id) {
      if (of == groups) return
      if (tier == 'off') return id ? (preset = id) : null
      if (id === undefined) {
        sync()
        return nameOf(visitor)
      }
      rename(toId(id))
      return anonymous.sync()
    },
    traits(traits) {
      if (of.off) return
      if (tier == 'off') return {}
      if (traits !== undefined) of.traits.put(toObject(traits))
      return { ...of.traits.sync() }
    },
    identify(id, traits) {
      take(of, toId(id), toObject(traits))
      sync()
    },
    logout: reset,
    reset: () => clear(of),
    load() {},
    save() {},
  })

  return {
    user: face(users),
    group: face(groups),
    nameOf,
    /** What the stores say now, where nothing waits to be written. */
    sync,

    /** Writes down what calls have changed. */
    save: () => all.forEach((kept) => kept.save()),

    /** Moves to a tier. Upwards what is stored is read, downwards what the higher tier stored is erased. */
    use(next: Tier): void {
      if (next == tier) return
      const before = storesOf(user)
      tier = next
      const left = before.filter((store) => !storesOf(user).includes(store))
      for (const kept of all) kept.erase(left)
      if (preset) rename(preset)
      preset = null
      sync()
      if (storesOf(user)[0] != cookies) return
      const [classic, sio] = LEGACY.map(cookies.get) as string[]
      const { id, traits } = toObject(attempt(() => JSON.parse(classic!)))
      if (id && !users.id.peek()) take(users, String(id), toObject(traits))
      if (sio && !anonymous.peek()) rename(sio.split('----')[0])
    },

    /** Another tab has reset: what memory still holds is nobody's. */
    reload(): void {
      for (const kept of all) kept.forget()
      sync()
    },

    /** A withdrawal: nobody is known, and nothing of it is left anywhere. */
    forget(): void {
      tier = 'off'
      preset = null
      visitor = {}
      for (const kept of all) {
        kept.forget()
        kept.erase(everywhere)
      }
      LEGACY.forEach(cookies.remove)
    },

    /** Takes in what a call says about the visitor, at once, and says who made it. Writing it down follows in `save`. */
    apply({ type, id, data, options: { anonymousId } }: Admitted<Call>): Who {
      if (typeof anonymousId == 'string') rename(anonymousId)
      if (type == 'identify') take(users, id, data)
      if (type == 'group') take(groups, id, data)
      if (type == 'reset') reset()
      return {
        visitor,
        userId: users.id.peek(),
        traits: users.off ? data : (users.traits.peek() ?? {}),
        groupId: groups.id.peek(),
        groupTraits: groups.off ? data : (groups.traits.peek() ?? {}),
      }
    },
  }
}
