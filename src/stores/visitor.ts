import { CLASSIC, readClassicVisitor } from '../classic-visitor'
import { leftOf, type EntityOptions, type IdentityOptions } from '../identity-options'
import type { Traits } from '../types'
import { cookieStore } from './cookie'
import { createKept, type Kept } from './kept'
import { local } from './local-storage'
import type { Store } from './store'

/** A user or a group. */
export interface Entity {
  /** By the option `disable`: nobody is ever known. */
  off?: boolean
  id: Kept<string>
  traits: Kept<Traits>
}

/**
 * What is kept of a visitor, and where.
 * @param extra stores beside cookie and localStorage, which a withdrawal erases as well
 */
export function createVisitor(
  { cookie, storage, disableClientPersistence, user = {}, group = {} }: IdentityOptions,
  extra: Store[],
) {
  const cookies = cookieStore(cookie)
  const standard = [cookies, local]
  const everywhere = [...standard, ...extra]
  /** Those in use; undefined while nobody may be known. */
  let stores: Store[] | undefined

  /** The cookie comes first: where two stores disagree it wins. */
  const storesOf = (options: EntityOptions): Store[] =>
    disableClientPersistence || options.disable || options.persist === false
      ? []
      : stores == standard ? leftOf(standard, { storage, ...options }) : (stores ?? [])

  const entity = (options: EntityOptions, idKey: string, traitsKey: string): Entity => ({
    off: options.disable,
    id: createKept<string>(options.cookie?.key ?? idKey, () => storesOf(options), true),
    traits: createKept<Traits>(
      options.localStorage?.key ?? traitsKey,
      () => storesOf(options).filter((store) => store != cookies),
    ),
  })
  const keptUser = entity(user, 'ajs_user_id', 'ajs_user_traits')
  const keptGroup = entity(group, 'ajs_group_id', 'ajs_group_properties')
  const keptAnonymousId = createKept<string>('ajs_anonymous_id', () => storesOf(user), true)
  const allKept = [
    keptUser.id, keptUser.traits, keptGroup.id, keptGroup.traits, keptAnonymousId,
  ] as Kept<unknown>[]

  const eraseFrom = (from: Store[]) =>
    from.forEach(({ remove }) => [...allKept.map(({ key }) => key), ...CLASSIC].forEach(remove))

  /**
   * Where the shared cookie has another id than this page, or than the localStorage of this host, somebody else has
   * come since, and what belonged to the one before is nobody's.
   */
  function dropStale({ key, value, unsaved }: Kept<string>, belongings: Kept<unknown>[]) {
    const shared = cookies.get(key)
    const isStale = (own: unknown) => shared && own && shared != own
    const pageIsStale = !unsaved && isStale(value)
    const hostIsStale = isStale(local.get(key))
    for (const kept of belongings) {
      if ((pageIsStale || hostIsStale) && !kept.unsaved) kept.forget()
      // Not for the page alone: another tab may have written down who came since.
      if (hostIsStale) local.remove(kept.key)
    }
  }

  return {
    keptUser,
    keptGroup,
    keptAnonymousId,
    allKept,
    /** May anybody be known? */
    isOpen: () => !!stores,
    /** Do the stores, where there are any, not name whom memory knows? */
    isGone: () => storesOf(user)[0] && storesOf(user)[0]!.get(keptAnonymousId.key) != keptAnonymousId.value,

    /**
     * From now on things are kept in the usual places (true), in these, or nowhere (false).
     * @param read before it is erased from where it may not be any more
     * @returns whether that is a change
     */
    use(where: Store[] | boolean, read: () => unknown): boolean {
      const next = where === true ? standard : where || undefined
      if (next == stores) return false
      if (next) read()
      // Undecided again: who is kept is looked up at the next grant, as another tab may have reset by then.
      else if (storesOf(user)[0]) allKept.forEach((kept) => kept.forget())
      stores = next
      if (next) eraseFrom(everywhere.filter((store) => !next.includes(store)))
      return true
    },

    /**
     * Drops what only this host or page knows of somebody else. Cookies are shared over the hosts of a domain, and
     * localStorage and memory are not: another host may have reset, or withdrawn, since.
     */
    reconcile(): void {
      if (storesOf(user)[0] != cookies) return
      dropStale(keptAnonymousId, allKept)
      dropStale(keptUser.id, [keptUser.traits])
      dropStale(keptGroup.id, [keptGroup.traits])
    },

    /** Whom the classic library knew. */
    readClassic: (): Partial<ReturnType<typeof readClassicVisitor>> =>
      storesOf(user)[0] == cookies ? readClassicVisitor(cookies.get) : {},
    forgetClassic: () => stores && CLASSIC.forEach(cookies.remove),

    /** Out of what no other tab sees, as it cannot be seen there that another tab has reset. */
    eraseExtra: () => eraseFrom(extra),

    /** A withdrawal: nobody is known, and nothing of it is left anywhere. */
    erase(): void {
      stores = undefined
      allKept.forEach((kept) => kept.forget())
      eraseFrom(everywhere)
    },
  }
}
