/** IndexedDB that answers late, or not at all. */
import 'fake-indexeddb/auto'
import { afterEach, expect, test, vi } from 'vitest'
import { openRecords } from '../../plugins/http/records'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('silent for two seconds it is asked no more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const open = vi.spyOn(indexedDB, 'open').mockReturnValue({} as IDBOpenDBRequest)
  const { keys, write } = openRecords('silent')
  const [first, second] = [keys(), write([['a', 1]])]
  await vi.advanceTimersByTimeAsync(2000)
  expect([await first, await second, await keys()]).toEqual([undefined, undefined, undefined])
  expect(open).toHaveBeenCalledOnce()
})

test('late is not silent: a page that was frozen while it asked goes on when the answer comes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { keys, write } = openRecords('late')
  const written = write([['a', 1]])
  // The timer is overdue before anything has had a chance to answer.
  vi.advanceTimersByTime(2000)
  await written
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(await keys()).toEqual(['a'])
})
