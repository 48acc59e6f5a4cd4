import { CLASSIC, readClassicVisitor } from '../classic-visitor'
import { leftOf, type EntityOptions, type IdentityOptions } from '../identity-options'
import type { Traits } from '../types'
import { cookieStore } from './cookie'
import { createKept, type Kept } from './kept'
import { local } from './local-storage'
import type { Store } from './store'

/** A user or a group. */
export interface Entity {
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
  /** Undefined while nobody may be known. */
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
  const users = entity(user, 'ajs_user_id', 'ajs_user_traits')
  const groups = entity(group, 'ajs_group_id', 'ajs_group_properties')
  const anonymous = createKept<string>('ajs_anonymous_id', () => storesOf(user), true)
  const all = [users.id, users.traits, groups.id, groups.traits, anonymous] as Kept<unknown>[]

  const erase = (from: Store[]) =>
    from.forEach(({ remove }) => [...all.map(({ key }) => key), ...CLASSIC].forEach(remove))

  /** Where the shared cookie has another id than this page, or this host, what belongs to theirs is nobody's. */
  function compare({ key, value, changed }: Kept<string>, stale: Kept<unknown>[]) {
    const shared = cookies.get(key)
    const differs = (own: unknown) => shared && own && shared != own
    const [page, host] = [!changed && differs(value), differs(local.get(key))]
    for (const kept of stale) {
      if ((page || host) && !kept.changed) kept.forget()
      // Not for the page alone: another tab may have written down who came since.
      if (host) local.remove(kept.key)
    }
  }

  return {
    users,
    groups,
    anonymous,
    all,
    known: () => !!stores,

    /** From now on things are kept in the usual places, or in these; or, with false, nowhere. @returns is that new? */
    use(where: Store[] | boolean): boolean {
      const next = where === true ? standard : where || undefined
      if (next == stores) return false
      stores = next
      if (next) erase(everywhere.filter((store) => !next.includes(store)))
      return true
    },

    /**
     * Drops what only this host or page knows of somebody else. Cookies are shared over the hosts of a domain, and
     * localStorage and memory are not: another host may have reset, or withdrawn, since.
     */
    reconcile(): void {
      if (storesOf(user)[0] != cookies) return
      compare(anonymous, all)
      compare(users.id, [users.traits])
      compare(groups.id, [groups.traits])
    },

    /** Whom the classic library knew. */
    earlier: (): Partial<ReturnType<typeof readClassicVisitor>> =>
      storesOf(user)[0] == cookies ? readClassicVisitor(cookies.get) : {},
    forgetEarlier: () => CLASSIC.forEach(cookies.remove),

    forget(): void {
      stores = undefined
      all.forEach((kept) => kept.forget())
      erase(everywhere)
    },
  }
}
