import { attempt } from '../../src/attempt'
import type { Entry } from './entry'

/** Records by key. */
export type Spilt = [key: string, entries: Entry[]][]

/**
 * For what a page that is going cannot bring into IndexedDB any more: localStorage does not wait. Whoever looks next
 * takes it over. Blocked, full or broken it behaves as if it were empty.
 */
export const createSpill = (name: string) => ({
  read: (): Spilt => attempt(() => JSON.parse(localStorage.getItem(name)!)) ?? [],
  /** @returns whether it is kept */
  write: (records: Spilt): boolean | undefined =>
    attempt(() => {
      if (records[0]) localStorage.setItem(name, JSON.stringify(records))
      else localStorage.removeItem(name)
      return true
    }),
})
