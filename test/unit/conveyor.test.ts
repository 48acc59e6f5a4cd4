// @vitest-environment node
/** Calls in order, off the caller's time. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createConveyor, type Rest } from '../../src/conveyor'

beforeEach(() => {
  vi.useFakeTimers()
  // A page is never quite new.
  vi.advanceTimersByTime(100)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const settle = () => vi.advanceTimersByTimeAsync(1000)
const microtasks = async () => {
  for (let left = 50; left--; ) await null
}

function setUp(work: (item: string, rest: Rest) => unknown = () => {}) {
  const log: string[] = []
  const lost = vi.fn()
  const prepare = vi.fn((item: string) => `${item}!`)
  const conveyor = createConveyor(prepare, async (item: string, prepared, rest) => {
    log.push(prepared)
    await work(item, rest)
  }, lost)
  return { ...conveyor, log, lost, prepare, pushAll: (...items: string[]) => items.forEach(conveyor.push) }
}

test('items go one after another, in order, and not on the caller\'s time', async () => {
  let inside = 0
  let most = 0
  const { pushAll, push, log, prepare } = setUp(async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 5))
    inside--
  })
  pushAll('a', 'b')
  expect([log, prepare.mock.calls]).toEqual([[], []])
  await settle()
  push('c')
  await settle()
  expect([log, most, inside]).toEqual([['a!', 'b!', 'c!'], 1, 0])
})

test('without a hurry the main thread is given away first', async () => {
  const { push, log } = setUp()
  push('a')
  await microtasks()
  expect(log).toEqual([])
  await settle()
  expect(log).toEqual(['a!'])
})

test('a slice is half a frame: after that others have the main thread', async () => {
  let now = 1
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const rests: number[] = []
  const { pushAll } = setUp(() => {
    now += 5
    rests.push(timers.mock.calls.filter(([, ms]) => !ms).length)
  })
  pushAll('a', 'b', 'c', 'd', 'e')
  await vi.runAllTimersAsync()
  expect(rests).toEqual([1, 1, 2, 2, 3])
})

test('each is prepared once, when its turn comes or before that, in order', async () => {
  const { pushAll, push, catchUp, prepare, log } = setUp()
  pushAll('a', 'b')
  catchUp()
  expect([prepare.mock.calls, log]).toEqual([[['a'], ['b']], []])
  push('c')
  catchUp()
  catchUp()
  await settle()
  expect([prepare.mock.calls, log]).toEqual([[['a'], ['b'], ['c']], ['a!', 'b!', 'c!']])
})

describe('hurry', () => {
  test('all goes through without a pause', async () => {
    const { pushAll, hurry, log } = setUp()
    pushAll('a', 'b', 'c')
    void hurry()
    await microtasks()
    expect(log).toEqual(['a!', 'b!', 'c!'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends a rest that has begun, and nobody rests after it', async () => {
    const { push, hurry, log } = setUp(async (_, rest) => {
      await rest(500)
    })
    push('a')
    await vi.advanceTimersByTimeAsync(10)
    expect(log).toEqual(['a!'])
    push('b')
    let done = false
    void hurry()!.then(() => (done = true))
    await microtasks()
    expect([log, done]).toEqual([['a!', 'b!'], true])
  })

  test('waits for what takes longer, and for what comes meanwhile', async () => {
    const { push, hurry, log } = setUp(() => new Promise((resolve) => setTimeout(resolve, 50)))
    push('a')
    let done = false
    void hurry()!.then(() => (done = true))
    await vi.advanceTimersByTimeAsync(20)
    push('b')
    await vi.advanceTimersByTimeAsync(60)
    expect([log, done]).toEqual([['a!', 'b!'], false])
    await vi.advanceTimersByTimeAsync(60)
    expect(done).toBe(true)
  })

  test('of an empty belt is nothing, and after it pauses are pauses again', async () => {
    const { push, hurry, log } = setUp()
    expect(hurry()).toBe(undefined)
    push('a')
    await hurry()
    push('b')
    await microtasks()
    expect(log).toEqual(['a!'])
    await settle()
    expect(log).toEqual(['a!', 'b!'])
  })
})

test('through waits for all without hurry, and is nothing where nothing is under way', async () => {
  const { pushAll, through, log } = setUp()
  expect(through()).toBe(undefined)
  pushAll('a', 'b')
  let done = false
  void through()!.then(() => (done = true))
  await microtasks()
  expect([log, done]).toEqual([[], false])
  await settle()
  expect([log, done, through()]).toEqual([['a!', 'b!'], true, undefined])
})

test('clear gives back what waits, which then is not done', async () => {
  const { pushAll, push, clear, log, prepare } = setUp()
  pushAll('a', 'b')
  expect([clear(), clear()]).toEqual([['a', 'b'], []])
  await settle()
  expect([log, prepare.mock.calls.length]).toEqual([[], 0])
  push('c')
  await settle()
  expect(log).toEqual(['c!'])
})

test('what is cleared while others have the main thread is not missed', async () => {
  const { push, clear, log, lost } = setUp()
  push('a')
  await microtasks()
  clear()
  await settle()
  expect([log, lost.mock.calls]).toEqual([[], []])
})

test('clear from within leaves the rest undone', async () => {
  const { pushAll, clear, log } = setUp(() => void clear())
  pushAll('a', 'b', 'c')
  await settle()
  expect(log).toEqual(['a!'])
})

test.each([['preparing'], ['work']])('an item that throws in %s is told of, and the others go on', async (where) => {
  const error = new Error('broken')
  const fail = (item: string) => {
    if (item == 'b') throw error
  }
  const { pushAll, prepare, log, lost } = setUp(where == 'work' ? fail : undefined)
  if (where != 'work') prepare.mockImplementation((item) => (fail(item), `${item}!`))
  pushAll('a', 'b', 'c')
  await settle()
  expect(log).toEqual(where == 'work' ? ['a!', 'b!', 'c!'] : ['a!', 'c!'])
  expect(lost.mock.calls).toEqual([['b', error]])
})

test('an item that waits for a later one, or for good, is passed by after a while', async () => {
  const { pushAll, log, count } = setUp((item) => item == 'a' && new Promise(() => {}))
  pushAll('a', 'b')
  await vi.advanceTimersByTimeAsync(11_000)
  expect(log).toEqual(['a!'])
  await vi.advanceTimersByTimeAsync(2000)
  expect([log, count()]).toEqual([['a!', 'b!'], 1])
})

test('what is in hand counts until it is done', async () => {
  let goOn = () => {}
  const { pushAll, count } = setUp(() => new Promise<void>((resolve) => (goOn = resolve)))
  pushAll('a', 'b')
  expect(count()).toBe(2)
  await settle()
  expect(count()).toBe(2)
  goOn()
  await settle()
  expect(count()).toBe(1)
  goOn()
  await settle()
  expect(count()).toBe(0)
})

test('a hurry while nothing is under way is none for what comes later', async () => {
  const { hurry, push, log } = setUp()
  void hurry()
  push('a')
  await microtasks()
  expect(log).toEqual([])
})
