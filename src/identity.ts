import type { Call } from './calls'
import type { Rest } from './conveyor'
import type { Admitted } from './gate'
import type { IdentityOptions } from './identity-options'
import { toObject } from './json'
import type { Kept } from './stores/kept'
import { createVisitor, type Entity } from './stores/visitor'
import type { Store } from './stores/store'
import type { ID, Traits } from './types'
import { User, type Group, type Who } from './user'
import { uuid } from './uuid'

/** An empty id is none; undefined asks. */
const toId = (id: ID) => (id == null ? id : String(id) || null)
/** How long what was read holds for the events that follow, in milliseconds: a slice of the conveyor. */
const GLANCE = 10
/** Before a new visitor's id is looked up again: another tab may have made one as well. */
const NAMING = 5

export type Identity = ReturnType<typeof createIdentity>

/**
 * Who the visitor is. Closed until the gate opens: before that it reads nothing, makes up nothing and knows nobody.
 * @param extra stores beside cookie and localStorage, which a withdrawal erases as well
 * @param catchUp applies the calls that have been made and wait for their turn, so that what is read here knows them
 */
export function createIdentity(options: IdentityOptions, extra: Store[], catchUp: () => void) {
  const { user = {} } = options
  const visitor = createVisitor(options, extra)
  const { users, groups, anonymous, all } = visitor
  let read = false
  let looked = 0
  /** The id that was made in this page, and what became of it. */
  let made: string | undefined
  let confirmed: string | null | undefined

  function sync() {
    looked = Date.now()
    if (visitor.known()) visitor.reconcile()
    all.forEach((kept) => kept.sync())
  }

  /** @returns may anybody be known? */
  function wake(): boolean {
    const open = visitor.known()
    if (open && !read) {
      read = true
      // What memory holds moves along.
      for (const kept of all) if (kept.value) kept.put(kept.value)
      visitor.reconcile()
      // The classic library's visitor, where nobody has come since.
      const { id, traits, anonymousId } = visitor.earlier()
      if (id && !users.id.sync()) take(users, id as string, toObject(traits))
      if (anonymousId && !anonymous.sync()) anonymous.put(anonymousId)
      looked = 0
    }
    // Cookies may have been cleared, or another host may have reset.
    if (open && Date.now() - looked > GLANCE) sync()
    return open
  }

  /** Random, and known to other tabs at once. */
  function name() {
    if (user.disable || anonymous.value || anonymous.sync()) return
    anonymous.put((made = uuid()))
    confirmed = undefined
    anonymous.sync()
  }

  /** Another user brings an anonymous id of its own. @returns whether it is another */
  function rename(kept: Kept<string>, id: ID) {
    const other = id && kept.value && id != kept.value
    if (id !== undefined) kept.put(id)
    if (other && kept == users.id) anonymous.put()
    return other
  }

  /** The rule of `identify` and `group`: another id brings its own traits, the same or none adds to those known. */
  function take({ off, id: kept, traits: known }: Entity, id: ID, traits: Traits) {
    if (off) return
    const other = rename(kept, id || undefined)
    known.put(other || id === '' ? traits : { ...known.value, ...traits })
  }

  /** Of a user also what the classic library left, or it would bring the old one back. */
  function clear(of: Entity) {
    of.id.put()
    of.traits.put()
    if (of == users) {
      anonymous.put()
      visitor.forgetEarlier()
    }
    sync()
  }

  /** For what a page asks or says itself, after the calls that it has made. */
  const known = () => (catchUp(), wake())

  const face = (of: Entity): User => Object.assign(new User(), {
    id(id?: ID) {
      if (!known() || of.off) return null
      rename(of.id, toId(id))
      return of.id.sync()
    },
    anonymousId(id?: ID) {
      if (of == groups) return
      const open = known()
      if (of.off) return null
      if (id !== undefined) anonymous.put(toId(id))
      if (!open) return id ?? null
      anonymous.sync()
      if (id === undefined) name()
      return anonymous.value
    },
    traits(traits?: Traits | null) {
      if (of.off) return
      if (!known()) return {}
      if (traits || traits === null) of.traits.put(toObject(traits))
      return { ...of.traits.sync() }
    },
    identify(id?: ID, traits?: Traits | null) {
      known()
      take(of, toId(id), toObject(traits))
      sync()
    },
    logout: () => (known(), clear(of)),
    reset: () => (known(), clear(of)),
    load() {
      return this
    },
    save: () => true,
  })

  return {
    user: face(users),
    group: face(groups) as Group,
    /** What the stores say now. */
    sync,

    /** Of two tabs that named a visitor in the same instant the last to write is right: looked up once, soon after. */
    async confirm(id: string | undefined, rest: Rest): Promise<string | undefined> {
      if (!made || id != made) return id
      if (!confirmed) await rest(NAMING)
      return (confirmed ??= anonymous.sync()) ?? id
    },

    /** From now on things are kept in the usual places, or in these; or, with false, nobody is known at all. */
    use(where: Store[] | boolean): void {
      if (!visitor.use(where)) return
      read = false
      // Soon, but not while the page loads; at the latest when it is needed.
      setTimeout(wake)
    },

    /**
     * Another tab has reset: what memory still holds is nobody's. Looked up when it is needed, not now: what that tab
     * removed from localStorage may be seen here later than its message, and would be healed.
     */
    reload(): void {
      catchUp()
      all.forEach((kept) => kept.forget())
      looked = 0
    },

    /** A withdrawal: nobody is known, and nothing of it is left anywhere. */
    forget: visitor.forget,

    /** Takes in what a call says about the visitor, writes it down, and says who made it. */
    apply({ type, id, data, options: { anonymousId } }: Admitted<Call>): Who {
      const open = wake()
      if (type == 'identify') take(users, id, data)
      if (type == 'group') take(groups, id, data)
      const given = anonymousId && typeof anonymousId != 'object' ? String(anonymousId) : undefined
      if (given && !user.disable) anonymous.put(given)
      if (type == 'reset') [groups, users].forEach(clear)
      else if (open) name()
      all.forEach((kept) => kept.save())
      return {
        known: open,
        anonymousId: (open && (user.disable ? given : anonymous.value)) || undefined,
        userId: users.id.value,
        traits: users.off ? data : (users.traits.value ?? {}),
        groupId: groups.id.value,
        groupTraits: groups.off ? data : (groups.traits.value ?? {}),
      }
    },
  }
}
