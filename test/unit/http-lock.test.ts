/** One tab sends at a time: by a Web Lock, or by a lease in the database where there is none. */
import 'fake-indexeddb/auto'
import { afterEach, expect, test, vi } from 'vitest'
import { locked } from '../../plugins/http/lock'
import { createOutbox } from '../../plugins/http/outbox'
import { openRecords, type Records } from '../../plugins/http/records'
import { createSpill } from '../../plugins/http/spill'

let site = 0
const name = () => `assent:lock${++site}`
const nothing = async () => undefined
const missing: Records = { keys: nothing, get: nothing, write: nothing, change: nothing, erase() {} }

function tab(name: string, durable = true, records = openRecords(name)) {
  const may = { durable }
  return { ...createOutbox(records, createSpill(name), () => may.durable, () => {}), may }
}

/** Work that is under way until it is told to end. */
function job() {
  let end!: (error?: Error) => void
  const over = new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())))
  over.catch(() => {})
  const work = vi.fn(() => over)
  return { work, end }
}
const here = new AbortController().signal
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const setLocks = (locks: unknown) => Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })

afterEach(() => {
  vi.useRealTimers()
  Reflect.deleteProperty(navigator, 'locks')
})

test('of two tabs that ask at once one has the turn, until it gives it back', async () => {
  const site = name()
  const [a, b] = [tab(site), tab(site)]
  expect((await Promise.all([a.claim(1000), b.claim(1000)])).sort()).toEqual([false, true])
  expect(await b.claim(1000)).toBe(false)
  await a.claim(0)
  expect(await b.claim(1000)).toBe(true)
})

test('a lease ends by itself, and one that a wrong clock made does not last', async () => {
  const site = name()
  const [a, b] = [tab(site), tab(site)]
  vi.useFakeTimers({ now: 1e12, toFake: ['Date'] })
  await a.claim(1000)
  vi.setSystemTime(1e12 + 999)
  expect(await b.claim(1000)).toBe(false)
  vi.setSystemTime(1e12 + 1000)
  expect(await b.claim(1000)).toBe(true)
  vi.setSystemTime(1e12 - 1)
  expect(await a.claim(1000)).toBe(true)
})

test('where nothing may be written down, or nothing can, there is no lease and nobody waits', async () => {
  const site = name()
  expect(await tab(site, false).claim(1000)).toBe(true)
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(site)
  expect(await tab(name(), true, missing).claim(1000)).toBe(true)
})

test('a lease is no event', async () => {
  const a = tab(name())
  await a.claim(1000)
  expect(await a.keys()).toEqual([])
})

test('without locks the second tab waits for the end of the first', async () => {
  const site = name()
  const [a, b] = [tab(site), tab(site)]
  const [first, second] = [job(), job()]
  const done = locked(site, first.work, here, a.claim)
  await vi.waitFor(() => expect(first.work).toHaveBeenCalled())
  const next = locked(site, second.work, here, b.claim)
  await wait(30)
  expect(second.work).not.toHaveBeenCalled()
  first.end()
  await done
  await vi.waitFor(() => expect(second.work).toHaveBeenCalled(), 3000)
  second.end()
  await next
})

test('work that fails gives the turn back, and is not begun again', async () => {
  const site = name()
  const [a, b] = [tab(site), tab(site)]
  const { work, end } = job()
  const done = locked(site, work, here, a.claim)
  end(new Error('broken'))
  await expect(done).rejects.toThrow('broken')
  expect(await b.claim(1000)).toBe(true)
  expect(work).toHaveBeenCalledTimes(1)
})

test('with locks there is no lease; work that fails under one is not begun again', async () => {
  const claim = vi.fn(async () => true)
  setLocks({ request: async (_: string, _options: LockOptions, work: () => unknown) => work() })
  const { work, end } = job()
  const done = locked(name(), work, here, claim)
  end(new Error('broken'))
  await expect(done).rejects.toThrow('broken')
  expect(work).toHaveBeenCalledTimes(1)
  expect(claim).not.toHaveBeenCalled()
})

test('where locks are refused (an opaque origin) the lease stands in', async () => {
  setLocks({ request: () => Promise.reject(new DOMException('opaque', 'SecurityError')) })
  const { work, end } = job()
  end()
  await locked(name(), work, here, tab(name(), true, missing).claim)
  expect(work).toHaveBeenCalledTimes(1)
})

test('a page that goes leaves the queue: it could not use a turn in the back/forward cache', async () => {
  const asked = vi.fn((_: string, { signal }: LockOptions) => new Promise((_, reject) => {
    signal!.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
  }))
  setLocks({ request: asked })
  const [control, claim, { work }] = [new AbortController(), vi.fn(async () => true), job()]
  const done = locked(name(), work, control.signal, claim)
  control.abort()
  await done
  expect([asked.mock.calls.length, work.mock.calls.length, claim.mock.calls.length]).toEqual([1, 0, 0])
})
