import { byteLength, type Entry } from './entry'
import type { HttpOptions, HttpSurroundings } from './options'
import { gzip, type createPost } from './post'
import { waitAfter } from './retry'

/**
 * Posts batches and does what the answers ask for: a batch that is too large goes in halves.
 * @param retryIn hears that the collector is not to be asked again for so many milliseconds; waited for
 */
export function createSend(
  post: ReturnType<typeof createPost>['post'],
  bodyOf: (entries: Entry[]) => string,
  compression: HttpOptions['compression'],
  retryIn: (ms: number, tries: number, live: () => boolean) => unknown,
  count: HttpSurroundings['count'],
  giveUp: (events: number, why: string, more: object) => void,
) {
  /**
   * @param tries how often the collector has failed in a row before
   * @param live has nobody withdrawn since, whatever has been granted after that?
   * @param leaving the page may be gone before there is an answer
   * @returns the events that have to be tried again; the very list that was given, if that is all of them
   */
  return async function send(
    entries: Entry[], tries: number, live: () => boolean, leaving?: boolean,
  ): Promise<Entry[]> {
    const { length } = entries
    if (!length) return entries
    const zipped = compression && !leaving && globalThis.CompressionStream
    const body = zipped ? await gzip(bodyOf(entries)) : bodyOf(entries)
    const { status, retryAfter } = await post(body, byteLength(body), live, leaving)
    if (status == 413 && length > 1) {
      const rest = entries.slice(length / 2)
      const left = await send(entries.slice(0, length / 2), tries, live)
      // Told to wait, the other half waits as well.
      return [...left, ...(left[0] ? rest : await send(rest, tries, live))]
    }
    const wait = waitAfter(status, retryAfter, tries)
    if (wait !== undefined) {
      await retryIn(wait, tries, live)
      return entries
    }
    if (status < 400) count('acknowledged', length)
    else giveUp(length, 'status ' + status, { messageIds: entries.map((entry) => JSON.parse(entry).messageId) })
    return []
  }
}
