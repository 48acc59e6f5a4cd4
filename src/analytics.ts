import { applyQuery, queryOf } from '../plugins/querystring'
import { trackElements, type TrackArguments } from './browser/links'
import { isSnippetPage } from './browser/page'
import { createClient } from './client'
import { Context } from './context'
import { Emitter } from './emitter'
import { TYPES } from './hooks'
import type { Group, User } from './user'
import { sourceMiddleware, type DestinationMiddlewareFunction, type MiddlewareFunction } from './middleware'
import type { AnalyticsBrowserSettings, CDNSettings, InitOptions } from './options'
import type { Stats } from './stats'
import type { Loose, Track } from './typed-events'
import type {
  Callback, Categories, EventProperties, EventType, GroupTraits, ID, Integrations, Options, Plugin, UserTraits,
} from './types'

declare const __VERSION__: string
/** Put in by the build. */
export const VERSION = typeof __VERSION__ == 'string' ? __VERSION__ : 'dev'

type PageArguments = (string | EventProperties | Callback | null | undefined)[]

/** Every method is a function by itself, so that it can be handed around: `const { track } = analytics`. */
interface Methods {
  /**
   * The calls of the Segment spec, in all argument forms of analytics.js. The promise resolves when the event is
   * durable and the collector has answered, for which it waits 300 ms at most.
   */
  track: Track
  page(...args: PageArguments): Promise<Context>
  screen(...args: PageArguments): Promise<Context>
  identify(
    id?: Loose<ID | number | UserTraits>,
    traits?: Loose<UserTraits>,
    options?: Loose<Options>,
    callback?: Callback,
  ): Promise<Context>
  group(): Group
  group(
    id: ID | number | GroupTraits,
    traits?: Loose<GroupTraits>,
    options?: Loose<Options>,
    callback?: Callback,
  ): Promise<Context>
  alias(
    to: string | number,
    from?: Loose<string | number | Options>,
    options?: Loose<Options>,
    callback?: Callback,
  ): Promise<Context>

  /**
   * Starts the client; a second call does nothing.
   * @param key write key, or settings that hold it; options may sit in either
   * @returns the client, once its plugins are loaded
   */
  load(key?: string | AnalyticsBrowserSettings, options?: InitOptions): Promise<Analytics>
  /** Records a decision with the built-in manager. Gives the categories decided, or undefined while undecided. */
  consent(categories?: Categories): Categories | undefined
  /** Whom the calls before this one have made known; ids are null while consent is undecided. */
  user(): User
  /** Sets the anonymous id. Without an argument gives the one there is, or makes it; null while nobody may be known. */
  setAnonymousId(id?: ID): ID
  /** Forgets user, group and anonymous id (logout); what was tracked before keeps them. */
  reset(): void
  /** What became of the calls of this page, in numbers. */
  stats(): Stats
  /** Sends what is queued now. */
  flush(): Promise<void>
  /** Resolves, and calls back, with the results of the plugins' own `ready`. */
  ready(callback?: (results: unknown[]) => unknown): Promise<unknown[]>
  /** Adds plugins, each loaded as soon as the gate allows it; the promise waits for none of the destinations. */
  register(...plugins: Plugin[]): Promise<Context>
  /** Unloads the plugins of these names. */
  deregister(...names: string[]): Promise<Context>
  /** Sees every event before enrichment; dropping it drops it for all. */
  addSourceMiddleware(middleware: MiddlewareFunction): Promise<Analytics>
  /** `*` for all destinations; assent's own transport is none of them. */
  addDestinationMiddleware(name: string, ...middleware: DestinationMiddlewareFunction[]): Promise<Analytics>
  /**
   * `(elements, event, properties?, options?)`: tracks each click (trackLink, trackClick) or submit (trackForm,
   * trackSubmit). `elements`: one, a list, or a jQuery object; name and properties may be functions of the element.
   */
  trackLink(...args: TrackArguments): Promise<Analytics>
  trackClick(...args: TrackArguments): Promise<Analytics>
  trackForm(...args: TrackArguments): Promise<Analytics>
  trackSubmit(...args: TrackArguments): Promise<Analytics>
  /** Applies the query of an address, absolute or not: `?ajs_uid=7`. */
  queryString(address: string): Promise<Context[]>
  /** `analytics.push(['track', 'Name'])`: the snippet's array, still usable after load. */
  push(call: [method: string, ...args: unknown[]]): void
  // What remains of the classic library: `pageview` is a page call with this path, `use` calls what it is given, the
  // others are there so that nobody who calls them fails.
  pageview(path: string): Promise<Analytics>
  timeout(ms: number): void
  use(plugin: (analytics: Analytics) => unknown): Analytics
  debug(on: boolean): Analytics
  noConflict(): Analytics
  normalize<T>(event: T): T
  initialize(): Promise<Analytics> | undefined
  init(): Promise<Analytics> | undefined
}

const DEAD = 'log addIntegrationMiddleware listeners addEventListener removeAllListeners removeListener '
  + 'removeEventListener hasListeners add addIntegration'

export interface Analytics extends Methods {}

/** `window.analytics` with the script tag; what begins with `_` is the snippet's, read when the script takes over. */
export interface AnalyticsSnippet extends Analytics {
  _writeKey?: string
  _loadOptions?: InitOptions
  _cdn?: string
}

/** The public face: analytics.js. */
export class Analytics extends Emitter {
  VERSION = VERSION
  initialized = false
  settings = { timeout: 300 } as AnalyticsBrowserSettings & { cdnSettings: CDNSettings; timeout: number }
  options: InitOptions = {}
  integrations: Integrations = {}
  /** Hears of every step of an event: `message_enriched`, `delivery_success` … */
  queue = Object.assign(new Emitter(), { plugins: [] as Plugin[] })

  constructor(settings?: AnalyticsBrowserSettings, options?: InitOptions) {
    super()
    Object.assign(this.settings, settings)
    Object.assign(this.options, options)
    const self = this as unknown as Record<string, unknown>
    const { queue } = this
    const { call, pipeline, start, identity, ...client } = createClient(this, queue, VERSION)
    let loading: Promise<Analytics> | undefined
    let begun: (loading: unknown) => void
    const ready = new Promise((resolve) => (begun = resolve))

    const itself = () => this
    const loaded = () => loading
    const listener = (type: string) => async (...args: TrackArguments) => {
      trackElements(type, args, this.track)
      return this
    }
    const [click, submit] = [listener('click'), listener('submit')]

    const methods: Omit<Methods, EventType> = {
      ...client,
      load: (key = this.settings, options = this.options) => {
        loading ??= start({ ...(typeof key == 'string' ? { writeKey: key } : key), ...options } as never).then(itself)
        begun(loading)
        return loading
      },
      user: () => identity().user,
      async ready(callback) {
        await ready
        const results = await pipeline.ready()
        callback?.(results)
        return results
      },
      register: (...plugins) => pipeline.register(plugins).then(Context.system),
      deregister: (...names) => pipeline.deregister(names).then(Context.system),
      addSourceMiddleware: async (middleware) =>
        pipeline.register([sourceMiddleware(middleware, queue)]).then(itself),
      async addDestinationMiddleware(name, ...middleware) {
        pipeline.addDestinationMiddleware(name, middleware)
        return itself()
      },
      trackLink: click,
      trackClick: click,
      trackForm: submit,
      trackSubmit: submit,
      queryString: (address) => applyQuery(queryOf(address), this, this.options.useQueryString),
      push([name, ...args]) {
        const method = self[name] as undefined | ((...args: unknown[]) => unknown)
        // Our own snippet adds the page to every call; only those of the spec have a use for it.
        const given = TYPES.includes(name as EventType) ? args : args.filter((arg) => !isSnippetPage(arg))
        void (async () => method?.(...given))().catch(console.error)
      },
      pageview: (path) => call('page', [{ path }]).then(itself),
      timeout: (ms) => void (this.settings.timeout = ms),
      use: (plugin) => (plugin(this), this),
      debug: itself,
      noConflict: itself,
      normalize: (event) => event,
      initialize: loaded,
      init: loaded,
    }
    Object.assign(this, methods)
    for (const type of TYPES) {
      self[type] = (...args: unknown[]) =>
        (type == 'group' && args.every(isSnippetPage) ? identity().group : call(type, args))
    }
    for (const name of DEAD.split(' ')) self[name] = () => {}
  }
}
