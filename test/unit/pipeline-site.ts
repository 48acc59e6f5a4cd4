/** A pipeline with a gate that closes by name, and plugins that log what is done with them. */
import { vi } from 'vitest'
import type { Analytics } from '../../src/analytics'
import { Context } from '../../src/context'
import { Emitter } from '../../src/emitter'
import { createPipeline } from '../../src/pipeline'
import type { Integrations, Plugin, PluginType } from '../../src/types'

export const event = (integrations: Integrations = {}) =>
  new Context({ type: 'track', event: 'e', properties: {}, context: {}, integrations })

/** @param shut names of plugins that the gate does not allow */
export function setUp(...shut: string[]) {
  const log: string[] = []
  const closed = new Set(shut)
  const queue = Object.assign(new Emitter(), { plugins: [] as Plugin[] })
  const report = vi.fn()
  const analytics = new Emitter() as unknown as Analytics
  const pipeline = createPipeline(analytics, queue, ({ name }) => !closed.has(name), report)
  const plugin = (name: string, type: PluginType, more: Partial<Plugin> = {}): Plugin => ({
    name, type, isLoaded: () => true,
    load: () => void log.push(`load ${name}`),
    unload: () => void log.push(`unload ${name}`),
    track: (ctx) => (log.push(name), ctx),
    ...more,
  })
  async function send(ctx = event(), live = () => true) {
    const passed = await pipeline.enrich(ctx, live)
    if (passed) await pipeline.deliver(ctx, live)
    return { passed, ctx }
  }
  return { ...pipeline, log, closed, queue, report, analytics, plugin, send }
}
