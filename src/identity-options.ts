import type { CookieOptions } from './stores/cookie'
import type { Store } from './stores/store'

/** The option `user` or `group` of analytics.js. */
export interface EntityOptions {
  /** Nobody is known: no id and no traits, of the user no anonymous id either. */
  disable?: boolean
  /** False: in memory only. */
  persist?: boolean
  /** Ids and traits are not kept in localStorage. */
  localStorageFallbackDisabled?: boolean
  /** Name under which the id is kept; `oldKey` is accepted and not read. */
  cookie?: { key?: string; oldKey?: string }
  /** Name under which the traits are kept. */
  localStorage?: { key?: string }
  /** As `storage` below, for this entity. */
  storage?: { stores: string[] }
}

export interface IdentityOptions {
  cookie?: CookieOptions
  /**
   * Which stores ids and traits may use: `cookie`, `localStorage`, `memory`. A name that is none of these makes the
   * whole setting void.
   */
  storage?: { stores: string[] }
  /** Ids, traits and the outbox are in memory only. A consent decision is kept all the same. */
  disableClientPersistence?: boolean
  user?: EntityOptions
  group?: EntityOptions
}

const NAMES = ['cookie', 'localStorage', 'memory']

/** Those of cookie and localStorage that the options leave. */
export function leftOf(stores: Store[], { storage, localStorageFallbackDisabled }: EntityOptions): Store[] {
  const names = storage?.stores?.every?.((name) => NAMES.includes(name)) ? storage.stores : NAMES
  return stores.filter((_, index) => names.includes(NAMES[index]!) && !(index && localStorageFallbackDisabled))
}
