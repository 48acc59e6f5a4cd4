import { attempt } from '../../src/attempt'
import { createStore, promisifyRequest as done, type UseStore } from 'idb-keyval'

/** IndexedDB that never throws and never keeps anybody waiting: one that is missing, full or silent gives undefined. */
export interface Records {
  keys(): Promise<string[] | undefined>
  get<T>(keys: string[]): Promise<(T | undefined)[] | undefined>
  /** Puts what `next` makes of the value that is there, in one transaction: no other tab comes between. */
  change<T>(key: string, next: (value?: T) => T): Promise<unknown>
  /** Puts and deletes in one transaction, in which `puts` is gone through. Resolves to true once that is durable. */
  write(puts: Iterable<[key: string, value: unknown]>, gone?: string[]): Promise<true | undefined>
  /** Removes everything; creates nothing. */
  erase(): void
}

/** A database that has not answered for so long counts as missing, until it answers. */
const SILENCE_MS = 2000

export function openRecords(name: string): Records {
  let open: UseStore | undefined
  let silent = false

  async function ask<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => T | Promise<T>,
  ): Promise<T | undefined> {
    let timer
    if (silent) return
    try {
      const used = (open ??= createStore(name, 'records'))
      const silence = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(void (silent = true)), SILENCE_MS)
      })
      const answer = used(mode, (store) => {
        const { db } = store.transaction
        // Or whoever wants to delete the database, and everybody after that, would wait for this page to end.
        db.onversionchange = () => {
          db.close()
          if (open == used) open = undefined
        }
        return work(store)
      })
      // Late is not silent: the page may have been frozen meanwhile.
      void answer.finally(() => (silent = false)).catch(() => {})
      return await Promise.race([answer, silence])
    } catch {
      return
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    keys: () => ask('readonly', (store) => done(store.getAllKeys()) as Promise<string[]>),
    get: (keys) => ask('readonly', (store) => Promise.all(keys.map((key) => done(store.get(key))))),
    change: (key, next) =>
      ask('readwrite', async (store) => store.put(next(await done(store.get(key))), key)),
    write: (puts, gone = []) =>
      ask('readwrite', (store) => {
        const written = done(store.transaction).then((): true => true)
        for (const [key, value] of puts) store.put(value, key)
        for (const key of gone) store.delete(key)
        // By itself it would wait for one more round through a page that may be going.
        store.transaction.commit?.()
        return written
      }),
    erase() {
      // What is written from now on waits for that.
      open = undefined
      // Where it is blocked there is nothing.
      attempt(() => indexedDB.deleteDatabase(name))
    },
  }
}
