/** A withdrawal while the outbox looks what other pages have left. */
import { expect, test } from 'vitest'
import { openRecords } from '../../plugins/http/records'
import { Analytics } from '../../src/analytics'
import { consent, driven, endpoint, names, newPage, wait } from './hostile-page'

newPage()

test('the database that it erased does not come back', async () => {
  const name = 'assent:LEFT'
  const key = [Date.now().toString(36).padStart(9, '0'), 'x', 1, 60].join('.')
  await openRecords(name).write([[key, ['{"event":"left","messageId":"m","context":{"consent":0}}']]])
  const { manager, say } = driven({ decision: 'decided', categories: { analytics: true } })
  const { getAllKeys } = IDBObjectStore.prototype
  IDBObjectStore.prototype.getAllKeys = function () {
    const request = getAllKeys.call(this)
    request.addEventListener('success', () => say({ decision: 'decided', categories: { analytics: false } }))
    return request
  }
  void new Analytics().load('LEFT', { endpoint, flushInterval: 1, consent: { ...consent, manager } })
  await wait(100)
  IDBObjectStore.prototype.getAllKeys = getAllKeys
  expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(name)
  expect(names()).toEqual([])
})
