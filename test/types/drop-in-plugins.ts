/**
 * Plugins, middleware and events as they were written for `@segment/analytics-next`, with the import path changed and
 * nothing else. It compiles against that package too: tried with 1.84.3.
 */
import { Analytics, AnalyticsBrowser, Context } from 'assent'
import type {
  CancelationOptions, CDNSettings, ContextFailedDelivery, EventProperties, ID, JSONArray, JSONObject, JSONPrimitive,
  JSONValue, MiddlewareFunction, Plan, PlanEvent, Plugin, RemoteIntegrationSettings, SegmentEvent, SerializedContext,
  StorageObject, Store, TrackPlan, Traits, WithId,
} from 'assent'

declare const browser: AnalyticsBrowser
declare function clean(event: SegmentEvent): SegmentEvent
declare function idOf(analytics: Analytics): ID

// A plugin is given the whole client.
export const destination = (config: { id: string }): Plugin => {
  let ready = false
  return {
    name: 'Ads', type: 'destination', version: '1.0.0', alternativeNames: ['Ads (Actions)'], isLoaded: () => ready,
    load: async (_ctx, instance) => {
      instance.on('reset', () => {})
      instance.once('page', () => {})
      instance.setAnonymousId('x')
      void instance.addSourceMiddleware(({ payload, next }) => next(payload))
      void instance.register(lowercase)
      void instance.identify('user').then(() => instance.page('Docs'))
      ready = Boolean(instance.settings.writeKey && instance.options.integrations)
      return [config, idOf(instance), instance.user().id(), instance.user().traits()]
    },
    unload: (_ctx, instance) => instance.reset(),
    track: async (ctx) => {
      const { revenue } = ctx.event.properties ?? {}
      const name: string | undefined = ctx.event.name
      const url: string | undefined = ctx.event.context?.page?.url
      ctx.stats.increment('ads.sent', 1, [`name:${name}`])
      ctx.stats.gauge('ads.revenue', revenue as number)
      ctx.log('debug', 'sent', { url })
      return ctx
    },
  }
}
export const lowercase: Plugin = {
  name: 'Lowercase', type: 'before', version: '1.0.0', isLoaded: () => true, load: () => Promise.resolve(),
  track: (ctx) => {
    ctx.event.event = ctx.event.event!.toLowerCase()
    ctx.event.timestamp = new Date()
    return ctx
  },
  page: async (ctx) => {
    ctx.event = clean(ctx.event)
    return new Context({ ...ctx.event, name: 'Page' })
  },
}

// Middleware reads fields by their names.
const middleware: MiddlewareFunction = ({ payload, next, integrations }) => {
  const who = [payload.userId(), payload.anonymousId(), payload.traits().email]
  if (payload.type() === 'track' && payload.action() === 'track' && integrations?.['Ads']) console.log(payload.json())
  payload.obj = clean(payload.obj)
  payload.obj.properties = { ...payload.obj.properties, who, at: payload.timestamp() }
  next(payload)
}
void browser.addSourceMiddleware(middleware)

// Events are written with what is known of them.
const made: SegmentEvent = { type: 'track', event: 'Made' }
const identified: SegmentEvent = { type: 'identify', userId: 'me', traits: { a: 1 }, timestamp: new Date() }
export const contexts = [new Context(made), new Context({ ...identified, integrations: {}, context: {} }, 'id')]
export const passOn = ({ timestamp, ...event }: SegmentEvent) => ({
  at: timestamp instanceof Date ? timestamp.toISOString() : timestamp,
  who: event.userId ?? event.anonymousId ?? event.groupId ?? event.previousId,
  what: [event.event, event.name, event.category, event.properties, event.traits, event.messageId],
  rest: [event.context, event.integrations, event.options, event.sentAt, event.writeKey, event._metadata],
})
export const serialized = (ctx: Context): SerializedContext => ctx.toJSON()
export const levels = (ctx: Context): ('debug' | 'info' | 'warn' | 'error')[] => ctx.logs().map(({ level }) => level)
export const metrics = (ctx: Context) => ctx.stats.metrics.map(({ metric, value }) => `${metric} ${value}`)
export const why = (ctx: Context): ContextFailedDelivery | undefined => ctx.failedDelivery()

// What Segment's CDN would say.
const ads: RemoteIntegrationSettings = { type: 'browser', consentSettings: { categories: ['C0004'] }, id: 1 }
const cdn: CDNSettings = {
  integrations: { 'Segment.io': { apiKey: 'KEY' }, Ads: ads },
  consentSettings: { allCategories: ['C0004'], hasUnmappedDestinations: false },
}
cdn.integrations['Segment.io'].apiHost = 'example.com/v1'
export const categories: string[] | undefined = cdn.consentSettings?.allCategories
export const remote = cdn.remotePlugins?.map(({ creationName }) => creationName)

// The rest of the exported types.
const planned: PlanEvent = { enabled: true, integrations: { Ads: false } }
const track: TrackPlan = { __default: planned, Made: planned }
export const plan: Plan = { track }
export const cancelation: CancelationOptions = { retry: false, type: 'x', reason: 'y' }
const primitive: JSONPrimitive = null
const array: JSONArray = [primitive]
const object: JSONObject = { array }
export const json: JSONValue[] = [object, array, primitive]
export const ids = (user: WithId): ID => user.id()
export const read = <Data extends StorageObject>(store: Store<Data>, key: keyof Data) => store.get(key)
export const traits = (properties: EventProperties): Traits => ({ ...properties })
