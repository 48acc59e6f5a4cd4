import { Context, ContextCancelation } from './context'
import type { Emitter } from './emitter'
import { runMiddleware, type DestinationMiddlewareFunction } from './middleware'
import type { AnalyticsLike, Plugin, PluginType } from './types'

/** A plugin and how far it is. */
interface Slot {
  plugin: Plugin
  loaded?: boolean
  /** While it loads: what events wait for. */
  loading?: Promise<void>
}

interface Surroundings {
  analytics: AnalyticsLike
  /** `analytics.queue`: hears of every step. */
  queue: Emitter
  /** May this plugin be loaded and called now? The gate's answer. */
  allows(plugin: Plugin): boolean
  report(code: string, error: unknown, more?: object): void
}

/** How often, 50 ms apart, a destination is asked whether it is loaded before it gets its events all the same. */
const PATIENCE = 100

export type Pipeline = ReturnType<typeof createPipeline>

/** Runs plugins in order: before → enrichment, one at a time; then destinations, side by side; then after. */
export function createPipeline({ analytics, queue, allows, report }: Surroundings) {
  let slots: Slot[] = []
  const middleware: Record<string, DestinationMiddlewareFunction[]> = {}
  const failed: string[] = []

  const of = (type: PluginType) => slots.filter(({ plugin }) => plugin.type == type)

  async function load(slot: Slot): Promise<void> {
    const { plugin } = slot
    slot.loaded = true
    try {
      await plugin.load(Context.system(), analytics)
      for (let left = PATIENCE; plugin.type == 'destination' && !plugin.isLoaded() && left--; ) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    } catch (error) {
      slots = slots.filter((each) => each != slot)
      failed.push(plugin.name)
      queue.emit('initialization_failure', plugin)
      report('plugin_load', error)
    }
    slot.loading = undefined
  }

  async function unload(slot: Slot): Promise<void> {
    slot.loaded = false
    try {
      await slot.plugin.unload?.(Context.system(), analytics)
    } catch (error) {
      report('plugin_unload', error)
    }
  }

  /** Hands an event to one plugin, asking the gate each time, so that a withdrawal reaches events already inside. */
  async function hand({ plugin, loading }: Slot, ctx: Context): Promise<boolean> {
    try {
      // No await without need: what is ready has the event before anything else can happen to the page.
      if (loading) await loading
      const hook = plugin[ctx.event.type]
      if (hook && allows(plugin)) {
        const result = await hook.call(plugin, ctx)
        if (result?.event) ctx.event = result.event
        queue.emit('message_enriched', ctx, plugin)
      }
      return true
    } catch (reason) {
      const cancelled = reason instanceof ContextCancelation
      if (!cancelled) report('plugin_error', reason, { ctx })
      if (!cancelled && plugin.type != 'before') return true
      if (plugin.type != 'destination') ctx.setFailedDelivery({ reason })
      return false
    }
  }

  function chosen({ name, alternativeNames = [], always }: Plugin, { integrations }: Context['event']): boolean {
    const choice = [name, ...alternativeNames].map((each) => integrations[each]).find((each) => each !== undefined)
    return (choice ?? (always || integrations.All)) !== false
  }

  /** Destination middleware works on a copy of its own, so that no destination sees what another's changed. */
  async function deliver(slot: Slot, ctx: Context): Promise<unknown> {
    const { name, always } = slot.plugin
    const functions = always ? [] : [...(middleware['*'] ?? []), ...(middleware[name.toLowerCase()] ?? [])]
    if (!functions.length) return hand(slot, ctx)
    let event: Context['event'] | undefined = JSON.parse(JSON.stringify(ctx.event))
    try {
      for (const each of functions) event = event && (await runMiddleware(each, event, { integration: name }))
      return event && hand(slot, new Context(event, ctx.id))
    } catch (error) {
      report('plugin_error', error, { ctx })
    }
  }

  return {
    failed,
    plugins: () => slots.map(({ plugin }) => plugin),

    /** Lists plugins; each is loaded now if the gate allows it, else when it does. */
    register(plugins: Plugin[]): Promise<unknown> {
      for (const plugin of plugins) slots.push({ plugin })
      return this.follow()
    },

    deregister(names: string[]): Promise<unknown> {
      const gone = slots.filter(({ plugin }) => names.includes(plugin.name))
      slots = slots.filter((slot) => !gone.includes(slot))
      return Promise.all(gone.map(unload))
    },

    /** Loads what the gate allows now, unloads what it does not. Destinations keep nobody waiting. */
    follow(): Promise<unknown> {
      return Promise.all(
        slots.map((slot) => {
          const allowed = allows(slot.plugin)
          if (allowed && !slot.loaded) slot.loading = load(slot)
          if (!allowed && slot.loaded) void unload(slot)
          return slot.plugin.type == 'destination' ? undefined : slot.loading
        }),
      )
    },

    addDestinationMiddleware(name: string, functions: DestinationMiddlewareFunction[]): void {
      ;(middleware[name.toLowerCase()] ??= []).push(...functions)
    },

    /** The part that keeps events in order. @returns false if the event was dropped */
    async enrich(ctx: Context): Promise<boolean> {
      await Promise.all(slots.map(({ plugin, loading }) => (plugin.type == 'destination' ? undefined : loading)))
      for (const slot of [...of('before'), ...of('enrichment')]) if (!(await hand(slot, ctx))) return false
      return true
    },

    async deliver(ctx: Context): Promise<void> {
      await Promise.all(of('destination').map((slot) => slot.loaded && chosen(slot.plugin, ctx.event) && deliver(slot, ctx)))
      await Promise.all(of('after').map((slot) => hand(slot, ctx)))
    },
  }
}
