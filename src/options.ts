import type { QuerystringOptions } from '../plugins/querystring'
import type { ConsentOptions } from './consent'
import type { IdentityOptions } from './identity-options'
import type { Integrations, Json, Plugin } from './types'

export interface CDNSettings {
  integrations: Record<string, Json>
  [key: string]: unknown
}

/** The second argument of `load`: contract section 2. Those about Segment's CDN are accepted and load nothing. */
export interface InitOptions extends IdentityOptions {
  /** Full http(s) URL that batches are POSTed to. Required. */
  endpoint?: string
  /** Consent gate; without it everything is let in, as in analytics.js. */
  consent?: ConsentOptions
  plugins?: Plugin[]
  /** Events per request at most. */
  flushAt?: number
  /** Milliseconds before a batch that is not full goes out. */
  flushInterval?: number
  /** Sends bodies gzipped, as bare bytes. */
  compression?: 'gzip'
  initialPageview?: boolean
  /** Puts the loss meter, `analytics.stats()`, into `context.stats` of every event. */
  stats?: boolean
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
  plan?: Json
  retryQueue?: boolean
  [option: string]: unknown
}

/** The first argument of `AnalyticsBrowser.load`. */
export interface AnalyticsBrowserSettings {
  writeKey: string
  cdnSettings?: CDNSettings
  cdnURL?: string
  plugins?: Plugin[]
  timeout?: number
  [option: string]: unknown
}
export type AnalyticsSettings = AnalyticsBrowserSettings
