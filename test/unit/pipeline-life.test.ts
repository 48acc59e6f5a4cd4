// @vitest-environment node
/** Plugins come with leave of the gate and go with it, also under events that are already inside. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Context } from '../../src/context'
import { setUp } from './pipeline-site'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const fail = () => {
  throw new Error('broken')
}

test('it is loaded once, with the client, when the gate allows it and not before', async () => {
  const { plugin, register, follow, send, closed, log, analytics } = setUp('d')
  const load = vi.fn()
  await register([plugin('d', 'destination', { load })])
  await send()
  expect([log, load.mock.calls]).toEqual([[], []])
  closed.clear()
  await follow()
  await follow()
  await send()
  expect([log, load.mock.calls]).toEqual([['d'], [[expect.any(Context), analytics]]])
})

test('closing unloads it once, and it gets nothing more; opening again loads it again', async () => {
  const { plugin, register, follow, send, closed, log } = setUp()
  await register([plugin('d', 'destination'), plugin('e', 'enrichment')])
  closed.add('d')
  await follow()
  await follow()
  await send()
  expect(log).toEqual(['load d', 'load e', 'unload d', 'e'])
  closed.clear()
  await send()
  expect(log.slice(4)).toEqual(['load d', 'e', 'd'])
})

test('closing reaches an event that is already inside', async () => {
  const { plugin, register, send, closed, log } = setUp()
  await register([
    plugin('e1', 'enrichment', { track: (ctx) => (['e2', 'd', 'a'].forEach((name) => closed.add(name)), ctx) }),
    plugin('e2', 'enrichment'), plugin('d', 'destination'), plugin('a', 'after'),
  ])
  log.length = 0
  await send()
  expect(log).toEqual([])
})

test('closing reaches an event that waits for its destination to load', async () => {
  const { plugin, register, send, closed, log } = setUp()
  void register([plugin('d', 'destination', { load: () => later(100) })])
  void send()
  await vi.advanceTimersByTimeAsync(50)
  closed.add('d')
  await vi.runAllTimersAsync()
  expect(log).toEqual([])
})

test('one that was closed, or given up, while it loaded is unloaded once more after that', async () => {
  const { plugin, register, follow, closed, log } = setUp()
  const load = (ms: number) => async () => {
    await later(ms)
    log.push('loaded')
  }
  void register([
    plugin('slow', 'destination', { load: load(100) }), plugin('slower', 'destination', { load: load(2e4) }),
  ])
  closed.add('slow')
  await follow()
  await vi.advanceTimersByTimeAsync(200)
  expect(log).toEqual(['unload slow', 'loaded', 'unload slow'])
  await vi.advanceTimersByTimeAsync(2e4)
  expect(log.slice(3)).toEqual(['loaded', 'unload slower'])
})

test('what was known when an event was made may be nobody\'s by the time its destination is loaded', async () => {
  const { plugin, register, send, log } = setUp()
  let live = true
  void register([plugin('d', 'destination', { load: () => later(100) }), plugin('a', 'after')])
  void send(undefined, () => live)
  await vi.advanceTimersByTimeAsync(50)
  live = false
  await vi.runAllTimersAsync()
  expect(log).toEqual(['load a', 'a'])
})

test('who called waits for destinations that are loaded, and for our own, and for no other', async () => {
  const { plugin, register, send, log } = setUp()
  const slow = (name: string) => async (ctx: Context) => {
    await later(100)
    log.push(name)
    return ctx
  }
  const add = (...names: string[]) => register(names.map((name) => plugin(name, 'destination', {
    load: () => name == 'late' ? later(300) : undefined, always: name == 'own', track: slow(name),
  })))
  void add('quick')
  await vi.advanceTimersByTimeAsync(0)
  void add('own', 'late')
  const sent = send().then(() => log.push('sent'))
  await vi.advanceTimersByTimeAsync(200)
  expect(log).toEqual(['quick', 'own', 'sent'])
  await vi.runAllTimersAsync()
  await sent
  expect(log).toEqual(['quick', 'own', 'sent', 'late'])
})

test('events wait for what loads; registration waits for all but destinations', async () => {
  const { plugin, register, send, log } = setUp()
  const slow = (name: string, ms: number) => async () => {
    await later(ms)
    log.push(`loaded ${name}`)
  }
  const plugins = [
    plugin('d', 'destination', { load: slow('d', 200) }), plugin('e', 'enrichment', { load: slow('e', 100) }),
  ]
  void register(plugins).then(() => log.push('registered'))
  void send()
  await vi.runAllTimersAsync()
  expect(log).toEqual(['loaded e', 'registered', 'e', 'loaded d', 'd'])
})

test.each([[3, 150], [Infinity, 5000]])('not loaded %d times, a destination gets its events', async (times, ms) => {
  const { plugin, register, send, log } = setUp()
  let asked = 0
  await register([plugin('d', 'destination', { isLoaded: () => asked++ >= times })])
  void send()
  await vi.advanceTimersByTimeAsync(ms - 1)
  expect(log).toEqual(['load d'])
  await vi.advanceTimersByTimeAsync(1)
  expect(log).toEqual(['load d', 'd'])
})

test.each([['throws', fail], ['rejects', () => Promise.reject(new Error('broken'))]])(
  'one whose load %s is listed no more, and the others get their events', async (_, load) => {
    const { plugin, register, send, log, queue, report } = setUp()
    const failed = vi.fn()
    queue.on('initialization_failure', failed)
    const bad = plugin('bad', 'destination', { load })
    await register([bad, plugin('d', 'destination')])
    await send()
    expect([log, queue.plugins.map(({ name }) => name)]).toEqual([['load d', 'd'], ['d']])
    expect([failed.mock.calls, report.mock.calls.map(([code]) => code)]).toEqual([[[bad]], ['plugin_load']])
  })

test('one whose unload throws is named, and is unloaded', async () => {
  const { plugin, register, follow, send, closed, log, report } = setUp()
  await register([plugin('bad', 'destination', { unload: fail }), plugin('d', 'destination')])
  closed.add('bad').add('d')
  await follow()
  await send()
  expect(log).toEqual(['load bad', 'load d', 'unload d'])
  expect(report.mock.calls.map(([code]) => code)).toEqual(['plugin_unload'])
})

test('deregister unloads and forgets by name', async () => {
  const { plugin, register, deregister, send, log, queue } = setUp()
  await register([plugin('a', 'destination'), plugin('b', 'destination')])
  await deregister(['a', 'unknown'])
  await send()
  expect([log, queue.plugins.map(({ name }) => name)]).toEqual([['load a', 'load b', 'unload a', 'b'], ['b']])
})

test('what is no plugin is passed over', async () => {
  const { plugin, register, send, log } = setUp()
  await register([undefined as never, plugin('d', 'destination')])
  await send()
  expect(log).toEqual(['load d', 'd'])
})
