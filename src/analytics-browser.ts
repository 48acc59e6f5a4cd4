import { Analytics, VERSION } from './analytics'
import { Context } from './context'
import type { Listener } from './emitter'
import type { AnalyticsBrowserSettings, InitOptions } from './options'
import { onServer, PROMISED, silence } from './silence'
import type { Group } from './user'
import type { AnyEvents, Track } from './typed-events'
import type { Callback, GroupTraits, ID, Options } from './types'

type Method = Exclude<(typeof PROMISED)[number], 'track' | 'group'>
type Promised<F> = F extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never
type Facade = { [M in Method]: Promised<Analytics[M]> }

const running = new Map<string, AnalyticsBrowser>()

export interface AnalyticsBrowser<Events extends object = AnyEvents> extends Facade {
  track: Track<Events>
  group(): Promise<Group>
  group(
    id: ID | number | GroupTraits,
    traits?: GroupTraits | Callback | null,
    options?: Options | Callback | null,
    callback?: Callback,
  ): Promise<Context>
}

/**
 * For npm: a client that can be called before it is loaded. `await` gives `[analytics, ctx]`.
 *
 * `AnalyticsBrowser.load<{ 'Signed Up': { plan: string } }>(…)` checks event names and their properties.
 */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- the interface of the same name uses it
export class AnalyticsBrowser<Events extends object = AnyEvents> {
  readonly VERSION = VERSION
  instance?: Analytics
  ctx?: Context
  private _analytics = new Analytics()
  private _start!: (loading: Promise<unknown>) => void
  private _loaded = new Promise<unknown>((resolve) => (this._start = resolve)).then((): [Analytics, Context] => {
    this.instance = this._analytics
    this.ctx = Context.system()
    return [this.instance, this.ctx]
  })

  constructor() {
    const self = this as unknown as Record<string, unknown>
    const inner = this._analytics as unknown as Record<string, (...args: unknown[]) => unknown>
    if (onServer()) silence(this._analytics)
    for (const name of PROMISED) {
      // What makes events or prepares the client goes in at once, in order; what reads from it waits until it is there.
      const reads = /^(user|ready|group)$/
      self[name] = (...args: unknown[]) =>
        !onServer() && reads.test(name) && (name != 'group' || !args.length)
          ? this._loaded.then(() => inner[name]!(...args))
          : Promise.resolve(inner[name]!(...args))
    }
  }

  /** One client for each write key, however often a component that is rendered again may load it. */
  static load<Events extends object = AnyEvents>(
    settings: AnalyticsBrowserSettings,
    options?: InitOptions,
  ): AnalyticsBrowser<Events> {
    const key = settings.writeKey
    const known = !onServer() && running.get(key)
    const client = known || new AnalyticsBrowser()
    // Noted first: what is loaded with it may ask for it in the same way.
    running.set(key, client)
    if (!known) client.load(settings, options)
    return client as unknown as AnalyticsBrowser<Events>
  }

  /** Only the inner client, once it is loaded. */
  static standalone(writeKey: string, options?: InitOptions): Promise<Analytics> {
    return AnalyticsBrowser.load({ writeKey }, options).then(([analytics]) => analytics)
  }

  /** Starts the client; later calls do nothing. On a server nothing ever starts. */
  load(settings: AnalyticsBrowserSettings, options?: InitOptions): this {
    this._start(onServer() ? Promise.resolve() : this._analytics.load(settings, options))
    return this
  }

  then<A = [Analytics, Context], B = never>(
    done?: ((value: [Analytics, Context]) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this._loaded.then(done, failed)
  }

  // As in analytics.js and in Promise itself.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  catch<B = never>(failed?: ((reason: any) => B | PromiseLike<B>) | null): Promise<[Analytics, Context] | B> {
    return this._loaded.catch(failed)
  }

  finally(settled?: (() => void) | null): Promise<[Analytics, Context]> {
    return this._loaded.finally(settled)
  }

  on(event: string, listener: Listener): this {
    this._analytics.on(event, listener)
    return this
  }

  once(event: string, listener: Listener): this {
    this._analytics.once(event, listener)
    return this
  }

  off(event: string, listener: Listener): this {
    this._analytics.off(event, listener)
    return this
  }

  /** A page view of this path. */
  pageView(path: string): Promise<Analytics> {
    return this._analytics.pageview(path)
  }

  debug(on: boolean): this {
    this._analytics.debug(on)
    return this
  }

  consent(...args: Parameters<Analytics['consent']>): ReturnType<Analytics['consent']> {
    return this._analytics.consent(...args)
  }

  stats(): ReturnType<Analytics['stats']> {
    return this._analytics.stats()
  }

  flush(): Promise<unknown> {
    return this._analytics.flush()
  }
}
