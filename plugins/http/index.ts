import type { Context } from '../../src/context'
import { openRecords } from '../../src/stores/records'
import type { Plugin } from '../../src/types'
import { byteLength, toBody, toEntry, type Entry } from './entry'
import { createOutbox } from './outbox'
import { createPost, gzip } from './post'
import { backoff, isAccepted, isRetryable, readRetryAfter } from './retry'

export interface HttpOptions {
  endpoint: string
  writeKey: string
  /** Events per request at most. Default 500: the bytes of a batch are bounded anyway. */
  flushAt?: number
  /** Milliseconds before a batch that is not full goes out. Default 30 after a quiet spell, else 500. */
  flushInterval?: number
  compression?: 'gzip'
}

export interface HttpSurroundings {
  /** Reads consent again and says whether sending is allowed from this line on. */
  allowed(): boolean
  /** `context.consent` as of now; undefined where the site has no gate. */
  stamp(): object | undefined
  /** May events be written down, or only kept in memory? */
  durable(): boolean
  count(what: 'sent' | 'acknowledged' | 'retried' | 'dropped', events: number, reason?: string): void
  report(code: string, error: unknown, more?: object): void
}

const EVENT_BYTES = 32 * 1024
const BATCH_BYTES = 490e3
/** Two of them fit in what may leave with the page. */
const RECORD_BYTES = 28e3
const WRITE_DELAY = 10
const SPELL = 500

/** One sender at a time over all tabs of a site; without locks (plain http, opaque origins) message ids keep the collector right. */
const locked = (name: string, work: () => Promise<void>): Promise<unknown> =>
  navigator.locks ? navigator.locks.request(name, work).catch(work) : work()

export type Http = ReturnType<typeof http>

/** The transport: a destination that batches, writes down, sends, retries and strikes off. */
export function http(
  { endpoint, writeKey, flushAt = 500, flushInterval, compression }: HttpOptions,
  { allowed, stamp, durable, count, report }: HttpSurroundings,
) {
  const name = 'assent:' + writeKey
  const { post, room, abort } = createPost(endpoint, allowed)
  const outbox = createOutbox(openRecords(name), durable, (events, reason) => count('dropped', events, reason))
  const { mine } = outbox
  const busy = new Set<string>()
  let fresh: Entry[] = []
  let bytes = 0
  let waiting = 0
  let written: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<unknown> | undefined
  let last = 0

  const consent = () => JSON.stringify(stamp()) ?? ''

  function giveUp(events: number, why: string, more: object) {
    count('dropped', events, why)
    report('delivery_failure', new Error(why), more)
  }

  function stop() {
    clearTimeout(timer)
    timer = undefined
  }

  function schedule(wait = flushInterval ?? (Date.now() - last > SPELL ? 30 : SPELL)) {
    stop()
    timer = setTimeout(flush, Math.min(wait, 2e9))
  }

  async function write(): Promise<void> {
    const entries = fresh
    fresh = []
    bytes = 0
    written = undefined
    if (entries.length) await outbox.add(entries)
  }

  /** @returns a promise that resolves when the event is durable */
  async function take(ctx: Context): Promise<Context> {
    try {
      const entry = toEntry(ctx.event, !!stamp())
      if (entry.size > EVENT_BYTES) throw new RangeError(`event of ${entry.size} bytes`)
      fresh.push(entry)
      bytes += entry.size
      if (++waiting >= flushAt) schedule(0)
      else if (!timer) schedule()
      await (bytes > RECORD_BYTES || waiting >= flushAt
        ? write()
        : (written ??= new Promise((resolve) => setTimeout(() => resolve(write()), WRITE_DELAY))))
    } catch (error) {
      giveUp(1, String(error), { ctx })
    }
    return ctx
  }

  /** @returns the events that have to be tried again */
  async function send(entries: Entry[], tries: number, leaving?: boolean): Promise<Entry[]> {
    const { length } = entries
    if (!allowed() || !length) return entries
    count(tries ? 'retried' : 'sent', length)
    const text = toBody(entries, consent(), writeKey)
    const body = compression && !leaving && globalThis.CompressionStream ? await gzip(text) : text
    const { status, retryAfter } = await post(body, byteLength(body), leaving)
    if (status == 413 && length > 1) {
      return [...(await send(entries.slice(0, length / 2), tries)), ...(await send(entries.slice(length / 2), tries))]
    }
    if (isRetryable(status)) {
      const now = Date.now()
      // Not after a withdrawal: it leaves nothing behind, not even a pause.
      if (allowed()) await outbox.setPause(now + (readRetryAfter(retryAfter, now) ?? backoff(tries + 1, Math.random())), tries + 1)
      return entries
    }
    if (isAccepted(status)) count('acknowledged', length)
    else giveUp(length, 'status ' + status, { messageIds: entries.map(({ id }) => id) })
    return []
  }

  /** Sends what is under these keys and strikes off what went. */
  async function dispatch(keys: string[], entries: Entry[], tries: number, leaving?: boolean): Promise<boolean> {
    keys.forEach((key) => busy.add(key))
    const left = await send(entries, tries, leaving)
    keys.forEach((key) => busy.delete(key))
    if (left != entries || !left.length) {
      if (left.length && allowed()) await outbox.add(left)
      await outbox.remove(keys)
    }
    return !left.length
  }

  const idle = (keys: Iterable<string>) => [...keys].filter((key) => !busy.has(key))

  async function drain(): Promise<void> {
    await write()
    while (allowed()) {
      const keys = idle(await outbox.keys())
      if (!keys.length || !navigator.onLine) return
      const { until, tries } = await outbox.pause()
      if (until > Date.now()) return schedule(until - Date.now())
      let chosen = outbox.fit(keys, flushAt, BATCH_BYTES, consent().length)
      if (!chosen.length) chosen = keys.slice(0, 1)
      if ((await dispatch(chosen, await outbox.read(chosen), tries)) && tries) await outbox.setPause(0, 0)
    }
  }

  function flush(): Promise<unknown> {
    stop()
    waiting = 0
    last = Date.now()
    return (sending ??= locked(name, drain).then(() => {
      sending = undefined
      if (fresh.length && !timer) schedule()
    }))
  }

  const plugin: Plugin = {
    name: 'assent',
    type: 'destination',
    alternativeNames: ['Segment.io'],
    always: true,
    isLoaded: () => true,
    /** What an earlier page left behind goes out too, when its pause allows. */
    load() {
      void outbox.pause()
      schedule()
    },
    unload: stop,
    track: take,
    page: take,
    screen: take,
    identify: take,
    group: take,
    alias: take,
  }

  return Object.assign(plugin, {
    flush,
    queued: () => [...mine.values(), fresh].flat().length,

    /** Hidden, or going: what is queued goes out within the browsers' budget; a copy stays until acknowledged. */
    leave(): void {
      void write()
      if (outbox.paused() && durable()) return
      const keys = outbox.fit(idle(mine.keys()), Infinity, room() - 200, consent().length)
      if (keys.length) void dispatch(keys, keys.flatMap((key) => mine.get(key)!), 0, true)
    },

    /** A withdrawal: nothing queued, nothing stored, nothing under way. */
    erase(): void {
      stop()
      fresh = []
      abort()
      outbox.erase()
    },
  })
}
