import { attempt } from '../attempt'
import type { Store } from './store'

/**
 * Values are JSON, as analytics.js writes them; text that is neither a JSON string nor an object is an id as it stands,
 * so that `0042` and `1e5` stay the strings they are.
 */
export const local: Store = {
  // Even reading the property throws where storage is blocked.
  get: (key) =>
    attempt(() => {
      const text = localStorage.getItem(key)
      return /^["{]/.test(text!) ? JSON.parse(text!) : text == 'null' ? null : text
    }),
  set: (key, value) => attempt(() => localStorage.setItem(key, JSON.stringify(value))),
  remove: (key) => attempt(() => localStorage.removeItem(key)),
}
