import { attempt } from '../../src/attempt'
import type { Entry } from './entry'

/** Records by key. */
export type Spilt = [key: string, entries: Entry[]][]

/**
 * For what a page that is going cannot bring into IndexedDB any more: localStorage does not wait. Whoever looks next
 * takes it over. Every time under a name of its own, as pages that go at once do not see what the others write.
 * Blocked, full or broken it behaves as if it were empty.
 */
export const createSpill = (name: string) => ({
  names: (): string[] =>
    attempt(() => Object.keys(localStorage).filter((each) => each.startsWith(name + ' '))) ?? [],
  read: (from: string): Spilt => attempt(() => JSON.parse(localStorage.getItem(from)!).filter(Array.isArray)) ?? [],
  /** @returns whether it is kept */
  write: (records: Spilt): boolean | undefined =>
    attempt(() => {
      localStorage.setItem(`${name} ${Math.random()}`, JSON.stringify(records))
      return true
    }),
  remove: (names: string[]): void => names.forEach((each) => localStorage.removeItem(each)),
})
