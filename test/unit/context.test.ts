// @vitest-environment node
/** What a plugin holds while an event passes. */
import { describe, expect, test } from 'vitest'
import { Context, ContextCancelation } from '../../src/context'

const setUp = () =>
  new Context({ type: 'track', event: 'e', properties: { kept: 1 }, integrations: { Off: false, On: true } })

test('an id of its own, or the one that it is given', () => {
  const ctx = setUp()
  expect(ctx.id).toMatch(/^[\da-f-]{36}$/)
  const same = new Context(ctx.event, ctx.id)
  expect([ctx, setUp(), same].map((other) => ctx.isSame(other))).toEqual([true, false, true])
})

test('logs, and is its own logger', () => {
  const ctx = setUp()
  ctx.log('debug', 'a')
  ctx.logger.log('warn', 'b', { c: 1 })
  const said = [{ level: 'debug', message: 'a' }, { level: 'warn', message: 'b', extras: { c: 1 } }]
  expect(ctx.logs()).toMatchObject(said)
  expect(ctx.toJSON()).toEqual({ id: ctx.id, event: ctx.event, logs: ctx.logs(), metrics: [] })
})

describe('updateEvent', () => {
  test.each<[path: string, at: unknown]>([
    ['properties.plan', { kept: 1, plan: 'x' }],
    ['properties.a.b', { kept: 1, a: { b: 'x' } }],
    ['properties', 'x'],
  ])('%s', (path, properties) => {
    expect(setUp().updateEvent(path, 'x').properties).toEqual(properties)
  })

  test('leaves an integration that is switched off alone, and no other', () => {
    const ctx = setUp()
    ctx.updateEvent('integrations.Off.a', 1)
    expect(() => ctx.updateEvent('integrations.On.a', 1)).toThrow()
    ctx.updateEvent('integrations.New.a', 1)
    expect(ctx.event.integrations).toEqual({ Off: false, On: true, New: { a: 1 } })
  })

  test.each(['__proto__.bad', 'properties.__proto__.bad', 'constructor.prototype.bad'])('%s is nobody\'s', (path) => {
    setUp().updateEvent(path, 1)
    expect('bad' in {}).toBe(false)
  })
})

describe('an event is cancelled', () => {
  const thrown = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return error
    }
  }

  const reasons = [undefined, null, 'why', new Error('why'), new ContextCancelation({ reason: 'why' })]
  test.each(reasons)('with %s', (reason) => {
    const ctx = setUp()
    const error = thrown(() => ctx.cancel(reason))
    expect(error).toEqual(reason === undefined ? new ContextCancelation() : reason)
    expect([ctx._cancelledBy(error), ctx._cancelledBy(new Error('why'))]).toEqual([true, false])
  })

  test('by a cancellation that a plugin throws itself, and by no other error', () => {
    const ctx = setUp()
    expect([new ContextCancelation(), new Error(), undefined].map((error) => ctx._cancelledBy(error))).toEqual(
      [true, false, false])
  })
})
