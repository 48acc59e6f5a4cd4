/** What a page that goes leaves in localStorage, who takes it over, and what a withdrawal leaves: nothing. */
import 'fake-indexeddb/auto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createOutbox } from '../../plugins/http/outbox'
import { openRecords, type Records } from '../../plugins/http/records'
import { createSpill } from '../../plugins/http/spill'

let site = 0
const name = () => `assent:spill${++site}`

function page(name: string, records: Records = openRecords(name)) {
  const may = { durable: true }
  return { ...createOutbox(records, createSpill(name), () => may.durable, () => {}), records, may }
}
/** IndexedDB as a page that is going meets it: it takes everything, and nobody hears of it any more. */
const unheard = (name: string): Records => ({ ...openRecords(name), write: () => new Promise(() => {}) })
const nothing = async () => undefined
const missing: Records = { keys: nothing, get: nothing, write: nothing, change: nothing, erase() {} }
const spilt = (name: string) => {
  const { names, read } = createSpill(name)
  return names().flatMap(read).flatMap(([, entries]) => entries)
}

afterEach(() => {
  vi.restoreAllMocks()
  localStorage.clear()
})

test('what is not known to be stored is spilt, and the next page takes it over under its own key', async () => {
  const site = name()
  const gone = page(site, unheard(site))
  void gone.add(['1', '2'])
  gone.spill()
  expect(spilt(site)).toEqual(['1', '2'])
  const next = page(site)
  const keys = await next.keys()
  expect(keys).toEqual([...gone.mine.keys()])
  expect(await next.read(keys)).toEqual(['1', '2'])
  expect(createSpill(site).names()).toEqual([])
  const third = page(site)
  expect(await third.read(await third.keys())).toEqual(['1', '2'])
})

test('what is stored is not spilt', async () => {
  const site = name()
  const { add, spill } = page(site)
  await add(['1'])
  void add(['2'])
  spill()
  expect(spilt(site)).toEqual(['2'])
})

test('what IndexedDB has taken and then could not keep is spilt', async () => {
  vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (this: IDBTransaction) {
    this.abort()
  })
  const site = name()
  const { add, spill } = page(site)
  await add(['1'])
  spill()
  expect(spilt(site)).toEqual(['1'])
})

test('what did get into IndexedDB is not there twice', async () => {
  const site = name()
  const a = page(site)
  const added = a.add(['1'])
  a.spill()
  await added
  expect(spilt(site)).toEqual(['1'])
  const next = page(site)
  expect(await next.read(await next.keys())).toEqual(['1'])
})

test('pages that go one after another spill side by side, each its own once', async () => {
  const site = name()
  const [a, b] = [page(site, unheard(site)), page(site, unheard(site))]
  void a.add(['a'])
  void b.add(['b'])
  a.spill()
  b.spill()
  a.spill()
  expect(spilt(site).sort()).toEqual(['a', 'b'])
})

test('a page that comes back does not send what another has taken over and delivered', async () => {
  const site = name()
  const back = page(site, unheard(site))
  void back.add(['1'])
  back.spill()
  const other = page(site)
  const keys = await other.keys()
  await other.remove(keys)
  expect([await back.keys(), back.mine.size]).toEqual([[], 0])
})

test('without IndexedDB it is taken into memory, and spilt again', async () => {
  const site = name()
  const gone = page(site, missing)
  await gone.add(['1'])
  gone.spill()
  const next = page(site, missing)
  expect(await next.read(await next.keys())).toEqual(['1'])
  next.spill()
  expect(spilt(site)).toEqual(['1'])
})

test('after a wipe what memory has is spilt', async () => {
  const site = name()
  const { add, keys, records, spill } = page(site)
  await add(['1'])
  await records.write([], await records.keys())
  await keys()
  spill()
  expect(spilt(site)).toEqual(['1'])
})

test('where nothing may be written down nothing is spilt or taken over', async () => {
  const site = name()
  const { add, spill, keys, mine, may } = page(site, missing)
  may.durable = false
  await add(['1'])
  spill()
  expect(createSpill(site).names()).toEqual([])
  createSpill(site).write([['1.r.1.1', ['old']]])
  expect(await keys()).toEqual([...mine.keys()])
  expect(spilt(site)).toEqual(['old'])
})

test.each(['', 'null', '{"broken', '{"a":1}', '[1,null,"x"]', '"text"'])(
  'text in localStorage that is %j is nothing, and goes', async (text) => {
    const site = name()
    localStorage.setItem(`${site} 1`, text)
    expect(await page(site).keys()).toEqual([])
    expect(createSpill(site).names()).toEqual([])
  })

test('pages that go at once do not see what the other has spilt, and lose nothing by it', async () => {
  const site = name()
  const [a, b] = [page(site, unheard(site)), page(site, unheard(site))]
  void a.add(['a'])
  void b.add(['b'])
  a.spill()
  // As in another process, which hears of it a little later.
  const hidden = Object.entries({ ...localStorage })
  localStorage.clear()
  b.spill()
  for (const [key, value] of hidden) localStorage.setItem(key, value)
  const next = page(site)
  expect((await next.read(await next.keys())).sort()).toEqual(['a', 'b'])
})

test('of two sites, one whose name begins like the other\'s keeps its own', async () => {
  const site = name()
  createSpill(site + '0').write([['1.r.1.1', ['other']]])
  const { keys, erase } = page(site)
  expect(await keys()).toEqual([])
  erase()
  expect(spilt(site + '0')).toEqual(['other'])
})

test('blocked localStorage is nothing', async () => {
  const fail = () => {
    throw new DOMException('blocked', 'SecurityError')
  }
  for (const method of ['getItem', 'setItem', 'removeItem'] as const) {
    vi.spyOn(Storage.prototype, method).mockImplementation(fail)
  }
  const { add, spill, keys, read } = page(name())
  const adding = add(['1'])
  spill()
  await adding
  expect(await read(await keys())).toEqual(['1'])
})

describe('erase', () => {
  const full = async () => {
    const site = name()
    const a = page(site)
    await a.add(['1'])
    await a.writePause(Date.now() + 1e6, 3)
    createSpill(site).write([['1.r.1.1', ['left']]])
    return { ...a, site }
  }
  const left = async (site: string) => [await openRecords(site).keys(), createSpill(site).names()]

  test('a withdrawal leaves nothing in memory, on disk or spilt, and no pause', async () => {
    const { site, erase, keys, mine, paused, tries } = await full()
    erase()
    expect([mine.size, paused(), tries()]).toEqual([0, 0, 0])
    expect(await left(site)).toEqual([[], []])
    expect(await keys()).toEqual([])
  })

  test('what may still be sent stays in memory only', async () => {
    const { site, erase, keys, read, may } = await full()
    may.durable = false
    erase(true)
    expect(await left(site)).toEqual([[], []])
    expect(await read(await keys())).toEqual(['1'])
  })

  test('a page that has not opened the database takes away what an earlier one left', async () => {
    const site = name()
    const opening = indexedDB.open(site)
    opening.onupgradeneeded = () => void opening.result.createObjectStore('records').put(['left'], '1.r.1.1')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    opening.result.close()
    page(site).erase()
    expect(await left(site)).toEqual([[], []])
  })

  test('after it things are kept again', async () => {
    const { site, erase, add } = await full()
    erase()
    await add(['2'])
    const next = page(site)
    expect(await next.read(await next.keys())).toEqual(['2'])
  })
})

test('a spill leaves the site its share of localStorage: the oldest megabyte, and no more', async () => {
  const site = name()
  const gone = page(site, unheard(site))
  for (let index = 0; index < 12; index++) void gone.add([JSON.stringify({ index, text: 'x'.repeat(1e5) })])
  gone.spill()
  expect(createSpill(site).names().map((each) => localStorage.getItem(each)!.length)[0]).toBeLessThan(1.1e6)
  expect(spilt(site).map((text) => JSON.parse(text).index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('what a page spills while it takes over what others have spilt stays there', async () => {
  const site = name()
  const gone = page(site, unheard(site))
  void gone.add(['left'])
  gone.spill()
  let settle!: () => void
  const slow = new Promise<true>((resolve) => (settle = () => resolve(true)))
  const going = page(site, { ...openRecords(site), write: () => slow })
  const taking = going.keys()
  void going.add(['own'])
  going.spill()
  settle()
  await taking
  expect(spilt(site)).toContain('own')
})
