import { byteLength, type Entry } from './entry'
import type { Records } from './records'
import type { createSpill, Spilt } from './spill'

/**
 * Shared by all tabs and pages of a site: when the collector may be asked again, how often it has failed in a row, and
 * when that was found out. Times in epoch milliseconds.
 */
type Pause = [until: number, tries: number, from?: number]

// Keys beside those of records, which have dots in them.
const PAUSE = 'pause'
const TURN = 'turn'
/** There as long as nobody has wiped the store. */
const MARK = 'mark'
const MOST_EVENTS = 2e4
const MOST_BYTES = 32e6
/** A page's share of localStorage, of which a site has 5 MB. */
const SPILL_BYTES = 1e6
const OLDEST_MS = 7 * 864e5

/** How many events the record of this key holds. */
export const eventsOf = (key: string): number => +key.split('.')[2]!

/**
 * Those of the keys, from the first, whose records are not too old and fit into these bounds.
 * @param stamp what is written into each event as it leaves
 */
export const fit = (keys: string[], mostEvents: number, mostBytes: number, stamp = ''): string[] => {
  const more = byteLength(stamp)
  return keys.filter((key) => {
    const [time, , events, bytes] = key.split('.') as [string, string, number, number]
    mostBytes -= +bytes + events * more
    mostEvents -= events
    return mostEvents >= 0 && mostBytes >= 0 && Date.now() - parseInt(time, 36) < OLDEST_MS
  })
}

/** Events on their way, in memory and in IndexedDB, until the collector has acknowledged them. */
export function createOutbox(
  records: Records,
  spill: ReturnType<typeof createSpill>,
  durable: () => boolean,
  giveUp: (events: number, why: string) => void,
) {
  /** What this page has, by key. */
  const mine = new Map<string, Entry[]>()
  const stored = new Set<string>()
  /** Once per page, not with each record: a wiped store would look as if others had delivered what was in it. */
  let marked = false
  let pause: Pause = [0, 0]
  let lastTime = 0
  /** Until when the turn is ours: one that was not given back, as nothing may be written any more, is taken again. */
  let lease = 0

  /**
   * Says all there is to know of its record, `time.random.events.bytes`, the time in base 36, which sorts as text until
   * 2059. No two of a page are of one time, and none is earlier than the one before, whatever the clock says.
   */
  function toKey(entries: Entry[]): string {
    lastTime = Math.max(Date.now(), lastTime + 1)
    const random = Math.random().toString(36).slice(2)
    return [lastTime.toString(36), random, entries.length, byteLength(String(entries))].join('.')
  }

  const write: Records['write'] = async (puts, gone) => (durable() ? records.write(puts, gone) : undefined)

  async function put(kept: Spilt, gone: string[] = []): Promise<void> {
    gone.forEach(strike)
    for (const [key, entries] of kept) {
      mine.set(key, entries)
      stored.delete(key)
    }
    // Gone through when the page may have been frozen: what it has spilt by then others may have delivered.
    function* puts(): Generator<[string, unknown]> {
      for (const record of kept) if (mine.has(record[0]) && !stored.has(record[0])) yield record
      if (!marked && kept[0]) yield [MARK, 1]
    }
    if (await write(puts(), gone)) for (const [key] of kept) stored.add(key)
    if (kept[0]) marked = true
  }

  function strike(key: string): void {
    mine.delete(key)
    stored.delete(key)
  }

  return {
    mine,
    remove: (keys: string[]) => put([], keys),

    /**
     * Durable when the promise resolves, or as durable as this browser lets it be.
     * @param gone keys of records that it takes the place of
     * @returns its key
     */
    async add(entries: Entry[], gone?: string[]): Promise<string> {
      const key = toKey(entries)
      await put([[key, entries]], gone)
      return key
    },

    /**
     * Every key, oldest first: those of this page, of other tabs, and of pages that are gone. Takes over what pages
     * have spilt, drops what others have delivered, and gives up what is too old or too much.
     */
    async keys(): Promise<string[]> {
      const left = durable() ? spill.names() : []
      if (left[0]) {
        // Under the keys it had, so that what did get into IndexedDB is not there twice.
        await put(left.flatMap(spill.read))
        spill.remove(left)
      }
      const known = new Set((durable() && (await records.keys())) || [])
      // Where our own records are gone and the mark is not, another tab has delivered them; else the store was wiped.
      if (known.has(MARK)) {
        for (const key of stored) if (!known.has(key)) strike(key)
      } else {
        stored.clear()
        marked = false
      }
      const newest = [...new Set([...known, ...mine.keys()])].filter((key) => key.includes('.')).sort().reverse()
      const gone = newest.splice(fit(newest, MOST_EVENTS, MOST_BYTES).length)
      if (gone[0]) {
        giveUp(gone.reduce((sum, key) => sum + eventsOf(key), 0), 'overflow or age')
        await put([], gone)
      }
      return newest.reverse()
    },

    async read(keys: string[]): Promise<Entry[]> {
      const foreign = keys.filter((key) => !mine.has(key))
      // Withdrawn since the keys were asked for: to look would make a database anew.
      const found = foreign[0] && durable() ? await records.get<Entry[]>(foreign) : []
      return keys.flatMap((key) => mine.get(key) ?? found?.shift() ?? [])
    },

    /** The page is going: what is not known to be stored is put where there is no waiting. */
    spill(): void {
      const kept = fit([...mine.keys()].filter((key) => !stored.has(key)), Infinity, SPILL_BYTES)
      const unsaved = kept.map((key): [string, Entry[]] => [key, mine.get(key)!])
      if (!unsaved[0] || !durable()) return
      // Should the page come back: what is gone by then has been delivered by another.
      if (spill.write(unsaved)) for (const [key] of unsaved) stored.add(key)
    },

    /** Milliseconds left, as far as this page knows. What begins later than now was begun by a clock that was wrong. */
    paused(): number {
      const [until, , from = 0] = pause
      const now = Date.now()
      return now < from ? 0 : Math.max(until - now, 0)
    },

    /** How often the collector has failed in a row. */
    tries: (): number => pause[1],

    /** Takes in what other tabs have been told. */
    async readPause(): Promise<void> {
      if (durable()) pause = (await records.get<Pause>([PAUSE]))?.[0] ?? pause
    },

    /** @param until epoch milliseconds */
    async writePause(until: number, tries: number): Promise<void> {
      await write([[PAUSE, (pause = [until, tries, Date.now()])]])
    },

    /** The turn to send, where there are no locks: a lease that other tabs see. Without a database there are none. */
    async claim(ms: number): Promise<boolean> {
      let free = true
      const take = (until = 0) => {
        const now = Date.now()
        free = !ms || until <= now || until > now + ms || until == lease
        return free ? (lease = now + ms) : until
      }
      if (durable()) await records.change(TURN, take)
      return free
    },

    /** Off the disk, and out of memory too unless these may still be sent. */
    erase(sendable?: boolean): void {
      if (!sendable) mine.clear()
      stored.clear()
      marked = false
      pause = [0, 0]
      records.erase()
      spill.remove(spill.names())
    },
  }
}
