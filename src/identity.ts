import type { Call } from './calls'
import { CLASSIC, readClassicVisitor } from './classic-visitor'
import type { Admitted } from './gate'
import { leftOf, type EntityOptions, type IdentityOptions } from './identity-options'
import { toObject } from './json'
import { cookieStore } from './stores/cookie'
import { createKept, type Kept } from './stores/kept'
import { local } from './stores/local-storage'
import type { Store } from './stores/store'
import type { ID, Traits } from './types'
import { Group, User, type Who } from './user'
import { uuid } from './uuid'

const toId = (id: ID) => id && String(id)

export type Identity = ReturnType<typeof createIdentity>

/**
 * Who the visitor is. Closed until the gate opens: before that it reads nothing, makes up nothing and knows nobody.
 * @param extra stores beside cookie and localStorage, which a withdrawal erases as well
 * @param catchUp applies the calls that have been made and wait for their turn, so that what is read here knows them
 */
export function createIdentity(
  { cookie, storage, disableClientPersistence, user = {}, group = {} }: IdentityOptions,
  extra: Store[],
  catchUp: () => void,
) {
  const cookies = cookieStore(cookie)
  const standard = [cookies, local]
  const everywhere = [...standard, ...extra]
  /** Where things may be kept; undefined while nobody may be known. */
  let stores: Store[] | undefined
  let read = false
  /** The id that was made in this page, and what became of it. */
  let made: string | undefined
  let confirmed: string | null | undefined

  /** The cookie comes first: where two stores disagree it wins. */
  const storesOf = (options: EntityOptions): Store[] =>
    disableClientPersistence || options.persist === false
      ? []
      : stores == standard ? leftOf(standard, { storage, ...options }) : (stores ?? [])

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

  const erase = (from: Store[]) =>
    from.forEach(({ remove }) => [...all.map(({ key }) => key), ...CLASSIC].forEach(remove))
  const sync = () => all.forEach((kept) => kept.sync())

  /** @returns may anybody be known? */
  function wake(): boolean {
    if (stores && !read) {
      read = true
      // What memory holds moves along.
      for (const kept of all) if (kept.value) kept.put(kept.value)
      // The classic library's visitor, where nobody has come since.
      if (storesOf(user)[0] == cookies) {
        const { id, traits, anonymousId } = readClassicVisitor(cookies.get)
        if (id && !users.id.sync()) take(users, id as string, traits)
        if (anonymousId && !anonymous.sync()) anonymous.put(anonymousId)
      }
      sync()
    }
    return !!stores
  }

  /** Random, and known to other tabs at once. */
  function name() {
    if (user.disable || anonymous.value || anonymous.sync()) return
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

  /** For what a page asks or says itself, after the calls that it has made. */
  const known = () => (catchUp(), wake())

  const face = (of: Entity): User => Object.assign(of == users ? new User() : new Group(), {
    id(id?: ID) {
      if (!known() || of.off) return null
      if (id !== undefined) of.id.put(toId(id))
      return of.id.sync()
    },
    anonymousId(id?: ID) {
      if (of == groups) return
      const open = known()
      if (id !== undefined) anonymous.put(toId(id))
      if (!open) return id ?? null
      anonymous.sync()
      if (id === undefined) name()
      return anonymous.value
    },
    traits(traits?: Traits | null) {
      if (of.off) return
      if (!known()) return {}
      if (traits !== undefined) of.traits.put(toObject(traits))
      return { ...of.traits.sync() }
    },
    identify(id?: ID, traits?: Traits | null) {
      known()
      take(of, toId(id), toObject(traits))
      sync()
    },
    logout: reset,
    reset() {
      known()
      clear(of.id as Kept<never>, of.traits as Kept<never>, ...(of == users ? [anonymous as Kept<never>] : []))
    },
    load() {},
    save() {},
  })

  return {
    user: face(users),
    group: face(groups) as Group,
    /** What the stores say now. */
    sync,

    /** Was an id made that nobody has confirmed? */
    unconfirmed: () => made && !confirmed,
    /** Of two tabs that named a visitor in the same instant the last to write is right: looked up once, soon after. */
    confirm: (id?: string) => (id && id == made ? ((confirmed ??= anonymous.sync()) ?? id) : id),

    /** From now on things are kept in the usual places, or in these; or, with false, nobody is known at all. */
    use(where: Store[] | boolean): void {
      const next = where === true ? standard : where || undefined
      if (next == stores) return
      stores = next
      read = false
      // Soon, but not while the page loads; at the latest when it is needed.
      setTimeout(wake)
      if (next) erase(everywhere.filter((store) => !next.includes(store)))
    },

    /** Another tab has reset: what memory still holds is nobody's. */
    reload(): void {
      catchUp()
      all.forEach((kept) => kept.forget())
      sync()
    },

    /** A withdrawal: nobody is known, and nothing of it is left anywhere. */
    forget(): void {
      stores = undefined
      all.forEach((kept) => kept.forget())
      erase(everywhere)
    },

    /** Takes in what a call says about the visitor, writes it down, and says who made it. */
    apply({ type, id, data, options: { anonymousId } }: Admitted<Call>): Who {
      const open = wake()
      if (typeof anonymousId == 'string') anonymous.put(anonymousId)
      if (type == 'identify') take(users, id, data)
      if (type == 'group') take(groups, id, data)
      if (type == 'reset') reset()
      else if (open) name()
      all.forEach((kept) => kept.save())
      return {
        anonymousId: (open && anonymous.value) || undefined,
        userId: users.id.value,
        traits: users.off ? data : (users.traits.value ?? {}),
        groupId: groups.id.value,
        groupTraits: groups.off ? data : (groups.traits.value ?? {}),
      }
    },
  }
}
