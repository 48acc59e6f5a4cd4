import type { QuerystringOptions } from '../plugins/querystring'
import type { ConsentOptions } from './consent'
import type { IdentityOptions } from './identity-options'
import type { Plan } from './peer-types'
import type { Integrations, Json, Plugin } from './types'

export interface RemoteIntegrationSettings extends Json {
  type?: string
  consentSettings?: { categories: string[] }
}

/** What Segment's CDN would say of a source. Read by what a site wraps around the client, by nothing here. */
export interface CDNSettings {
  integrations: { 'Segment.io': RemoteIntegrationSettings; [name: string]: RemoteIntegrationSettings }
  plan?: Plan
  consentSettings?: { allCategories: string[]; hasUnmappedDestinations: boolean }
  remotePlugins?: { name: string; creationName: string; url: string; libraryName: string; settings: Json }[]
  middlewareSettings?: { routingRules: Json[] }
  enabledMiddleware?: Record<string, boolean>
  metrics?: Json
  edgeFunction?: { downloadURL?: string; version?: number }
  autoInstrumentationSettings?: { sampleRate: number }
  legacyVideoPluginsEnabled?: boolean
  [key: string]: unknown
}

/**
 * The second argument of `load`. Names and meanings are those of analytics.js, but for `endpoint`, `consent`,
 * `compression`, `stats`, `flushAt` and `flushInterval`. What is about Segment's CDN is accepted and loads nothing. No
 * other key is, so that the compiler finds a misspelt one.
 */
export interface InitOptions extends IdentityOptions {
  /** Full http(s) URL that batches are POSTed to. Required. */
  endpoint?: string
  /** Consent gate; without it everything is let in, as in analytics.js. */
  consent?: ConsentOptions
  /** Registered in this order, before the first event. */
  plugins?: Plugin[]
  /** Events per request at most. Default 500: the bytes of a request are bounded anyway. */
  flushAt?: number
  /** Milliseconds before a batch that is not full goes out. Default 0 after a quiet spell, else 100. */
  flushInterval?: number
  /** Sends bodies gzipped, as bare bytes. */
  compression?: 'gzip'
  /** Makes a `page()` call by itself, after those that were buffered. */
  initialPageview?: boolean
  /** Puts the loss meter, `analytics.stats()`, into `context.stats` of every event. */
  stats?: boolean
  /** Destinations on or off by name, `All` for the others. The endpoint is `Segment.io` here. */
  integrations?: Integrations
  /** Patterns that ids of the query string must match; false for no querystring API at all. */
  useQueryString?: QuerystringOptions
  /** True, or a function of the settings that says so: a client that sends and stores nothing. */
  disable?: boolean | ((settings: CDNSettings) => boolean | Promise<boolean>)
  updateCDNSettings?(settings: CDNSettings): CDNSettings
  // Accepted for the sake of sites that have them; nothing here depends on them.
  disableAutoISOConversion?: boolean
  globalAnalyticsKey?: string
  highEntropyValuesClientHints?: string[]
  obfuscate?: boolean
  plan?: Plan
  retryQueue?: boolean
}

/** The first argument of `AnalyticsBrowser.load`; options may sit in either. */
export interface AnalyticsBrowserSettings extends InitOptions {
  writeKey: string
  cdnSettings?: CDNSettings
  cdnURL?: string
  timeout?: number
  /** @deprecated Accepted and not loaded: classic integrations need Segment's CDN. */
  classicIntegrations?: unknown[]
}
export type AnalyticsSettings = AnalyticsBrowserSettings
