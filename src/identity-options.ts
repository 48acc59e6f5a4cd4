import type { CookieOptions } from './stores/cookie'

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
