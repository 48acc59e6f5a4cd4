import type { Records } from '../../src/stores/records'
import type { Entry } from './entry'

/** Shared by all tabs and pages of a site: when the collector may be asked again, and how often it failed in a row. */
export interface Pause {
  until: number
  tries: number
}

const PAUSE = 'pause'
const NO_PAUSE: Pause = { until: 0, tries: 0 }
const MOST_EVENTS = 2e4
const MOST_BYTES = 32e6
const OLDEST = 7 * 864e5

/** A key says all there is to know of its record: `time.random.events.bytes`, the time in base 36 so that it sorts as text. */
const measure = (key: string) => {
  const [time = '', , events = 0, bytes = 0] = key.split('.')
  return { time: parseInt(time, 36), events: +events, bytes: +bytes }
}

/** Events on their way, in memory and in IndexedDB, until the collector has acknowledged them. */
export function createOutbox(records: Records, durable: () => boolean, dropped: (events: number, reason: string) => void) {
  const mine = new Map<string, Entry[]>()
  const stored = new Set<string>()
  let pause = NO_PAUSE

  const write: Records['write'] = async (puts, gone) => (durable() ? records.write(puts, gone) : undefined)

  async function remove(keys: string[]): Promise<void> {
    keys.forEach((key) => mine.delete(key))
    if (keys.length) await write([], keys)
  }

  return {
    /** What this page has, by key. */
    mine,
    remove,

    /** Durable when the promise resolves, or as durable as this browser lets it be. */
    async add(entries: Entry[]): Promise<void> {
      const bytes = entries.reduce((sum, { size }) => sum + size, 0)
      const key = [Date.now().toString(36).padStart(9, '0'), Math.random().toString(36).slice(2), entries.length, bytes].join('.')
      mine.set(key, entries)
      if (await write([[key, entries], [PAUSE, pause]])) stored.add(key)
    },

    /** Every key, oldest first: those of this page, of other tabs, and of pages that are gone; within bounds. */
    async keys(): Promise<string[]> {
      const known = (durable() && (await records.keys())) || []
      // Where our own records are gone and the pause is not, another tab has delivered them; else the store was wiped.
      if (known.includes(PAUSE)) for (const key of stored) if (!known.includes(key)) mine.delete(key)
      const keys = [...new Set([...mine.keys(), ...known])].filter((key) => key != PAUSE).sort()
      let { length } = keys
      let room = MOST_BYTES
      let left = MOST_EVENTS
      for (; length; length--) {
        const { time, events, bytes } = measure(keys[length - 1]!)
        if ((left -= events) < 0 || (room -= bytes) < 0 || Date.now() - time > OLDEST) break
      }
      const gone = keys.splice(0, length)
      gone.forEach((key) => dropped(measure(key).events, 'overflow or age'))
      await remove(gone)
      return keys
    },

    /** Those of the keys, from the first, whose events fit into one request. */
    fit: (keys: string[], most: number, bytes: number, overhead: number): string[] =>
      keys.filter((key) => {
        const size = measure(key)
        most -= size.events
        bytes -= size.bytes + size.events * overhead
        return most >= 0 && bytes >= 0
      }),

    async read(keys: string[]): Promise<Entry[]> {
      const foreign = keys.filter((key) => !mine.has(key))
      const found = foreign[0] ? await records.get<Entry[]>(foreign) : []
      return keys.flatMap((key) => mine.get(key) ?? found?.[foreign.indexOf(key)] ?? [])
    },

    /** In force now, as far as this page knows; `read` asks what other tabs know. */
    paused: (): boolean => pause.until > Date.now(),

    async pause(): Promise<Pause> {
      return (pause = (durable() && (await records.get<Pause>([PAUSE]))?.[0]) || pause)
    },

    async setPause(until: number, tries: number): Promise<void> {
      pause = { until, tries }
      await write([[PAUSE, pause]])
    },

    erase(): void {
      mine.clear()
      pause = NO_PAUSE
      records.erase()
    },
  }
}
