import type { Context } from './context'
import { hooks } from './hooks'
import type { AssentEvent, EventType, Json, Plugin } from './types'

/** What middleware of analytics.js is handed: the live event as `obj`, and a reader for each of its fields. */
export type Payload = { obj: AssentEvent; type(): EventType } & Record<string, unknown>
export interface MiddlewareParams {
  payload: Payload
  integrations?: Json
  next(payload: Payload | null): void
}
export type MiddlewareFunction = (params: MiddlewareParams) => unknown
export type DestinationMiddlewareFunction = (
  params: Omit<MiddlewareParams, 'integrations'> & { integration: string },
) => unknown

/**
 * Runs one middleware. Gives the event it passed on, or undefined when it dropped it: by `next(null)`, or by not
 * calling `next`.
 * @throws what the middleware throws
 */
export async function runMiddleware(
  middleware: (params: never) => unknown,
  event: AssentEvent,
  extra: Json,
): Promise<AssentEvent | undefined> {
  let passed: AssentEvent | undefined
  const payload = { obj: event } as Payload
  for (const [key, value] of Object.entries(event)) payload[key] = () => value
  await middleware({ payload, next: (given: Payload | null) => (passed = given?.obj), ...extra } as never)
  return passed
}

/** Source middleware is a plugin of type `before`. */
export function sourceMiddleware(middleware: MiddlewareFunction, queue: { plugins: Plugin[] }): Plugin {
  async function hook(ctx: Context) {
    const destinations = queue.plugins.filter(({ type }) => type == 'destination')
    const integrations = Object.fromEntries(destinations.map(({ name }) => [name, true]))
    ctx.event = (await runMiddleware(middleware, ctx.event, { integrations })) ?? ctx.cancel()
    return ctx
  }
  return {
    name: 'Source Middleware ' + middleware.name,
    type: 'before',
    isLoaded: () => true,
    load() {},
    ...hooks(hook),
  }
}
