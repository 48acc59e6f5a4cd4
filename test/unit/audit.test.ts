/** The ledger without a browser of its own: what an entry says, the bound, the decision, and peace for the page. */
import { afterEach, expect, test, vi } from 'vitest'
import { audit, type AuditOptions, type Ledger } from '../../plugins/audit'
import { createLedger } from '../../plugins/audit/create-ledger'
import type { Note } from '../../plugins/audit/words'
import { recordingAnalytics } from '../../plugins/testing'

const open: Ledger[] = []
const begin = (options?: AuditOptions) => {
  const ledger = audit(options)
  open.push(ledger)
  return ledger
}
/** A ledger whose notes come from the test. */
const noted = (options?: AuditOptions) => {
  let note!: Note
  const ledger = createLedger((given) => {
    note = given
    return () => {}
  }, options)
  return { ledger, note }
}
const here = () => {}

afterEach(() => {
  open.splice(0).forEach((ledger) => ledger.stop())
  localStorage.clear()
  vi.unstubAllGlobals()
})

test('values of queries and hashes stay out, unless wanted', () => {
  const url = 'https://x.example/p;a=1?id=7&q=&flag&u=a=b#token=1'
  const [{ ledger, note }, wanted] = [noted(), noted({ values: true })]
  note('request', 'fetch', url, here)
  wanted.note('request', 'fetch', url, here)
  expect(ledger.entries()[0]!.key).toBe('https://x.example/p;a=1?id=&q=&flag&u=')
  expect(wanted.ledger.entries()[0]!.key).toBe(url)
})

test('a relative URL is told in full, and what never leaves the page is no request', () => {
  const { ledger, note } = noted()
  note('request', 'img', '/a.png', here)
  for (const url of ['data:,x', 'blob:https://x.example/1', 'about:blank']) note('request', 'img', url, here)
  expect(ledger.entries().map(({ key }) => key)).toEqual([new URL('/a.png', document.baseURI).href])
})

test('what is only heard of is left out when it is known', () => {
  const { ledger, note } = noted()
  note('request', 'fetch', 'https://x.example/a', here)
  note('request', 'fetch', 'https://x.example/a', here)
  note('request', 'other', 'https://x.example/a', 0, 5)
  note('request', 'css', 'https://x.example/b', 0, 5)
  expect(ledger.entries().map(({ what, ms }) => [what, ms === 5]))
    .toEqual([['fetch', false], ['fetch', false], ['css', true]])
})

test('the beginning is kept whole, the rest is counted', () => {
  const { ledger, note } = noted({ limit: 2 })
  for (const key of ['a', 'b', 'c', 'd']) note('write', 'cookie', key, here)
  expect(ledger.toJSON()).toMatchObject({ dropped: 2, entries: [{ key: 'a' }, { key: 'b' }] })
})

test('each entry has the decision of its moment; one heard of later has that of then', () => {
  const { ledger, note } = noted()
  const analytics = recordingAnalytics()
  ledger.watch(analytics)
  note('write', 'cookie', 'before', here)
  analytics.consent({ ads: true })
  note('write', 'cookie', 'after', here)
  note('request', 'css', 'https://x.example/', 0, 0)
  analytics.consent({ ads: false })
  note('write', 'cookie', 'withdrawn', here)
  expect(ledger.entries().map(({ key, decided, consent }) => [key, decided, consent])).toEqual([
    ['before', false, undefined], ['after', true, { ads: true }], ['https://x.example/', false, undefined],
    ['withdrawn', true, { ads: false }],
  ])
  expect(ledger.before().map(({ key }) => key)).toEqual(['before', 'https://x.example/'])
  expect(ledger.toJSON().decisions.map(({ categories }) => categories)).toEqual([{ ads: true }, { ads: false }])
})

test('the buffer of a snippet is not asked; the client that takes its place is', () => {
  const { ledger, note } = noted()
  const stub = Object.assign([], { consent: vi.fn(), on: vi.fn() })
  ledger.watch(stub)
  note('write', 'cookie', 'early', here)
  vi.stubGlobal('analytics', recordingAnalytics({ consent: { ads: true } }))
  note('write', 'cookie', 'late', here)
  expect(stub.consent).not.toHaveBeenCalled()
  expect(stub.on).toHaveBeenCalledWith('consent', expect.any(Function))
  expect(ledger.entries().map(({ decided }) => decided)).toEqual([false, true])
})

test('a client that throws, or reads to answer, does no harm', () => {
  const ledger = begin()
  ledger.watch({ consent: () => {
    localStorage.getItem('decision')
    throw new Error('broken')
  } })
  document.cookie = 'a=1'
  expect(ledger.entries().map(({ what, key, decided }) => [what, key, decided])).toEqual([['cookie', 'a', false]])
})

test('equal entries are one line of the summary', () => {
  const { ledger, note } = noted()
  note('read', 'localStorage', 'a', here)
  note('read', 'localStorage', 'a', here)
  note('write', 'localStorage', 'a', here)
  expect(ledger.summary().map(({ kind, times }) => [kind, times])).toEqual([['read', 2], ['write', 1]])
})

test('listeners hear of entries and decisions until they stop, and cannot hurt the page', () => {
  const ledger = begin()
  const analytics = recordingAnalytics()
  ledger.watch(analytics)
  const heard = vi.fn()
  const stop = ledger.on(heard)
  document.cookie = 'a=1'
  analytics.consent({ ads: true })
  stop()
  document.cookie = 'b=1'
  expect(heard.mock.calls.map(([news]) => (news as { key?: string }).key)).toEqual(['a', undefined])
  ledger.on(() => {
    throw new Error('mine')
  })
  expect(() => { document.cookie = 'c=1' }).not.toThrow()
})

test('properties of a storage are seen when the script is done', async () => {
  const ledger = begin()
  localStorage.plain = '1'
  localStorage.setItem('called', '1')
  await Promise.resolve()
  delete localStorage.plain
  await Promise.resolve()
  expect(ledger.entries().map(({ kind, what, key }) => `${kind} ${what} ${key}`))
    .toEqual(['write localStorage called', 'write localStorage plain'])
})

test('another wrapper over ours stays when we stop, and ours is silent', () => {
  const ledger = begin()
  const ours = Storage.prototype.setItem
  const theirs = vi.fn(function (this: Storage, key: string, value: string) {
    ours.call(this, key, value)
  })
  Storage.prototype.setItem = theirs
  ledger.stop()
  localStorage.setItem('a', '1')
  expect(Storage.prototype.setItem).toBe(theirs)
  expect([localStorage.getItem('a'), ledger.entries().length]).toEqual(['1', 0])
})

test('globals of the page do not lead astray', () => {
  vi.stubGlobal('pop', () => {})
  const ledger = begin()
  localStorage.setItem('a', '1')
  expect([localStorage.getItem('a'), ledger.entries()[0]!.key]).toEqual(['1', 'a'])
})

test('to ask which caches and databases there are is to read', () => {
  class CacheStorage {
    has() {}
    keys() {}
    match() {}
  }
  class IDBFactory {
    databases() {}
  }
  vi.stubGlobal('CacheStorage', CacheStorage)
  vi.stubGlobal('IDBFactory', IDBFactory)
  const ledger = begin()
  const caches = new CacheStorage() as unknown as globalThis.CacheStorage
  void caches.keys()
  void caches.has('a')
  void (new IDBFactory() as unknown as globalThis.IDBFactory).databases()
  expect(ledger.entries().map(({ kind, what, key }) => `${kind} ${what} ${key}`))
    .toEqual(['read caches *', 'read caches a', 'read indexedDB *'])
})

test('on a server it is quiet', () => {
  vi.stubGlobal('window', undefined)
  expect(audit().entries()).toEqual([])
})
