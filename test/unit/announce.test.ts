/** The events of analytics.js after a call, with its arguments. */
import { expect, test, vi } from 'vitest'
import { announce } from '../../src/announce'
import type { Call } from '../../src/calls'
import { Context } from '../../src/context'
import { Emitter } from '../../src/emitter'
import type { AssentEvent } from '../../src/types'

const QUEUE = ['flush', 'message_delivered', 'delivery_success', 'delivery_failure']
const [properties, traits] = [{ p: 1 }, { t: 1 }]

test.each<[call: Partial<Call>, event: Partial<AssentEvent>, told: unknown[]]>([
  [{ type: 'track', name: 'Called' }, { event: 'Renamed', properties }, ['Called', properties, undefined]],
  [{ type: 'page', name: 'n' }, { name: 'x', properties }, [null, 'n', properties, undefined]],
  [{ type: 'screen', name: 'n', category: 'c' }, { properties }, ['c', 'n', properties, undefined]],
  [{ type: 'identify', id: null }, { traits }, [null, traits, undefined]],
  [{ type: 'identify', id: 'u' }, { userId: 'u', traits }, ['u', traits, undefined]],
  [{ type: 'group' }, { groupId: null, traits }, [null, traits, undefined]],
  [{ type: 'alias', id: 'to' }, { userId: 'to', previousId: 'known' }, ['to', null, undefined]],
  [{ type: 'alias', id: 'to', from: 'from' }, { userId: 'to', previousId: 'from' }, ['to', 'from', undefined]],
])('%j', (call, event, told) => {
  const [face, queue, listener] = [new Emitter(), new Emitter(), vi.fn()]
  face.on(call.type!, listener)
  const [settle, callback] = [vi.fn(), vi.fn()]
  const ctx = new Context(event as AssentEvent)
  const heard = vi.fn()
  for (const name of QUEUE) queue.on(name, (...args) => heard(name, ...args))
  announce({ call: { ...call, callback } as Call, settle }, ctx, face, queue)
  expect(listener.mock.calls).toEqual([told])
  expect([settle.mock.calls, callback.mock.calls]).toEqual([[[ctx]], [[ctx]]])
  expect(heard.mock.calls).toEqual([['flush', ctx, true], ['message_delivered', ctx], ['delivery_success', ctx]])
})

test('what was not delivered is told with its reason', () => {
  const [queue, heard] = [new Emitter(), vi.fn()]
  const ctx = new Context({ type: 'track', event: 'e' })
  ctx.setFailedDelivery({ reason: 'why' })
  for (const name of QUEUE) queue.on(name, (...args) => heard(name, ...args))
  announce({ call: { type: 'track' } as Call, settle() {} }, ctx, new Emitter(), queue)
  expect(heard.mock.calls).toEqual([['flush', ctx, false], ['delivery_failure', ctx, 'why']])
})
