// @vitest-environment node
/** Middleware of analytics.js: what it is handed, and what becomes of what it passes on. */
import { describe, expect, test, vi } from 'vitest'
import { Context, ContextCancelation } from '../../src/context'
import { runMiddleware, sourceMiddleware, type MiddlewareFunction, type MiddlewareParams } from '../../src/middleware'
import type { AssentEvent, Plugin } from '../../src/types'

const event = () =>
  ({ type: 'track', event: 'e', properties: { a: 1 }, context: {}, integrations: {} }) as unknown as AssentEvent
const run = (middleware: MiddlewareFunction, given = event()) => runMiddleware(middleware, given, {})

test('it is handed the live event, and a reader for each of its fields', async () => {
  const given = event()
  const middleware = vi.fn((params: MiddlewareParams) => params.next(params.payload))
  expect(await runMiddleware(middleware, given, { integration: 'A' })).toBe(given)
  const { payload, ...params } = middleware.mock.calls[0]![0]
  expect(params).toEqual({ integration: 'A', next: expect.any(Function) })
  expect(payload.obj).toBe(given)
  expect(payload.type()).toBe('track')
  expect((payload.properties as () => unknown)()).toEqual({ a: 1 })
})

describe('passes on', () => {
  test.each<[what: string, middleware: MiddlewareFunction]>([
    ['what it changed', ({ payload, next }) => {
      payload.obj.event = 'changed'
      next(payload)
    }],
    ['what it changed, by a bare next()', ({ payload, next }) => {
      payload.obj.event = 'changed'
      next()
    }],
    ['another event', ({ payload, next }) => next({ ...payload, obj: { ...payload.obj, event: 'changed' } })],
    ['later, within its promise', async ({ payload, next }) => {
      await null
      payload.obj.event = 'changed'
      next(payload)
    }],
  ])('%s', async (_, middleware) => expect(await run(middleware)).toMatchObject({ event: 'changed' }))
})

describe('drops', () => {
  test.each<[what: string, middleware: MiddlewareFunction]>([
    ['by next(null)', ({ next }) => next(null)],
    ['by saying nothing', () => {}],
    ['with the last word', ({ payload, next }) => (next(payload), next(null))],
  ])('%s', async (_, middleware) => {
    expect(await run(middleware)).toBe(undefined)
    const ctx = new Context(event())
    const plugin = sourceMiddleware(middleware, { plugins: [] })
    await expect(plugin.track!(ctx)).rejects.toBeInstanceOf(ContextCancelation)
  })
})

test.each<[what: string, middleware: MiddlewareFunction]>([
  ['a throw', () => {
    throw new Error('broken')
  }],
  ['a rejection', async () => {
    await null
    throw new Error('broken')
  }],
])('%s is not swallowed here', async (_, middleware) => {
  await expect(run(middleware)).rejects.toThrow('broken')
  const plugin = sourceMiddleware(middleware, { plugins: [] })
  await expect(plugin.track!(new Context(event()))).rejects.toThrow('broken')
})

describe('source middleware', () => {
  test('is a plugin before all others, for every type of event', () => {
    const plugin = sourceMiddleware(function named() {}, { plugins: [] })
    expect(plugin).toMatchObject({ name: 'Source Middleware named', type: 'before' })
    expect(plugin.isLoaded()).toBe(true)
    const { track, page, screen, identify, group, alias } = plugin
    expect([track, page, screen, identify, group, alias].every((hook) => hook == track && track)).toBe(true)
  })

  test('knows the destinations there are when an event passes', async () => {
    const queue = { plugins: [{ name: 'E', type: 'enrichment' }, { name: 'A', type: 'destination' }] as Plugin[] }
    const seen: unknown[] = []
    const plugin = sourceMiddleware(({ payload, next, integrations }) => {
      seen.push(integrations)
      next(payload)
    }, queue)
    await plugin.track!(new Context(event()))
    queue.plugins = [...queue.plugins, { name: 'B', type: 'destination' } as Plugin]
    await plugin.track!(new Context(event()))
    expect(seen).toEqual([{ A: true }, { A: true, B: true }])
  })

  test('what it passes on is the event from then on', async () => {
    const ctx = new Context(event())
    const plugin = sourceMiddleware(({ payload, next }) => {
      next({ ...payload, obj: { ...payload.obj, event: 'other' } })
    }, { plugins: [] })
    expect(await plugin.track!(ctx)).toBe(ctx)
    expect(ctx.event.event).toBe('other')
  })
})

test('a reader of what an event has not is no error: traits and properties are empty then', async () => {
  const seen = vi.fn()
  await run(({ payload }) => {
    const read = payload as unknown as Record<string, () => unknown>
    seen(read.traits!(), read.groupId!(), read.name!(), read.action!(), read.json!())
  })
  expect(seen).toHaveBeenCalledWith({}, undefined, undefined, 'track', expect.objectContaining({ type: 'track' }))
})

test('source middleware knows our transport by the name of the reference; why it dropped is said', async () => {
  const queue = { plugins: [{ name: 'assent', type: 'destination', always: true }] as Plugin[] }
  const seen = vi.fn()
  const { track } = sourceMiddleware(({ integrations }) => void seen(integrations), queue)
  await expect(track!(new Context(event()))).rejects.toMatchObject({ type: 'middleware_cancellation', retry: false })
  expect(seen).toHaveBeenCalledWith({ 'Segment.io': true })
})
