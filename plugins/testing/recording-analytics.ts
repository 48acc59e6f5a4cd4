import type { Analytics } from '../../src/analytics'
import type { Categories } from '../../src/types'

export interface RecordedCall {
  method: string
  args: unknown[]
  /** Time of the call, by the clock given. */
  time: Date
  /** The categories in force at the call; undefined while undecided. */
  consent?: Categories
}

export interface RecordingOptions {
  /** The decision at the start. Default: undecided. */
  consent?: Categories
  /** The clock, for tests that have one of their own. */
  now?(): Date
}

export interface Recording {
  /** Every call in order, but for those that only listen or ask (`on`, `user`, `consent()` …). */
  calls: RecordedCall[]
  /** The arguments of each call of one method, such as `track`. */
  callsOf(method: string): unknown[][]
  /** Forgets the calls; decision and listeners stay. */
  clear(): void
}

type Listener = (...args: unknown[]) => unknown

const events = 'track page screen identify group alias'
const promised = 'load register deregister addSourceMiddleware addDestinationMiddleware trackLink trackClick ' +
  'trackForm trackSubmit queryString pageview flush initialize init'
const plain = 'setAnonymousId reset push timeout use debug noConflict normalize log addIntegrationMiddleware ' +
  'listeners addEventListener removeAllListeners removeListener removeEventListener hasListeners add addIntegration'

/**
 * A test double with the surface of the client: it writes calls down, sends and stores nothing, needs no browser. Calls
 * emit what those of the client emit (`call`, then `track` and so on), `consent(categories)` decides.
 *
 * ```js
 * const analytics = recordingAnalytics()
 * checkout(analytics)
 * expect(analytics.callsOf('track')).toEqual([['Order Completed', { total: 10 }]])
 * ```
 */
export function recordingAnalytics({ consent, now = () => new Date() }: RecordingOptions = {}): Analytics & Recording {
  const calls: RecordedCall[] = []
  const listeners = new Map<string, Listener[]>()
  let decision = consent
  let ids: Record<string, unknown> = {}

  const emitter = {
    on(event: string, listener: Listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener])
      return double
    },
    off(event: string, listener: Listener) {
      listeners.set(event, (listeners.get(event) ?? []).filter((each) => each != listener))
      return double
    },
    once(event: string, listener: Listener) {
      const first: Listener = (...args) => {
        emitter.off(event, first)
        listener(...args)
      }
      return emitter.on(event, first)
    },
    emit(event: string, ...args: unknown[]) {
      for (const listener of listeners.get(event) ?? []) listener(...args)
      return double
    },
  }

  const record = (method: string, args: unknown[]) => void calls.push({ method, args, time: now(), consent: decision })
  const methods = (names: string, then: (name: string, args: unknown[]) => unknown) =>
    Object.fromEntries(names.split(' ').map((name) => [name, (...args: unknown[]) => then(name, args)]))
  const value = (name: string) => (given?: unknown) =>
    (given === undefined ? ids[name] ?? null : (ids[name] = given))
  const entity = (id: string, traits: string) =>
    ({ id: value(id), traits: value(traits), anonymousId: value('anonymousId') })

  const double: Record<string, unknown> = {
    VERSION: 'recording',
    initialized: true,
    settings: {},
    options: {},
    integrations: {},
    queue: { ...emitter, plugins: [] },
    ...emitter,
    ...methods(events, (name, args) => {
      if (name == 'group' && !args.length) return entity('groupId', 'groupTraits')
      emitter.emit('call', name)
      record(name, args)
      emitter.emit(name, ...args)
      return Promise.resolve({ event: { type: name }, logs: () => [], failedDelivery: () => undefined })
    }),
    ...methods(promised, (name, args) => {
      record(name, args)
      return Promise.resolve(double)
    }),
    ...methods(plain, (name, args) => {
      record(name, args)
      if (name == 'reset') ids = {}
      return name == 'setAnonymousId' ? (ids.anonymousId = args[0]) : double
    }),
    user: () => entity('userId', 'traits'),
    ready: (callback?: Listener) => Promise.resolve([]).then((results) => (callback?.(results), results)),
    stats: () => ({}),
    consent(categories?: Categories) {
      const changed = categories && JSON.stringify(categories) != JSON.stringify(decision)
      if (categories) decision = { ...categories }
      if (changed) emitter.emit('consent', decision)
      return decision
    },
    calls,
    callsOf: (method: string) => calls.filter((call) => call.method == method).map(({ args }) => args),
    clear: () => void calls.splice(0),
  }
  return double as unknown as Analytics & Recording
}
