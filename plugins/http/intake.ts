import type { Context } from '../../src/context'
import { sleep } from '../../src/sleep'
import { byteLength, toEntry, type Entry } from './entry'

/** Larger events are refused, and the stamp takes the place of one byte. */
const EVENT_BYTES = 32 * 1024 + 1
/** When a record is full: two of them fit into what may leave with the page. */
const RECORD_BYTES = 28e3
/** How long a record gathers events. */
const WRITE_MS = 10

/**
 * Gathers events into records: what comes within 10 ms is written down at once, and a record that is full goes first.
 * @param mostEvents in a record
 * @param stampText the consent as of now, which is written into each event as it leaves; '0' for none
 * @param keep resolves when the record is durable and has been answered, or that takes too long
 * @param refused what the answer to it did not want, and why, by message id
 */
export function createIntake(
  mostEvents: () => number,
  stampText: () => string,
  keep: (record: Entry[]) => Promise<void>,
  refused: Map<string, Error>,
  giveUp: (events: number, why: string, more: object) => void,
) {
  let fresh: Entry[] = []
  let bytes = 0
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    const record = fresh
    fresh = []
    bytes = 0
    writing = undefined
    if (record[0]) await keep(record)
  }

  return {
    write,

    /** @returns a promise that resolves with that of its record */
    async take(ctx: Context): Promise<Context> {
      try {
        const stamp = stampText()
        const entry = toEntry(ctx.event, stamp != '0')
        const size = byteLength(entry + stamp)
        if (size > EVENT_BYTES) throw new RangeError('event over 32 KB')
        fresh.push(entry)
        bytes += size
        const isFull = bytes > RECORD_BYTES || fresh.length >= mostEvents()
        await (isFull ? write() : (writing ??= sleep(WRITE_MS).then(write)))
        const reason = refused.get(ctx.event.messageId)
        if (reason) ctx.setFailedDelivery({ reason })
      } catch (error) {
        ctx.setFailedDelivery({ reason: error })
        giveUp(1, String(error), { ctx })
      }
      return ctx
    },

    /** How many events are in no record yet. */
    count: () => fresh.length,
    clear: () => void (fresh = []),
  }
}
