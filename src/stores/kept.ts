import type { Store } from './store'

export type Kept<T> = ReturnType<typeof createKept<T>>

/**
 * A value in memory and in every store that it may use. Memory answers the caller; `sync` makes them agree.
 * @param heals writes to stores that have lost the value, or never had it
 */
export function createKept<T>(key: string, stores: () => Store[], heals?: boolean) {
  let renewed = false

  const kept = {
    key,
    value: null as T | null,
    /** Put by this page, and not written down yet. */
    unsaved: false,

    /** What was put wins over what is stored; else the first store that knows wins over the rest and over memory. */
    sync(): T | null {
      const found = stores().map((store) => store.get(key))
      if (!kept.unsaved) kept.value = (found.find(Boolean) as T) ?? kept.value
      const { value } = kept
      stores().forEach((store, index) => {
        // An id is written once a page even if it is there, so that a visitor who comes back keeps a cookie's full
        // life.
        if (value && (kept.unsaved || (heals && (value != found[index] || !renewed)))) store.set(key, value)
        else if (!value && found[index]) store.remove(key)
      })
      renewed = true
      kept.unsaved = false
      return value
    },

    put(next?: T | null): void {
      kept.value = next ?? null
      kept.unsaved = true
    },

    /** Out of memory; the stores keep it. */
    forget(): void {
      kept.value = null
      kept.unsaved = false
    },
  }
  return kept
}
