import type { Call } from './calls'
import { CLASSIC, readClassicVisitor } from './classic-visitor'
import type { Tier } from './consent'
import type { Admitted } from './gate'
import type { EntityOptions, IdentityOptions } from './identity-options'
import { toObject } from './json'
import { cookieStore } from './stores/cookie'
import { createKept, type Kept } from './stores/kept'
import type { Store } from './stores/store'
import { webStorage } from './stores/web-storage'
import type { ID, Traits } from './types'
import { Group, User } from './user'
import { uuid } from './uuid'

/** Who made a call, as of that call. */
export interface Who {
  /** None while there is no consent to know anybody. */
  anonymousId?: string
  userId: string | null
  traits: Traits
  groupId: string | null
  groupTraits: Traits
}

const STORES = ['cookie', 'localStorage', 'memory']
const toId = (id: ID) => id && String(id)

export type Identity = ReturnType<typeof createIdentity>

/** Who the visitor is. Closed until the gate opens: before that it reads nothing, makes up nothing and knows nobody. */
export function createIdentity({ cookie, storage, disableClientPersistence, user = {}, group = {} }: IdentityOptions) {
  const cookies = cookieStore(cookie)
  const local = webStorage('localStorage')
  const session = webStorage('sessionStorage')
  const everywhere: Store[] = [cookies, local, session]
  let tier: Tier = 'off'
  /** The id that was made in this page, and what became of it. */
  let made: string | undefined
  let confirmed: string | null | undefined

  const storesOfTier = () => (tier == 'persistent' ? [cookies, local] : tier == 'session' ? [session] : [])

  /** The cookie comes first: where two stores disagree it wins. */
  function storesOf({ persist, storage: own = storage, localStorageFallbackDisabled }: EntityOptions): Store[] {
    if (disableClientPersistence || persist === false) return []
    if (tier != 'persistent') return storesOfTier()
    const names = own?.stores.every((name) => STORES.includes(name)) ? own.stores : STORES
    return storesOfTier().filter(
      (store, index) => names.includes(STORES[index]!) && !(index && localStorageFallbackDisabled)
    )
  }

  const entity = (options: EntityOptions, idKey: string, traitsKey: string) => ({
    off: options.disable,
    id: createKept<string>(options.cookie?.key ?? idKey, () => storesOf(options), true),
    traits: createKept<Traits>(
      options.localStorage?.key ?? traitsKey,
      () => storesOf(options).filter((store) => store != cookies),
    ),
  })
  type Entity = ReturnType<typeof entity>
  const users = entity(user, 'ajs_user_id', 'ajs_user_traits')
  const groups = entity(group, 'ajs_group_id', 'ajs_group_properties')
  const anonymous = createKept<string>('ajs_anonymous_id', () => storesOf(user), true)
  const all = [users.id, users.traits, groups.id, groups.traits, anonymous] as Kept<unknown>[]

  const erase = (stores: Store[]) =>
    stores.forEach(({ remove }) => [...all.map(({ key }) => key), ...CLASSIC].forEach(remove))
  const save = () => all.forEach((kept) => kept.save())

  const sync = () => all.forEach((kept) => kept.sync())

  /** Random, made when first needed and known to other tabs at once; see `confirm`. */
  function name() {
    if (anonymous.value || tier == 'off' || user.disable || anonymous.sync()) return
    anonymous.put((made = uuid()))
    confirmed = undefined
    anonymous.sync()
  }

  /** The rule of `identify` and `group`: another id brings its own traits, the same or none adds to those known. */
  function take({ off, id: kept, traits: known }: Entity, id: ID, traits: Traits) {
    if (off) return
    const other = id && kept.value && id != kept.value
    known.put(other || id === '' ? traits : { ...known.value, ...traits })
    if (id) kept.put(id)
    if (other && kept == users.id) anonymous.put()
  }

  function clear(...parts: Kept<never>[]) {
    parts.forEach((kept) => kept.put())
    sync()
  }

  /** Also what the classic library left, or it would bring the old user back. */
  function reset() {
    clear(...(all as Kept<never>[]))
    CLASSIC.forEach(cookies.remove)
  }

  const face = (of: Entity): User => Object.assign(of == users ? new User() : new Group(), {
    id(id?: ID) {
      if (tier == 'off' || of.off) return null
      if (id !== undefined) of.id.put(toId(id))
      return of.id.sync()
    },
    anonymousId(id?: ID) {
      if (of == groups) return
      if (id !== undefined) {
        anonymous.put(toId(id))
        return tier == 'off' ? id : anonymous.sync()
      }
      if (tier != 'off') {
        sync()
        name()
      }
      return tier == 'off' ? null : anonymous.value
    },
    traits(traits?: Traits | null) {
      if (of.off) return
      if (tier == 'off') return {}
      if (traits !== undefined) of.traits.put(toObject(traits))
      return { ...of.traits.sync() }
    },
    identify(id?: ID, traits?: Traits | null) {
      take(of, toId(id), toObject(traits))
      sync()
    },
    logout: reset,
    reset: () =>
      clear(of.id as Kept<never>, of.traits as Kept<never>, ...(of == users ? [anonymous as Kept<never>] : [])),
    load() {},
    save() {},
  })

  return {
    user: face(users),
    group: face(groups) as Group,
    /** What the stores say now, where nothing waits to be written. */
    sync,
    /** Writes down what calls have changed. */
    save,

    /** Of two tabs that named a visitor in the same instant the last to write is right: looked up once, soon after. */
    confirm: (id?: string) => (id && id == made ? ((confirmed ??= anonymous.sync()) ?? id) : id),

    /**
     * Moves to a tier: what is stored there is read, what other tiers stored is erased. `off` leaves all as it is,
     * and untouched.
     */
    use(next: Tier): void {
      if (next == tier) return
      tier = next
      if (next == 'off') return
      erase(everywhere.filter((store) => !storesOfTier().includes(store)))
      // What memory holds moves along.
      for (const kept of all) if (kept.value) kept.put(kept.value)
      // The classic library's visitor, where nobody has come since.
      if (storesOf(user)[0] == cookies) {
        const { id, traits, anonymousId } = readClassicVisitor(cookies.get)
        if (id && !users.id.sync()) take(users, id as string, traits)
        if (anonymousId && !anonymous.sync()) anonymous.put(anonymousId)
      }
      sync()
    },

    /** Another tab has reset: what memory still holds is nobody's. */
    reload(): void {
      all.forEach((kept) => kept.forget())
      sync()
    },

    /** A withdrawal: nobody is known, and nothing of it is left anywhere. */
    forget(): void {
      tier = 'off'
      all.forEach((kept) => kept.forget())
      erase(everywhere)
    },

    /**
     * Takes in what a call says about the visitor, at once, and says who made it. Writing it down follows in
     * `save`.
     */
    apply({ type, id, data, options: { anonymousId } }: Admitted<Call>): Who {
      if (typeof anonymousId == 'string') anonymous.put(anonymousId)
      if (type == 'identify') take(users, id, data)
      if (type == 'group') take(groups, id, data)
      if (type == 'reset') reset()
      else name()
      return {
        anonymousId: (tier != 'off' && anonymous.value) || undefined,
        userId: users.id.value,
        traits: users.off ? data : (users.traits.value ?? {}),
        groupId: groups.id.value,
        groupTraits: groups.off ? data : (groups.traits.value ?? {}),
      }
    },
  }
}
