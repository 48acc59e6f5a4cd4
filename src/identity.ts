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

/** An empty id is none: null. Undefined stays, as it asks. */
const toId = (id: ID) => (id == null ? id : String(id) || null)
/** How long what was read holds for the events that follow: a slice of the conveyor. */
const FRESH_MS = 10
/** When a new visitor's id is looked up again: another tab may have made one as well. */
const CONFIRM_MS = 5

export type Identity = ReturnType<typeof createIdentity>

/**
 * Who the visitor is. Closed until the gate opens: before that it reads nothing, makes up nothing and knows nobody.
 * @param extra stores beside cookie and localStorage, which a withdrawal erases as well
 * @param catchUp applies the calls that have been made and wait for their turn, so that what is read here knows them
 */
export function createIdentity(options: IdentityOptions, extra: Store[], catchUp: () => void) {
  const visitor = createVisitor(options, extra)
  const { keptUser, keptGroup, keptAnonymousId, allKept } = visitor
  let wasRead = false
  let lastSync = 0
  /** The id that was made in this page, and what became of it. */
  let madeId: string | undefined
  let confirmedId: string | null | undefined

  function sync() {
    lastSync = Date.now()
    // What is said, or taken away, while nobody may be known holds for the stores as soon as there are any.
    if (!visitor.isOpen()) return
    visitor.reconcile()
    allKept.forEach((kept) => kept.sync())
  }

  /** Reads what is kept, if anybody may be known and it was not read just now. @returns may anybody be known? */
  function wake(): boolean {
    if (!visitor.isOpen()) return false
    if (!wasRead) {
      wasRead = true
      // What memory holds moves along.
      for (const kept of allKept) if (kept.value) kept.put(kept.value)
      // The classic library's visitor, where nobody has come since, nor taken leave while undecided.
      if (keptUser.id.unsaved) visitor.forgetClassic()
      sync()
      const { id, traits, anonymousId } = visitor.readClassic()
      if (id && !keptUser.id.value) identify(keptUser, id as string, toObject(traits))
      if (anonymousId && !keptAnonymousId.value) keptAnonymousId.put(anonymousId)
    }
    // Cookies may have been cleared, or another host may have reset.
    if (Math.abs(Date.now() - lastSync) > FRESH_MS) sync()
    return true
  }

  /** Random, and known to other tabs at once. */
  function makeAnonymousId() {
    if (keptAnonymousId.value || keptAnonymousId.sync()) return
    setAnonymousId((madeId = uuid()))
    keptAnonymousId.sync()
  }

  function setAnonymousId(id?: ID) {
    // One that was said, or taken away, here is not looked up.
    if (id != madeId) madeId = undefined
    confirmedId = undefined
    keptAnonymousId.put(id)
  }

  /** Another user brings an anonymous id of its own. @returns whether it is another */
  function setId(kept: Kept<string>, id: ID) {
    const other = id && kept.value && id != kept.value
    if (id !== undefined) kept.put(id)
    if (other && kept == keptUser.id) setAnonymousId()
    return other
  }

  /** The rule of `identify` and `group`: another id brings its own traits, the same or none adds to those known. */
  function identify({ off, id: keptId, traits: keptTraits }: Entity, id: ID, traits: Traits) {
    if (off) return
    const other = setId(keptId, id || undefined)
    keptTraits.put(other || (id === '' && keptId.value) ? traits : { ...keptTraits.value, ...traits })
  }

  /** Of a user also what the classic library left, or it would bring the old one back. */
  function clear(of: Entity) {
    of.id.put()
    of.traits.put()
    if (of == keptUser) {
      setAnonymousId()
      visitor.forgetClassic()
    }
    sync()
  }

  /** For what a page asks or says itself: after the calls that it has made. @returns may anybody be known? */
  const wakeForPage = () => (catchUp(), wake())

  const toUser = (of: Entity): User => Object.assign(new User(), {
    id(id?: ID) {
      if (!wakeForPage() || of.off) return null
      // The anonymous id of the user before goes from the stores too.
      if (setId(of.id, toId(id))) sync()
      return of.id.sync()
    },
    anonymousId(id?: ID) {
      if (of == keptGroup) return
      const open = wakeForPage()
      if (of.off) return null
      if (id !== undefined) setAnonymousId(toId(id))
      if (!open) return id ?? null
      keptAnonymousId.sync()
      if (id === undefined) makeAnonymousId()
      return keptAnonymousId.value
    },
    traits(traits?: Traits | null) {
      if (of.off) return
      if (!wakeForPage()) return {}
      if (traits || traits === null) of.traits.put(toObject(traits))
      return toObject(of.traits.sync())
    },
    identify: (id?: ID, traits?: Traits | null) => (wakeForPage(), identify(of, toId(id), toObject(traits)), sync()),
    logout: () => (wakeForPage(), clear(of)),
    reset: () => (wakeForPage(), clear(of)),
    load() {
      return this
    },
    save: () => true,
  })

  return {
    user: toUser(keptUser),
    group: toUser(keptGroup) as Group,
    /** Of two tabs that named a visitor in the same instant the last to write is right: looked up once, soon after. */
    async confirm(id: string | undefined, rest: Rest): Promise<string | undefined> {
      if (!madeId || id != madeId) return id
      if (!confirmedId) await rest(CONFIRM_MS)
      // After a reset another may have been named.
      return id != madeId ? id : (confirmedId ??= keptAnonymousId.sync()) ?? id
    },

    /** From now on things are kept in the usual places (true) or in these; with false nobody is known at all. */
    use(where: Store[] | boolean): void {
      if (!visitor.use(where, wake)) return
      wasRead = false
      // Who is known already moves along at once; else the stores are read when somebody asks.
      if (keptAnonymousId.value) wake()
    },

    /**
     * Another tab has reset, or may have: what memory still holds is nobody's. Looked up when it is needed, not now:
     * what that tab removed from localStorage may be seen here later than its message, and would be healed.
     * @param shared only if the stores name another, or nobody: who is known to this page alone stays
     */
    reload(shared?: boolean): void {
      if (shared && !visitor.isGone()) return
      catchUp()
      if (!shared) visitor.eraseExtra()
      allKept.forEach((kept) => kept.forget())
      // Whose event is under way is not looked up any more: it would be given to who came after.
      madeId = undefined
      lastSync = 0
    },

    erase: visitor.erase,

    /** Takes in what a call says about the visitor, writes it down, and says who made it. */
    apply({ type, id, data, options: { anonymousId } }: Admitted<Call>): Who {
      const open = wake()
      if (type == 'identify') identify(keptUser, id, data)
      if (type == 'group') identify(keptGroup, id, data)
      const given = anonymousId && typeof anonymousId != 'object' ? String(anonymousId) : undefined
      if (given || type == 'anonymousId') setAnonymousId(given)
      if (type == 'reset') [keptGroup, keptUser].forEach(clear)
      else if (open && type != 'anonymousId') makeAnonymousId()
      if (open) for (const kept of allKept) if (kept.unsaved) kept.sync()
      return {
        known: open,
        anonymousId: (open && (keptUser.off ? given : keptAnonymousId.value)) || undefined,
        userId: keptUser.id.value,
        traits: keptUser.off ? data : (keptUser.traits.value ?? {}),
        groupId: keptGroup.id.value,
        groupTraits: keptGroup.off ? data : (keptGroup.traits.value ?? {}),
      }
    },
  }
}
