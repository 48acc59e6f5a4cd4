/**
 * A site's code as it was written for `@segment/analytics-next`, with the import path changed and nothing else. It
 * compiles against that package too: tried with 1.84.3.
 */
import { Analytics, AnalyticsBrowser, Context, ContextCancelation, Group, NullAnalytics, User } from 'assent'
import type {
  AnalyticsBrowserSettings, AnalyticsSnippet, EventProperties, GroupTraits, ID, InitOptions, MiddlewareFunction, Options,
  Plugin, SegmentEvent, Traits, UserTraits,
} from 'assent'

declare global {
  interface Window {
    analytics: AnalyticsSnippet
  }
}

// Loading, in the forms that READMEs show.
const settings: AnalyticsBrowserSettings & { endpoint: string } = { writeKey: 'KEY', endpoint: 'https://example.com/b' }
const init: InitOptions = {
  initialPageview: true,
  integrations: { All: false, 'Segment.io': true, Amplitude: { session_id: 1 } },
  cookie: { domain: 'example.com', maxage: 30, sameSite: 'Lax', secure: true },
  user: { persist: true, cookie: { key: 'uid' }, localStorage: { key: 'traits' } },
  group: { persist: false },
  disableClientPersistence: false,
  useQueryString: false,
  globalAnalyticsKey: 'segment',
  obfuscate: true,
}
const browser: AnalyticsBrowser = AnalyticsBrowser.load(settings, init)
export const later = new AnalyticsBrowser()
later.load(settings)
export const disabled = AnalyticsBrowser.load(settings, { disable: true, storage: { stores: ['memory'] } })
export const byRule = AnalyticsBrowser.load(settings, { disable: (cdn) => !cdn.integrations['Segment.io'] })
export const changed = AnalyticsBrowser.load(settings, { updateCDNSettings: (cdn) => ({ ...cdn, plan: {} }) })
export const loaded: Promise<[Analytics, Context]> = (async () => await browser)()
export const alone: Promise<Analytics> = AnalyticsBrowser.standalone('KEY', init)
void browser.then(([analytics, ctx]) => {
  const id: ID = analytics.user().anonymousId()
  const event: SegmentEvent = ctx.event
  return [id, event.messageId]
}).catch((error: unknown) => console.error(error))
void browser.instance?.user().traits()

// Calls, every argument form in common use.
const properties: EventProperties = { revenue: 39.95, products: [{ sku: 'a' }] }
const traits: UserTraits = { email: 'a@example.com', plan: 'pro' }
const groupTraits: GroupTraits = { name: 'Initech', employees: 329 }
const options: Options = {
  anonymousId: 'anon', userId: 'me', timestamp: new Date(), integrations: { All: true }, context: { ip: '0.0.0.0' },
}
export async function calls(analytics: AnalyticsBrowser | Analytics) {
  const ctx: Context = await analytics.track('Order Completed', properties, options, (done: Context) => done.event.event)
  await analytics.track('Seen')
  await analytics.track('Seen', () => {})
  await analytics.track('Seen', {}, () => {})
  await analytics.page()
  await analytics.page('Docs', 'Index', { path: '/docs' }, options)
  await analytics.page('Index', properties)
  await analytics.screen('Home')
  await analytics.identify('user', traits, options, () => {})
  await analytics.identify(traits)
  await analytics.identify('user')
  await analytics.group('group', groupTraits)
  await analytics.alias('new', 'old')
  await analytics.alias('new')
  return ctx.event.timestamp
}
window.analytics.load('KEY', init)
window.analytics.track('Snippet', properties)
void window.analytics.setAnonymousId('anon')
void window.analytics.ready(() => console.log('ready'))

// Identity.
export function identity(analytics: Analytics): [ID, ID, Traits | undefined] {
  const user: User = analytics.user()
  const group: Group = analytics.group()
  user.anonymousId('x')
  user.identify('id', { a: 1 })
  user.traits({ b: 2 })
  user.reset()
  group.traits({ name: 'x' })
  analytics.reset()
  return [user.id(), group.id(), user.traits()]
}

// Events of the emitter.
browser.on('track', (event, props, opts) => [event, props, opts])
browser.once('page', () => {})
browser.off('track', () => {})
browser.debug(true)

// Middleware and plugins.
const middleware: MiddlewareFunction = ({ payload, next, integrations }) => {
  if (integrations?.['Ads'] === false || payload.obj.event === 'Drop') return next(null)
  payload.obj.context = { ...payload.obj.context, seen: true }
  next(payload)
}
void browser.addSourceMiddleware(middleware)
void browser.addDestinationMiddleware('Ads', ({ payload, integration, next }) => {
  console.log(integration)
  next(payload)
})
export const enrichment: Plugin = {
  name: 'Enrich',
  type: 'enrichment',
  version: '1.0.0',
  isLoaded: () => true,
  load: (_ctx, _instance) => Promise.resolve(),
  track: (ctx) => {
    ctx.updateEvent('properties.enriched', true)
    if (ctx.event.type !== 'track') ctx.cancel(new ContextCancelation({ retry: false, reason: 'not a track' }))
    ctx.log('debug', 'enriched')
    return ctx
  },
  identify: async (ctx) => ctx,
}
export class Destination implements Plugin {
  name = 'Ads'
  type = 'destination' as const
  version = '2'
  private ready_ = false
  isLoaded() { return this.ready_ }
  async load(_ctx: Context, instance: Analytics) {
    this.ready_ = Boolean(instance.user())
  }
  unload() {}
  ready() { return Promise.resolve() }
  track(ctx: Context): Context {
    const value: unknown = ctx.event.properties?.['revenue']
    console.log(value, ctx.id, ctx.attempts)
    return ctx
  }
}
void browser.register(enrichment, new Destination())
void browser.deregister('Enrich')

// Links and forms.
export function links(link: HTMLAnchorElement, form: HTMLFormElement, instance: Analytics) {
  void browser.trackLink(link, 'Link Clicked', { a: 1 })
  void browser.trackSubmit(form, (element: Element) => `Form ${element.id}`)
  void instance.trackForm(form, 'Submitted', (element: Element) => ({ id: element.id }))
  void instance.trackClick([link], 'Clicked')
}

// A wrapper component's typical state.
export const state: { client?: AnalyticsBrowser, user: User | null } = { client: browser, user: null }
export const isNull = (analytics: Analytics): analytics is NullAnalytics => analytics instanceof NullAnalytics
