import type { CookieOptions } from './stores/cookie'
import type { Store } from './stores/store'

/** The option `user` or `group` of analytics.js. */
export interface EntityOptions {
  disable?: boolean
  persist?: boolean
  localStorageFallbackDisabled?: boolean
  cookie?: { key?: string; oldKey?: string }
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

const NAMES = ['cookie', 'localStorage', 'memory']

/** Those of cookie and localStorage that the options leave. */
export function leftOf(stores: Store[], { storage, localStorageFallbackDisabled }: EntityOptions): Store[] {
  const names = storage?.stores?.every?.((name) => NAMES.includes(name)) ? storage.stores : NAMES
  return stores.filter((_, index) => names.includes(NAMES[index]!) && !(index && localStorageFallbackDisabled))
}
