import { ContextCancelation, type Context } from './context'
import { hooks } from './hooks'
import type {
  AssentEvent, EventProperties, EventType, Integrations, Json, Plugin, SegmentEvent, Traits,
} from './types'

/** Fields that middleware reads as in analytics.js: `payload.userId()`. */
type Field = 'messageId' | 'timestamp' | 'anonymousId' | 'userId' | 'groupId' | 'previousId' | 'event' | 'name'
  | 'category' | 'context' | 'integrations'

/** What middleware of analytics.js is handed: the live event as `obj`, and a reader for each field. */
type Payload = { [F in Field]: () => AssentEvent[F] } & {
  get obj(): AssentEvent
  set obj(event: SegmentEvent)
  type(): EventType
  action(): EventType
  json(): AssentEvent
  properties(): EventProperties
  traits(): Traits
}
export interface MiddlewareParams {
  payload: Payload
  integrations?: Integrations
  next(payload?: Payload | null): void
}

const FIELDS = 'messageId timestamp anonymousId userId groupId previousId event name category context integrations '
  + 'properties traits'

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
  const type = () => event.type
  const payload: Json = { obj: event, type, action: type, json: () => event }
  for (const key of FIELDS.split(' ')) {
    payload[key] = () => event[key as 'properties'] ?? (/^(prop|tra)/.test(key) ? {} : undefined)
  }
  // A bare `next()` lets it go on as it is.
  const next = (given?: Payload | null) => (passed = given === undefined ? event : given?.obj)
  await middleware({ payload, next, ...extra } as never)
  return passed
}

/** Source middleware is a plugin of type `before`. */
export function sourceMiddleware(middleware: MiddlewareFunction, queue: { plugins: Plugin[] }): Plugin {
  async function hook(ctx: Context) {
    const names = queue.plugins.map(({ name, type, always }) => type == 'destination' && (always ? 'Segment.io' : name))
    const integrations = Object.fromEntries(names.filter(Boolean).map((name) => [name, true]))
    const passed = await runMiddleware(middleware, ctx.event, { integrations })
    ctx.event = passed ?? ctx.cancel(
      new ContextCancelation({ type: 'middleware_cancellation', reason: 'Middleware `next` function skipped' })
    )
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
