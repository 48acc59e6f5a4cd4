// @vitest-environment node
/** The one place that calls plugins: in which order, with whose leave, and what a broken one does to the others. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Context, ContextCancelation } from '../../src/context'
import type { DestinationMiddlewareFunction } from '../../src/middleware'
import { event, setUp } from './pipeline-site'
import type { Integrations, Plugin, PluginType } from '../../src/types'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const fail = () => {
  throw new Error('broken')
}

test('before, enrichment, destination, after, whatever the order of registration', async () => {
  const { plugin, register, send, log } = setUp()
  const types = ['after', 'destination', 'enrichment', 'before', 'utility'] as const
  await register([...types.map((type) => plugin(type, type)), plugin('enrichment2', 'enrichment')])
  log.length = 0
  await send()
  expect(log).toEqual(['before', 'enrichment', 'enrichment2', 'destination', 'after'])
})

test('enrichments go one at a time, destinations side by side', async () => {
  const { plugin, register, send, log } = setUp()
  const slow = (name: string, ms: number) => async (ctx: Context) => {
    log.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, ms))
    log.push(`${name} ends`)
    return ctx
  }
  await register([
    plugin('e1', 'enrichment', { track: slow('e1', 20) }), plugin('e2', 'enrichment', { track: slow('e2', 10) }),
    plugin('d1', 'destination', { track: slow('d1', 20) }), plugin('d2', 'destination', { track: slow('d2', 10) }),
  ])
  log.length = 0
  void send()
  await vi.runAllTimersAsync()
  expect(log).toEqual(['e1 begins', 'e1 ends', 'e2 begins', 'e2 ends', 'd1 begins', 'd2 begins', 'd2 ends', 'd1 ends'])
})

test('what an enrichment gives back is the event from then on; giving nothing changes nothing', async () => {
  const { plugin, register, send, queue } = setUp()
  const enriched = vi.fn()
  queue.on('message_enriched', enriched)
  const changed = { ...event().event, event: 'changed' }
  const seen = vi.fn((ctx: Context) => ctx)
  const nothing = plugin('nothing', 'enrichment', { track: () => undefined })
  await register([plugin('e', 'enrichment', { track: () => new Context(changed) }), nothing,
    plugin('d', 'destination', { track: seen })])
  const { ctx } = await send()
  expect([ctx.event, seen.mock.calls[0]![0].event]).toEqual([changed, changed])
  expect(enriched.mock.calls.map(([, { name }]) => name)).toEqual(['e', 'nothing', 'd'])
})

test.each<[integrations: Integrations, called: string[]]>([
  [{}, ['T', 'A', 'Segment.io']],
  [{ All: true }, ['T', 'A', 'Segment.io']],
  [{ All: false }, ['T']],
  [{ All: false, A: true }, ['T', 'A']],
  [{ All: false, A: { option: 1 } }, ['T', 'A']],
  [{ A: false }, ['T', 'Segment.io']],
  [{ T: false }, ['A', 'Segment.io']],
  [{ Other: false }, ['T', 'A']],
  [{ All: false, Other: true }, ['T', 'Segment.io']],
  [{ 'Segment.io': true, Other: false }, ['T', 'A', 'Segment.io']],
  [{ A: undefined }, ['T', 'A', 'Segment.io']],
])('integrations %j', async (integrations, called) => {
  const { plugin, register, send, log } = setUp()
  await register([
    plugin('A', 'destination'), plugin('Segment.io', 'destination', { alternativeNames: ['Other'] }),
    plugin('T', 'destination', { always: true }), plugin('E', 'enrichment'),
  ])
  log.length = 0
  await send(event(integrations))
  expect(log).toEqual(['E', ...called])
})

describe('an event stops', () => {
  test.each<[what: string, type: PluginType, track: Plugin['track'], reported: number]>([
    ['by a cancellation before', 'before', (ctx) => ctx.cancel(), 0],
    ['by a cancellation in an enrichment', 'enrichment', (ctx) => ctx.cancel(new ContextCancelation()), 0],
    ['by one with an error for its reason', 'enrichment', (ctx) => ctx.cancel(new Error('personal data')), 0],
    ['by a plugin that throws before', 'before', fail, 1],
    ['by one before that gives null', 'before', () => null, 0],
  ])('%s', async (_, type, track, reported) => {
    const { plugin, register, send, log, report } = setUp()
    await register([plugin('stop', type, { track }), plugin('later', type), plugin('d', 'destination')])
    log.length = 0
    const { passed, ctx } = await send()
    expect([passed, log, report.mock.calls.length]).toEqual([false, [], reported])
    expect(ctx.failedDelivery()).toBeTruthy()
  })
})

describe('an event goes on', () => {
  test.each<[what: string, type: PluginType, track: Plugin['track'], reported: number]>([
    ['an enrichment that throws', 'enrichment', fail, 1],
    ['one that rejects', 'enrichment', () => Promise.reject(new Error('broken')), 1],
    ['a destination that throws', 'destination', fail, 1],
    ['a destination that cancels', 'destination', (ctx) => ctx.cancel(), 0],
    ['an after plugin that throws', 'after', fail, 1],
  ])('past %s', async (_, type, track, reported) => {
    const { plugin, register, send, log, report } = setUp()
    await register([plugin('bad', type, { track }), plugin('e', 'enrichment'), plugin('d', 'destination'),
      plugin('a', 'after')])
    log.length = 0
    const { passed, ctx } = await send()
    expect([passed, log, ctx.failedDelivery()?.reason ?? 'none']).toEqual([true, ['e', 'd', 'a'], 'none'])
    expect(report.mock.calls.map(([code]) => code)).toEqual(reported ? ['plugin_error'] : [])
  })
})

test('a type that a plugin has no method for passes it by', async () => {
  const { plugin, register, send, log } = setUp()
  await register([plugin('silent', 'before', { track: undefined }), plugin('d', 'destination')])
  log.length = 0
  expect((await send()).passed).toBe(true)
  expect(log).toEqual(['d'])
})

test('destination middleware works on a copy of its own, and not on our own transport', async () => {
  const { plugin, register, send, addDestinationMiddleware, log } = setUp()
  const seen: Record<string, unknown> = {}
  const track = (name: string) => (ctx: Context) => ((seen[name] = ctx.event.event), ctx)
  addDestinationMiddleware('a', [({ payload, next, integration }) => {
    log.push(integration)
    payload.obj.event = 'for A'
    next(payload)
  }])
  addDestinationMiddleware('*', [({ payload, next }) => next(payload.obj.event == 'for A' ? payload : null)])
  await register([plugin('A', 'destination', { track: track('A') }), plugin('B', 'destination', { track: track('B') }),
    plugin('T', 'destination', { always: true, track: track('T') })])
  log.length = 0
  const { ctx } = await send()
  expect([seen, log, ctx.event.event]).toEqual([{ A: 'for A', T: 'e' }, ['A'], 'e'])
})

test('what one destination middleware drops the next does not see; what is closed has none', async () => {
  const { plugin, register, send, addDestinationMiddleware, log, report } = setUp('shut')
  const drop: DestinationMiddlewareFunction = ({ integration, next }) => (log.push(integration), next(null))
  addDestinationMiddleware('*', [drop, () => log.push('next')])
  await register([plugin('open', 'destination'), plugin('shut', 'destination')])
  log.length = 0
  await send()
  expect([log, report.mock.calls]).toEqual([['open'], []])
})

test('destination middleware that throws keeps its destination from it, and is named', async () => {
  const { plugin, register, send, addDestinationMiddleware, log, report } = setUp()
  addDestinationMiddleware('A', [fail])
  await register([plugin('A', 'destination'), plugin('B', 'destination')])
  log.length = 0
  await send()
  expect([log, report.mock.calls.map(([code]) => code)]).toEqual([['B'], ['plugin_error']])
})

test.each([
  ['the event instead of the context', (ctx: Context) => ctx.event], ['a text', () => 'sent'], ['a number', () => 1],
])('a plugin that returns %s has changed what it changed, and nothing breaks', async (_, result) => {
  const { plugin, register, send, log, report } = setUp()
  const track = ((ctx: Context) => {
    ctx.event.properties!.seen = true
    return result(ctx)
  }) as unknown as Plugin['track']
  await register([plugin('e', 'enrichment', { track }), plugin('d', 'destination')])
  const { ctx } = await send()
  expect(ctx.event).toMatchObject({ type: 'track', event: 'e', properties: { seen: true } })
  expect(log).toContain('d')
  expect(report).not.toHaveBeenCalled()
})

test('a plugin that never finishes loading is named, and holds the others up no longer than ten seconds', async () => {
  vi.useFakeTimers()
  const { plugin, register, send, log, report, queue } = setUp()
  const failed = vi.fn()
  queue.on('initialization_failure', failed)
  const stuck = plugin('stuck', 'enrichment', { load: () => new Promise(() => {}) })
  void register([stuck, plugin('d', 'destination')])
  const sent = send()
  await vi.advanceTimersByTimeAsync(9999)
  expect(log).not.toContain('d')
  await vi.advanceTimersByTimeAsync(1)
  await sent
  expect(log).toContain('d')
  expect([report.mock.calls[0]![0], failed.mock.calls[0]![0]]).toEqual(['plugin_load', stuck])
})
