/** What every consent manager keeps to, whatever the vendor. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { decide } from '../../src/consent'
import { clearStage, page, stages } from './consent-stages'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  clearStage()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Long enough for a look half a second apart, for what settles after it and for every promise between. */
const settle = () => vi.advanceTimersByTimeAsync(2000)

/** Answers every question with itself, and is true: the worst a blocker can put in a global's place. */
const yesMan: unknown = new Proxy(function () {}, { get: () => yesMan, apply: () => yesMan })
const standIns: [string, () => unknown][] = [
  ['an empty object', () => ({})],
  ['a function that answers nothing', () => () => undefined],
  ['one that says yes to everything', () => yesMan],
  ...['undefined', 'false', 'true', 'null', '0', '""', '{}', '[]'].map((answer): [string, () => unknown] => [
    `functions that answer ${answer}`,
    () => new Proxy(() => JSON.parse(answer === 'undefined' ? 'null' : answer), {
      get: (answers, name) => (name === 'then' ? undefined : answers),
    }),
  ]),
]

describe.each(stages)('$name', ({ create, arrives, plays, pretends, followers, a, b, globals }) => {
  test('absent, it is undecided, and looking for it ends with the subscription', async () => {
    const manager = create()
    expect(manager.read()).toBeUndefined()
    const stop = manager.subscribe(() => undefined)
    await settle()
    expect(manager.read()).toBeUndefined()
    stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('absent, it lets nobody be taken for somebody who need not be asked', () => {
    const manager = create()
    expect(manager.read()).toBeUndefined()
    expect(decide({ model: 'opt-out', manager }, undefined, false).open).toBeUndefined()
  })

  test.each(standIns)('a stand-in grants nothing and throws nothing: %s', async (_what, standIn) => {
    for (const name of globals) page[name] = standIn()
    const manager = create({ categories: { [a]: 'analytics', [b]: 'ads' } })
    const stop = manager.subscribe(() => undefined)
    await settle()
    expect(Object.values(manager.read()?.categories ?? {})).not.toContain(true)
    expect(manager.read()?.basis).not.toBe('explicit')
    stop()
  })

  test('it finds a decision that was made before anybody listened', async () => {
    arrives()
    plays(true, false)
    await settle()
    const manager = create()
    const stop = manager.subscribe(() => undefined)
    await settle()
    expect(manager.read()).toMatchObject({ decision: 'decided', categories: { [a]: true, [b]: false } })
    stop()
  })

  test('it is found when it arrives late, and looked for no longer', async () => {
    const manager = create()
    const changed = vi.fn()
    const stop = manager.subscribe(changed)
    await settle()
    arrives()
    await settle()
    expect(manager.read()?.decision ?? 'pending').toBe('pending')
    expect(vi.getTimerCount()).toBe(0)
    changed.mockClear()
    plays(true, false)
    await settle()
    expect(changed).toHaveBeenCalled()
    expect(manager.read()).toMatchObject({ decision: 'decided', categories: { [a]: true, [b]: false } })
    expect(manager.read()?.basis).toBe('explicit')
    stop()
  })

  test('defaults are no decision', async () => {
    arrives()
    const manager = create()
    const stop = manager.subscribe(() => undefined)
    await settle()
    pretends()
    await settle()
    const state = manager.read()
    expect(state?.basis).not.toBe('explicit')
    expect(state?.decision).not.toBe('not-required')
    if (state?.decision === 'pending') expect(state.categories).toEqual({})
    stop()
  })

  test('it tells of a change both ways', async () => {
    arrives()
    const manager = create({ categories: { [a]: 'analytics', [b]: 'ads' } })
    const changed = vi.fn()
    const stop = manager.subscribe(changed)
    await settle()
    for (const [first, second] of [[true, true], [false, false], [false, true]] as const) {
      changed.mockClear()
      plays(first, second)
      await settle()
      expect(changed).toHaveBeenCalled()
      expect(manager.read()).toMatchObject({ decision: 'decided', categories: { analytics: first, ads: second } })
    }
    stop()
  })

  test('with a map only mapped names pass; several names must all be granted; an unknown one is closed', async () => {
    arrives()
    const manager = create({ categories: { [a]: ['analytics', 'both'], [b]: 'both', nonsense: 'unheard' } })
    const stop = manager.subscribe(() => undefined)
    plays(true, false)
    await settle()
    expect(manager.read()?.categories).toEqual({ analytics: true, both: false, unheard: false })
    plays(true, true)
    await settle()
    expect(manager.read()?.categories).toEqual({ analytics: true, both: true, unheard: false })
    stop()
  })

  test('reading has no side effect', async () => {
    arrives()
    const manager = create()
    const changed = vi.fn()
    const stop = manager.subscribe(changed)
    plays(true, false)
    await settle()
    changed.mockClear()
    const before = [document.cookie, Object.keys(window).length, vi.getTimerCount()]
    expect(manager.read()).toEqual(manager.read())
    expect([document.cookie, Object.keys(window).length, vi.getTimerCount()]).toEqual(before)
    expect(changed).not.toHaveBeenCalled()
    stop()
  })

  test('after its stop it is silent and leaves no listener and no timer', async () => {
    const open = new Set<string>()
    for (const target of [window, document]) {
      const where = target === window ? 'window' : 'document'
      const { addEventListener, removeEventListener } = target
      const key = new Map<unknown, number>()
      const id = (type: string, listener: unknown) => {
        if (!key.has(listener)) key.set(listener, key.size)
        return `${where} ${type} ${key.get(listener)}`
      }
      vi.spyOn(target, 'addEventListener').mockImplementation((type: string, listener: unknown) => {
        open.add(id(type, listener))
        addEventListener.call(target, type, listener as EventListener)
      })
      vi.spyOn(target, 'removeEventListener').mockImplementation((type: string, listener: unknown) => {
        open.delete(id(type, listener))
        removeEventListener.call(target, type, listener as EventListener)
      })
    }
    arrives()
    const changed = vi.fn()
    const other = vi.fn()
    const stop = create().subscribe(changed)
    const stopOther = create().subscribe(other)
    await settle()
    if (followers) expect(followers()).toBeGreaterThan(0)
    stop()
    changed.mockClear()
    other.mockClear()
    plays(true, true)
    await settle()
    expect(changed).not.toHaveBeenCalled()
    expect(other).toHaveBeenCalled()
    stopOther()
    expect([...open]).toEqual([])
    expect(followers?.() ?? 0).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the same function may follow it twice, and each following ends by its own stop', async () => {
    arrives()
    const changed = vi.fn()
    const [stopOne, stopOther] = [create().subscribe(changed), create().subscribe(changed)]
    await settle()
    stopOne()
    changed.mockClear()
    plays(true, true)
    await settle()
    expect(changed).toHaveBeenCalled()
    stopOther()
  })

  test('it can be subscribed to again', async () => {
    arrives()
    const manager = create()
    manager.subscribe(() => undefined)()
    const changed = vi.fn()
    const stop = manager.subscribe(changed)
    plays(true, false)
    await settle()
    expect(changed).toHaveBeenCalled()
    expect(manager.read()).toMatchObject({ decision: 'decided', categories: { [a]: true } })
    stop()
  })
})
