/**
 * What sites wrap around `@segment/analytics-next`, with the import path changed and nothing else. It compiles against
 * that package too: tried with 1.84.3.
 */
import { createWrapper, type AnyAnalytics } from '@segment/analytics-consent-tools'
import { Analytics, AnalyticsBrowser, Context, getGlobalAnalytics } from 'assent'
import type { AnalyticsBrowserSettings, AnalyticsSnippet, InitOptions, Options, SegmentEvent } from 'assent'

const analytics = AnalyticsBrowser.load({ writeKey: 'KEY' })

// By the types of the methods.
export const track = (...args: Parameters<AnalyticsBrowser['track']>) => analytics.track(...args)
void track('Seen')
void track('Seen', { a: 1 }, { timestamp: new Date() }, (ctx) => ctx.event.type)
export const innerTrack = (...args: Parameters<Analytics['track']>) => analytics.track(...args)
void innerTrack('Seen', { a: 1 })
type Arguments = Parameters<typeof analytics.track>
export const named = (name: Arguments[0], properties?: Arguments[1]) => analytics.track(name, properties)
export const identify = (...args: Parameters<Analytics['identify']>) => analytics.identify(...args)
export const page = (...args: Parameters<AnalyticsBrowser['page']>) => analytics.page(...args)
export const group = (...args: Parameters<AnalyticsBrowser['group']>) => analytics.group(...args)
void [identify('me', { a: 1 }), page('Docs', 'Index', {}), group('us', { name: 'Initech' })]
export class Service extends AnalyticsBrowser {
  override track: AnalyticsBrowser['track'] = (...args) => (args[0] === 'Secret' ? none : analytics.track(...args))
}
const none = Promise.resolve(Context.system())

// By interfaces and types of one's own.
interface Tracker {
  track(name: string, properties?: object): Promise<unknown>
  identify(id: string, traits?: object): Promise<unknown>
  page(name?: string): Promise<unknown>
  reset(): unknown
}
export const tracker: Tracker = analytics
export const mocked: Pick<AnalyticsBrowser, 'track' | 'page'> = { track: () => none, page: () => none }
export const loaded: ReturnType<typeof AnalyticsBrowser.load> = analytics
void loaded.track('Seen', { a: 1 })
export const generic = <Name extends string>(name: Name, properties: Record<string, unknown>) =>
  analytics.track(name, properties)
interface Order { revenue: number }
export const ordered = (order: Order) => analytics.track('Ordered', order)

// Whole events.
void analytics.track({ event: 'Seen', type: 'track', properties: { a: 1 } })
export const again = (event: SegmentEvent, options?: Options) => analytics.track(event, {}, options)

// Settings that are handed on; what is caught is `any`, as in the peer.
export const create = (settings: AnalyticsBrowserSettings, options: InitOptions = {}) =>
  AnalyticsBrowser.load(settings, { ...options, integrations: { ...options.integrations, All: false } })
  .catch((error) => console.error(error.message))

// Consent tools.
const withConsent = createWrapper({ getCategories: () => ({ C0004: true }), shouldLoadSegment: async () => {} })
withConsent(new AnalyticsBrowser()).load({ writeKey: 'KEY' })
export const wrappable: AnyAnalytics[] = [new AnalyticsBrowser(), window.analytics]

// Links and forms, with functions of the very element.
export function links(anchors: HTMLAnchorElement[], form: HTMLFormElement) {
  void analytics.trackLink(anchors, (link: HTMLAnchorElement) => link.href, (link: HTMLElement) => ({ id: link.id }))
  void analytics.trackLink({ toArray: () => [document.body] }, 'Clicked')
  void analytics.trackSubmit(form, (sent: HTMLFormElement) => sent.action)
}

// The snippet.
const snippet: AnalyticsSnippet = window.analytics
snippet._writeKey = 'KEY'
snippet._loadOptions = { integrations: { All: true } }
snippet._cdn = 'https://cdn.example.com'
export const key: string | undefined = getGlobalAnalytics()?._writeKey
