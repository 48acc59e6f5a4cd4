/** What is on its way, in memory and in IndexedDB, seen by the pages of a site. */
import 'fake-indexeddb/auto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createOutbox, fit } from '../../plugins/http/outbox'
import { openRecords, type Records } from '../../plugins/http/records'
import { createSpill } from '../../plugins/http/spill'

const DAY = 864e5
const NOW = Date.parse('2026-01-01T00:00:00Z')
let site = 0
const name = () => `assent:outbox${++site}`

/** A page of the site that has this name. */
function page(name: string, durable = true, records = openRecords(name)) {
  const dropped = vi.fn()
  const may = { durable }
  return { ...createOutbox(records, createSpill(name), () => may.durable, dropped), records, dropped, may }
}
const clock = (now: number) => vi.useFakeTimers({ now, toFake: ['Date'] })
const key = (age: number, events = 1, bytes = 10, random = 'r') =>
  [(NOW - age).toString(36), random, events, bytes].join('.')
/** IndexedDB that is missing, or says nothing. */
const nothing = async () => undefined
const silent: Records = { keys: nothing, get: nothing, write: nothing, change: nothing, erase() {} }

afterEach(() => {
  vi.useRealTimers()
  localStorage.clear()
})

test('what is added is there in order, for this page and the next, until it is removed', async () => {
  const site = name()
  const a = page(site)
  await a.add(['1', '2'])
  await a.add(['3'])
  const b = page(site)
  const keys = await b.keys()
  expect(keys).toEqual([...a.mine.keys()])
  expect(await b.read(keys)).toEqual(['1', '2', '3'])
  expect(await a.read([...keys].reverse())).toEqual(['3', '1', '2'])
  await b.remove([keys[0]!])
  expect(await page(site).keys()).toEqual([keys[1]])
})

test('a page reads its own and those of others, in the order asked for', async () => {
  const site = name()
  const [a, b] = [page(site), page(site)]
  await a.add(['a1'])
  await b.add(['b1', 'b2'])
  const [first] = a.mine.keys()
  const [second] = b.mine.keys()
  expect(await a.read([second!, first!])).toEqual(['b1', 'b2', 'a1'])
  expect(await a.read([first!, 'gone.r.1.1', second!])).toEqual(['a1', 'b1', 'b2'])
})

test('a key says all there is to know, and sorts by time even where the clock goes backwards', async () => {
  const { add, keys, mine } = page(name())
  clock(NOW)
  await add(['a', 'ü'])
  await add(['b'])
  vi.setSystemTime(NOW - DAY)
  await add(['c'])
  const known = await keys()
  expect(known).toEqual([...mine.keys()])
  expect(known.map((key) => key.split('.').map((part, at) => (at ? part : parseInt(part, 36) - NOW)))).toEqual([
    [0, expect.stringMatching(/^\w+$/), '2', '4'], [1, expect.anything(), '1', '1'], [2, expect.anything(), '1', '1'],
  ])
})

test('it is durable when the promise resolves, the first record as well', async () => {
  const site = name()
  await page(site).add(['1'])
  expect((await openRecords(site).keys())!.filter((key) => key.includes('.'))).toHaveLength(1)
})

test('where nothing may be written down nothing is read either, and no database exists', async () => {
  const site = name()
  const { add, keys, read, remove, writePause, mine, may } = page(site, false)
  await add(['1'])
  await writePause(NOW, 1)
  expect(await read(await keys())).toEqual(['1'])
  expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(site)
  may.durable = true
  await page(site).add(['2'])
  may.durable = false
  expect(await keys()).toEqual([...mine.keys()])
  await remove([...mine.keys()])
  expect(await keys()).toEqual([])
})

test('IndexedDB that is missing or silent leaves memory', async () => {
  const { add, keys, read, remove, paused, tries, readPause, writePause } = page(name(), true, silent)
  await add(['1'])
  await add(['2'])
  const known = await keys()
  expect(await read(known)).toEqual(['1', '2'])
  clock(NOW)
  await writePause(NOW + 5, 3)
  await readPause()
  expect([paused(), tries()]).toEqual([5, 3])
  await remove([known[0]!])
  expect(await read(await keys())).toEqual(['2'])
})

describe('bounds: the newest stay, and what goes is counted', () => {
  test.each<[what: string, keys: string[], kept: number, lost: number[]]>([
    ['20 000 events', [key(3, 5000), key(2, 1e4), key(1, 1e4)], 2, [5000]],
    ['one more than 20 000', [key(3, 1), key(2, 1e4 + 1), key(1, 1e4)], 1, [1e4 + 2]],
    ['32 MB', [key(3, 7, 1), key(2, 1, 16e6), key(1, 1, 16e6)], 2, [7]],
    ['more than 32 MB', [key(2, 7, 16e6 + 1), key(1, 1, 16e6)], 1, [7]],
    ['seven days', [key(7 * DAY, 7), key(7 * DAY - 1), key(1)], 2, [7]],
    ['nothing', [key(1, 1, 10, 'a'), key(1, 1, 10, 'b')], 2, []],
  ])('%s', async (_, given, kept, lost) => {
    clock(NOW)
    const site = name()
    const { keys, dropped, records } = page(site)
    await records.write([...given.map((key): [string, unknown] => [key, ['x']]), ['mark', 1]])
    expect(await keys()).toEqual(given.slice(-kept))
    expect(dropped.mock.calls.map(([events]) => events)).toEqual(lost)
    expect((await records.keys())!.filter((key) => key.includes('.'))).toEqual(given.slice(-kept))
  })

  test('fit takes from the first, with what each event costs besides', () => {
    clock(NOW)
    const keys = [key(3, 2, 100), key(2, 2, 100), key(1, 1, 10)]
    expect(fit(keys, 4, 1000)).toEqual(keys.slice(0, 2))
    expect(fit(keys, 9, 200)).toEqual(keys.slice(0, 2))
    expect(fit(keys, 9, 210)).toEqual(keys)
    expect(fit(keys, 9, 210, 'x')).toEqual(keys.slice(0, 2))
    expect(fit(keys, 1, 1000)).toEqual([])
  })
})

test('what another tab has delivered is delivered', async () => {
  const site = name()
  const [a, b] = [page(site), page(site)]
  await a.add(['1'])
  await a.add(['2'])
  const keys = await b.keys()
  await b.remove([keys[0]!])
  expect(await a.keys()).toEqual([keys[1]])
  expect([...a.mine.values()]).toEqual([['2']])
})

test('what is left takes the place of its record in one transaction: a page may be killed amid two', async () => {
  const site = name()
  const records = openRecords(site)
  const write = vi.spyOn(records, 'write')
  const { add, mine } = page(site, true, records)
  const left = await add(['2'], [await add(['1', '2'])])
  expect(write).toHaveBeenCalledTimes(2)
  expect([[...mine.keys()], await page(site).keys()]).toEqual([[left], [left]])
})

test('what a page has spilt it writes down no more, as others may have delivered it by then', async () => {
  const site = name()
  const records = openRecords(site)
  let thaw = () => {}
  const frozen = new Promise<void>((resolve) => (thaw = resolve))
  const a = page(site, true, { ...records, write: (...given) => frozen.then(() => records.write(...given)) })
  const added = a.add(['1'])
  a.spill()
  const b = page(site)
  await b.remove(await b.keys())
  thaw()
  await added
  expect(await a.keys()).toEqual([])
})

test('a store that was wiped delivered nothing: memory keeps what it has, and writes go on', async () => {
  const site = name()
  const a = page(site)
  await a.add(['1'])
  await a.records.write([], await a.records.keys())
  expect(await a.read(await a.keys())).toEqual(['1'])
  await a.add(['2'])
  expect(await a.read(await a.keys())).toEqual(['1', '2'])
  const other = page(site)
  const keys = await other.keys()
  expect(await other.read(keys)).toEqual(['2'])
  await other.remove(keys)
  expect(await a.read(await a.keys())).toEqual(['1'])
})

describe('pause', () => {
  test('all pages know of it, and how often the collector has failed', async () => {
    clock(NOW)
    const site = name()
    const [a, b] = [page(site), page(site)]
    await a.writePause(NOW + 5000, 2)
    expect([b.paused(), b.tries()]).toEqual([0, 0])
    await b.readPause()
    expect([a.paused(), b.paused(), b.tries()]).toEqual([5000, 5000, 2])
    vi.setSystemTime(NOW + 4000)
    expect(b.paused()).toBe(1000)
    vi.setSystemTime(NOW + 6000)
    expect(b.paused()).toBe(0)
    await a.writePause(0, 0)
    await b.readPause()
    expect(b.tries()).toBe(0)
  })

  test('one that was begun by a clock ahead of time does not hold', async () => {
    clock(NOW)
    const { writePause, paused } = page(name())
    await writePause(NOW + DAY, 1)
    vi.setSystemTime(NOW - 1)
    expect(paused()).toBe(0)
  })
})
