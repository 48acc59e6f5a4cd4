import type { Plugin } from '../../src/types'
import { createAnswers } from './answers'
import { byteLength, toBody, type Entry } from './entry'
import { createIntake } from './intake'
import { locked } from './lock'
import type { HttpOptions, HttpSurroundings } from './options'
import { createOutbox, eventsOf, fit } from './outbox'
import { createPost, gzip } from './post'
import { openRecords } from './records'
import { waitAfter } from './retry'
import { createSpill } from './spill'

/** Half of what a request may be: building a larger one takes over 50 ms at 4x CPU throttle. */
const BATCH_BYTES = 240e3
/** A browser keeps 64 KiB of fetchLater for a page; and no more records than these are looked at, as no more fit. */
const NET_BYTES = 60e3
const MOST_LEAVING = 150
const SPELL = 100

export type Http = ReturnType<typeof http>

/** The transport: a destination that batches, writes down, sends, retries and strikes off. */
export function http(
  { endpoint, writeKey, flushAt = 500, flushInterval, compression }: HttpOptions,
  { allowed, stamp, durable, count, report }: HttpSurroundings,
) {
  const name = 'assent:' + writeKey
  const { post, later, room, abort } = createPost(endpoint, allowed)
  const outbox = createOutbox(openRecords(name), createSpill(name), durable, giveUp)
  const { mine } = outbox
  const busy = new Set<string>()
  const tried = new Set<string>()
  const answers = createAnswers()
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<unknown> = Promise.resolve()
  let last = 0
  let going = false
  let life = {} // another begins with each withdrawal
  let turn = new AbortController() // to send, in the queue of tabs that want to
  const most = () => (going ? Infinity : flushAt)
  const { write, take, count: fresh, clear } = createIntake(most, () => !!stamp(), keep, giveUp)
  const consent = () => JSON.stringify(stamp() ?? 0)
  const bodyOf = (entries: Entry[]) => toBody(entries, consent(), writeKey)
  const queued = () => [...mine.keys()].reduce((sum, key) => sum + eventsOf(key), fresh())
  /** A page that goes leaves what it has sent to the next: a browser may call failed what it goes on sending. */
  const idle = (keys: Iterable<string>) => [...keys].filter((key) => !(going && durable() ? tried : busy).has(key))

  function giveUp(events: number, why: string, more?: object) {
    count('dropped', events, why)
    report('delivery_failure', new Error(why), more)
  }

  const stop = () => (timer = void clearTimeout(timer))
  function schedule(wait: number) {
    stop()
    timer = setTimeout(() => flush(), wait)
  }

  /** Or it would go on when the page is back, with what has been delivered, or forgotten, since. */
  const endTurn = () => (turn.abort(), (turn = new AbortController()))
  /** What may leave at once of what is queued here and not under way. */
  const leaving = (bytes: number) => fit(idle(mine.keys()).slice(0, MOST_LEAVING), Infinity, bytes, consent().length)
  const entriesOf = (keys: string[]) => keys.flatMap((key) => mine.get(key) ?? [])
  /** A last net under what is queued: killing the page lets go of it. */
  function arm() {
    const keys = durable() && !going && !outbox.paused() ? leaving(NET_BYTES) : []
    later(keys[0] && keys + consent(), () => bodyOf(entriesOf(keys)))
  }

  async function keep(record: Entry[]): Promise<void> {
    const adding = outbox.add(record)
    arm()
    // What another tab was told holds here too, should this page be about to go.
    void outbox.pause()
    const quiet = Date.now() - last > SPELL && !outbox.paused()
    const wait = queued() < flushAt ? flushInterval ?? (quiet ? 0 : SPELL) : 0
    if (!wait || !timer) schedule(wait)
    const key = await adding
    // Who waits for this may leave the page next: not amid its request, or the next page has to send it again.
    if (mine.has(key) && !outbox.paused() && navigator.onLine) await answers.wait(key)
  }

  /**
   * @param live has nobody withdrawn since, whatever has been granted after that?
   * @returns the events that have to be tried again
   */
  async function send(entries: Entry[], tries: number, live: () => boolean, leaving?: boolean): Promise<Entry[]> {
    const { length } = entries
    if (!length) return entries
    const zipped = compression && !leaving && globalThis.CompressionStream
    const body = zipped ? await gzip(bodyOf(entries)) : bodyOf(entries)
    const { status, retryAfter } = await post(body, byteLength(body), live, leaving)
    if (status == 413 && length > 1) {
      const halves = [entries.slice(0, length / 2), entries.slice(length / 2)]
      return [...(await send(halves[0]!, tries, live)), ...(await send(halves[1]!, tries, live))]
    }
    const wait = waitAfter(status, retryAfter, tries)
    if (wait !== undefined) {
      // Not after a withdrawal, which leaves nothing behind; nor where it is the page's own end that cut the request.
      if (live() && !going) await outbox.pause([Date.now() + wait, tries + 1])
      return entries
    }
    if (status < 400) count('acknowledged', length)
    else giveUp(length, 'status ' + status, { messageIds: entries.map((entry) => JSON.parse(entry).messageId) })
    return []
  }

  /** Sends what is under these keys and strikes off what went. */
  async function dispatch(keys: string[], entries: Entry[], leaving?: boolean): Promise<void> {
    const began = life
    const live = () => began == life && allowed()
    const tries = outbox.tries()
    last = Date.now()
    for (const key of keys) {
      busy.add(key)
      count(tried.has(key) ? 'retried' : 'sent', eventsOf(key))
      tried.add(key)
    }
    arm()
    const left = await send(entries, tries, live, leaving)
    keys.forEach((key) => busy.delete(key))
    if (left != entries || !left[0]) {
      if (left[0] && live()) await outbox.add(left)
      if (!left[0] && tries && entries[0]) await outbox.pause([0, 0])
      keys.forEach((key) => tried.delete(key))
      await outbox.remove(keys)
      arm()
    }
    answers.came(keys)
  }

  /** @param hidden the page may be killed any moment: no request is larger than what may outlive it */
  async function drain(signal: AbortSignal, hidden?: boolean): Promise<void> {
    // Not awaited: who writes waits for the answer to what is only about to be sent here.
    void write()
    // What a page that is going may still send is sent by `leave`; and what it has spilt is not to be touched.
    while (!signal.aborted && allowed()) {
      const [known] = await Promise.all([outbox.keys(), outbox.pause()])
      const keys = idle(known)
      if (!keys[0] || !navigator.onLine) return
      const wait = outbox.paused()
      if (wait) return schedule(wait)
      const chosen = fit(keys, flushAt, hidden ? room() - 200 : BATCH_BYTES, consent().length)
      if (!chosen[0]) chosen.push(keys[0])
      const entries = await outbox.read(chosen)
      if (!signal.aborted) await dispatch(chosen, entries, hidden)
    }
  }

  function flush(hidden?: boolean): Promise<unknown> {
    stop()
    going = false
    const { signal } = turn
    const work = () => locked(name, () => drain(signal, hidden), signal, outbox.claim)
    return (sending = sending.then(work).catch((error) => report('delivery', error)))
  }

  const plugin: Plugin = {
    name: 'assent', type: 'destination', alternativeNames: ['Segment.io'], always: true, isLoaded: () => true,
    // What other pages have left, but not while this one loads.
    load: () => schedule(flushInterval ?? SPELL),
    unload: stop, track: take, page: take, screen: take, identify: take, group: take, alias: take,
  }

  return Object.assign(plugin, {
    flush, queued, restamp: arm,
    /** The page is going: no more rounds through the database, nor through the queue of tabs. */
    go(): void {
      going = true
      endTurn()
    },

    /**
     * Hidden: what is queued goes out when it is this tab's turn. Going: at once, turn or not. Both within the
     * browsers' budget; a copy stays until acknowledged.
     */
    leave(): void {
      void write()
      arm()
      if (!going) return void flush(true)
      outbox.spill()
      if (outbox.paused() && durable()) return
      const keys = leaving(room() - 200)
      if (keys[0]) void dispatch(keys, entriesOf(keys), true)
    },

    /** Nothing may be on disk any more. */
    offDisk: () => outbox.erase(true),
    /** A withdrawal: nothing queued, nothing stored, nothing under way. */
    erase(): void {
      life = {}
      endTurn()
      stop()
      clear()
      abort()
      later()
      outbox.erase()
    },
  })
}
