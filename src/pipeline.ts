import type { Analytics } from './analytics'
import { Context } from './context'
import type { Emitter } from './emitter'
import { runMiddleware, type DestinationMiddlewareFunction } from './middleware'
import type { Report } from './report'
import { sleep } from './sleep'
import type { AssentEvent, Plugin, PluginType } from './types'

/** `analytics.queue`: lists the plugins, and hears of every step of an event. */
export type Queue = Emitter & { plugins: Plugin[] }

/** How often, 50 ms apart, a destination is asked whether it is loaded before it gets its events all the same. */
const LOADED_LOOKS = 100

/** How long a plugin may take to load before the others go on without it. */
const LOAD_MS = 1e4
const tooLong = () => {
  throw new Error('timeout')
}

interface Loading {
  /** What events wait for. */
  done?: Promise<void>
  isDone?: boolean
}

/**
 * Runs plugins in order: before → enrichment, one at a time; then destinations, side by side; then after.
 * @param allows may this plugin be loaded and called now? The gate's answer
 */
export function createPipeline(
  analytics: Analytics,
  queue: Queue,
  allows: (plugin: Plugin) => boolean,
  report: Report,
) {
  /** There from before a plugin is loaded until it is unloaded. */
  const loading = new Map<Plugin, Loading>()
  const middleware: [destination: string, DestinationMiddlewareFunction[]][] = []

  const of = (wanted: PluginType) => queue.plugins.filter(({ type }) => type == wanted)

  async function load(plugin: Plugin, place: Loading): Promise<void> {
    try {
      const loaded = async () => plugin.load(Context.system(), analytics)
      // Unloaded or given up meanwhile: only now is there all that has to be taken back.
      const begun = loaded().finally(() => void (loading.has(plugin) || stop(plugin)))
      await Promise.race([begun, sleep(LOAD_MS).then(tooLong)])
      for (let left = LOADED_LOOKS; plugin.type == 'destination' && !plugin.isLoaded() && left--; ) await sleep(50)
      place.isDone = true
    } catch (error) {
      // Unloaded meanwhile: to give up may be its answer to that, and it may have been loaded again.
      if (loading.get(plugin) != place) return
      loading.delete(plugin)
      queue.plugins = queue.plugins.filter((each) => each != plugin)
      queue.emit('initialization_failure', plugin)
      report('plugin_load', error, { plugin: plugin.name })
    }
  }

  function unload(plugin: Plugin): Promise<void> {
    loading.delete(plugin)
    return stop(plugin)
  }

  async function stop(plugin: Plugin): Promise<void> {
    try {
      await plugin.unload?.(Context.system(), analytics)
    } catch (error) {
      report('plugin_unload', error, { plugin: plugin.name })
    }
  }

  /**
   * Hands an event to one plugin, asking the gate each time, so that a withdrawal reaches events already inside.
   * @param live is it still of a visitor who may be known?
   */
  async function hand(plugin: Plugin, ctx: Context, live: () => boolean): Promise<boolean> {
    try {
      await loading.get(plugin)?.done
      const hook = plugin[ctx.event.type]
      if (hook && loading.has(plugin) && live() && allows(plugin)) {
        const result = await hook.call(plugin, ctx)
        // Some return the event itself, or something else.
        if (result?.event?.type) ctx.event = result.event
        else if (result === null && plugin.type == 'before') ctx.cancel()
        queue.emit('message_enriched', ctx, plugin)
      }
      return true
    } catch (reason) {
      const cancelled = ctx._cancelledBy(reason)
      if (!cancelled) report('plugin_error', reason, { ctx, plugin: plugin.name })
      if (!cancelled && plugin.type != 'before') return true
      if (plugin.type != 'destination') ctx.setFailedDelivery({ reason })
      return false
    }
  }

  function chosen({ name, alternativeNames = [], always }: Plugin, { integrations = {} }: AssentEvent): boolean {
    const choice = [name, ...alternativeNames].map((each) => integrations[each]).find((each) => each !== undefined)
    return !!(choice ?? (always || integrations.All !== false))
  }

  /** Destination middleware works on a copy of its own, so that no destination sees what another's changed. */
  async function deliver(plugin: Plugin, ctx: Context, live: () => boolean): Promise<unknown> {
    const { name, always } = plugin
    const functions = always
      ? []
      : middleware.flatMap(([to, each]) => (to == '*' || to == name.toLowerCase() ? each : []))
    if (!functions[0]) return hand(plugin, ctx, live)
    try {
      let event: AssentEvent | undefined = JSON.parse(JSON.stringify(ctx.event))
      for (const each of functions) event = event && (await runMiddleware(each, event, { integration: name }))
      return event && hand(plugin, new Context(event, ctx.id), live)
    } catch (error) {
      report('plugin_error', error, { ctx, plugin: name })
    }
  }

  /**
   * Loads what the gate allows now, unloads what it does not.
   * @returns a promise that waits for all but destinations, which keep nobody waiting
   */
  const follow = (plugins = queue.plugins): Promise<unknown> =>
    Promise.all(
      plugins.map((plugin) => {
        let place = loading.get(plugin)
        if (!allows(plugin)) return void (place && unload(plugin))
        if (!place) {
          // Noted first: what it does while it loads, be it to register others or to decide, leads here again.
          loading.set(plugin, (place = {}))
          place.done = load(plugin, place)
        }
        return plugin.type == 'destination' ? undefined : place.done
      }),
    )

  return {
    follow,

    /**
     * Lists plugins; each is loaded now if the gate allows it, else when it does. Waits for these alone: whoever
     * registers them may be loading itself.
     */
    register(plugins: Plugin[]): Promise<unknown> {
      const added = plugins.filter(Boolean)
      queue.plugins = [...queue.plugins, ...added]
      return follow(added)
    },

    deregister(names: string[]): Promise<unknown> {
      const gone = queue.plugins.filter(({ name }) => names.includes(name))
      queue.plugins = queue.plugins.filter((plugin) => !gone.includes(plugin))
      return Promise.all(gone.map(unload))
    },

    /** Those that are loaded say when they are ready; the gate has not let the others. */
    ready: () => Promise.all([...loading.keys()].map((plugin) => plugin.ready?.())),

    addDestinationMiddleware: (name: string, functions: DestinationMiddlewareFunction[]) =>
      middleware.push([name.toLowerCase(), functions]),

    /** The part that keeps events in order. @returns false if the event was dropped */
    async enrich(ctx: Context, live: () => boolean): Promise<boolean> {
      await follow()
      for (const plugin of [...of('before'), ...of('enrichment')]) if (!(await hand(plugin, ctx, live))) return false
      return true
    },

    async deliver(ctx: Context, live: () => boolean): Promise<void> {
      const to = of('destination').filter((plugin) => loading.has(plugin) && chosen(plugin, ctx.event))
      // Our own first: what the others write on the event is theirs.
      to.sort((a, b) => +!!b.always - +!!a.always)
      await Promise.all(to.map((plugin) => {
        const done = deliver(plugin, ctx, live)
        // Nobody waits for one that is still loading, as it may never come.
        return plugin.always || loading.get(plugin)?.isDone ? done : undefined
      }))
      await Promise.all(of('after').map((plugin) => hand(plugin, ctx, live)))
    },
  }
}
