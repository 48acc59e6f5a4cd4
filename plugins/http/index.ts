import { hooks } from '../../src/hooks'
import type { Plugin } from '../../src/types'
import { createAnswers } from './answers'
import { toBody, type Entry } from './entry'
import { createIntake } from './intake'
import { locked } from './lock'
import type { HttpOptions, HttpSurroundings } from './options'
import { createOutbox, eventsOf, fit } from './outbox'
import { createPost } from './post'
import { openRecords } from './records'
import { createSend } from './send'
import { createSpill } from './spill'

/** Half of what a request may be: building a larger one takes over 50 ms at 4x CPU throttle. */
const BATCH_BYTES = 240e3
/** A browser keeps 64 KiB of fetchLater for a page. */
const NET_BYTES = 60e3
/** Records that are looked at for what may leave with a page: no more of them fit. */
const MOST_LEAVING = 150
/** After so long without a request the next event is sent at once; else a batch has so long to fill. */
const QUIET_MS = 100

export type Http = ReturnType<typeof http>

/** The transport: a destination that batches, writes down, sends, retries and strikes off. */
export function http(
  { endpoint, writeKey, flushAt = 500, flushInterval, compression }: HttpOptions,
  { allowed, stamp, durable, count, report }: HttpSurroundings,
) {
  const name = 'assent:' + writeKey
  const { post, setNet, room, abort } = createPost(endpoint, allowed)
  const outbox = createOutbox(openRecords(name), createSpill(name), durable, giveUp)
  const { mine } = outbox
  /** Keys of records: under way, and sent at least once. */
  const [busy, tried] = [new Set<string>(), new Set<string>()]
  const { refused, came, answered } = createAnswers()
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<unknown> = Promise.resolve()
  let lastSent = 0
  let going = false
  let turn = new AbortController() // to send, in the queue of tabs that want to; ends with a withdrawal too
  const mostInRecord = () => (going ? Infinity : flushAt)
  /** '0' where the site has no gate. */
  const stampText = () => JSON.stringify(stamp() ?? 0)
  const { write, take, count: unwritten, clear } = createIntake(mostInRecord, stampText, keep, refused, giveUp)
  const bodyOf = (entries: Entry[]) => toBody(entries, stampText(), writeKey)
  const queued = () => [...mine.keys()].reduce((sum, key) => sum + eventsOf(key), unwritten())
  /** A page that goes leaves what it has sent to the next: a browser may call failed what it goes on sending. */
  const idle = (keys: Iterable<string>) => [...keys].filter((key) => !(going && durable() ? tried : busy).has(key))

  function giveUp(events: number, why: string, more?: { messageIds?: string[] }) {
    const reason = new Error(why)
    for (const id of more?.messageIds ?? []) refused.set(id, reason)
    count('dropped', events, why)
    report('delivery_failure', reason, more)
  }

  const stop = () => (timer = void clearTimeout(timer))
  function schedule(wait: number) {
    stop()
    timer = setTimeout(() => flush(), wait)
  }

  /** Or a round would go on when the page is back, with what has been delivered, or forgotten, since. */
  const endTurn = () => (turn.abort(), (turn = new AbortController()))

  /** Keys of what may leave at once of what is queued here and not under way. */
  const keysToLeave = (bytes: number) =>
    fit(idle(mine.keys()).slice(0, MOST_LEAVING), Infinity, bytes, stampText())
  const entriesOf = (keys: string[]) => keys.flatMap((key) => mine.get(key) ?? [])

  /** A last net under what is queued: the browser sends it when the page is killed. */
  function updateNet() {
    const keys = durable() && !going && !outbox.paused() ? keysToLeave(NET_BYTES) : []
    setNet(keys[0] && keys + stampText(), () => bodyOf(entriesOf(keys)))
  }

  function scheduleSoon() {
    const quiet = Date.now() - lastSent > QUIET_MS && !outbox.paused()
    const wait = queued() < flushAt ? flushInterval ?? (quiet ? 0 : QUIET_MS) : 0
    if (!wait || !timer) schedule(wait)
  }

  /** Resolves when the record is written down and has been answered, or that takes too long. */
  async function keep(record: Entry[]): Promise<void> {
    const adding = outbox.add(record)
    updateNet()
    // What another tab was told holds here too, should this page be about to go.
    void outbox.readPause()
    scheduleSoon()
    const key = await adding
    // Who waits for this may leave the page next: not amid its request, or the next page has to send it again.
    if (mine.has(key) && !outbox.paused() && navigator.onLine) await answered(key)
  }

  /** Not after a withdrawal, which leaves nothing behind; nor where it is the page's own end that cut the request. */
  const retryIn = (ms: number, tries: number, live: () => boolean) =>
    live() && !going && outbox.writePause(Date.now() + ms, tries + 1)
  const send = createSend(post, bodyOf, compression, retryIn, count, giveUp)

  /** Sends what is under these keys and strikes off what went. */
  async function dispatch(keys: string[], entries: Entry[], leaving?: boolean): Promise<void> {
    const { signal } = turn
    const live = () => !signal.aborted && allowed()
    const tries = outbox.tries()
    lastSent = Date.now()
    for (const key of keys) {
      busy.add(key)
      count(tried.has(key) ? 'retried' : 'sent', eventsOf(key))
      tried.add(key)
    }
    updateNet()
    const left = await send(entries, tries, live, leaving)
    keys.forEach((key) => busy.delete(key))
    if (left != entries && live() || !left[0]) {
      keys.forEach((key) => tried.delete(key))
      // A part: under a key of its own. Nothing: the collector answers, so that nobody has to wait any longer.
      if (left[0]) tried.add(await outbox.add(left, keys))
      else {
        await outbox.remove(keys)
        if (tries && entries[0] && live()) await outbox.writePause(0, 0)
      }
      updateNet()
    }
    came(keys)
  }

  /**
   * Sends what this page, other tabs and dead pages have queued, batch by batch, until `signal` ends the turn.
   * @param hidden the page may be killed any moment: no request is larger than what may outlive it
   */
  async function drain(signal: AbortSignal, hidden?: boolean): Promise<void> {
    // Not awaited: who writes waits for the answer to what is only about to be sent here.
    void write()
    // What a page that is going may still send is sent by `leave`; and what it has spilt is not to be touched.
    while (!signal.aborted && allowed()) {
      const [known] = await Promise.all([outbox.keys(), outbox.readPause()])
      const keys = idle(known)
      if (!keys[0] || !navigator.onLine) return
      const wait = outbox.paused()
      if (wait) return schedule(wait)
      const chosen = fit(keys, flushAt, hidden ? room() : BATCH_BYTES, stampText())
      // One that is too large all the same goes alone.
      if (!chosen[0]) chosen.push(keys[0])
      const entries = await outbox.read(chosen)
      if (!signal.aborted) await dispatch(chosen, entries, hidden)
    }
  }

  /** Drains when it is this tab's turn; one flush after the other. A page that flushes has not gone. */
  function flush(hidden?: boolean): Promise<unknown> {
    stop()
    // What has left with the page is for others to know.
    if (going) endTurn()
    going = false
    const { signal } = turn
    const work = () => locked(name, () => drain(signal, hidden), signal, outbox.claim)
    return (sending = sending.then(work).catch((error) => report('delivery', error)))
  }

  return {
    name: 'assent', type: 'destination', alternativeNames: ['Segment.io'], always: true, isLoaded: () => true,
    // What other pages have left, but not while this one loads.
    load: () => schedule(flushInterval ?? QUIET_MS),
    unload: stop, ...hooks(take),
    flush, queued, restamp: updateNet,
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
      updateNet()
      if (!going) return void flush(true)
      outbox.spill()
      if (outbox.paused() && durable()) return
      const keys = keysToLeave(room())
      if (keys[0]) void dispatch(keys, entriesOf(keys), true)
    },

    /** Nothing may be on disk any more. */
    offDisk: () => outbox.erase(true),
    /** A withdrawal: nothing queued, nothing stored, nothing under way. */
    erase(): void {
      endTurn()
      stop()
      clear()
      abort()
      setNet()
      outbox.erase()
    },
  } satisfies Plugin & Record<string, unknown>
}
