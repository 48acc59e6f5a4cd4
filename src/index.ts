/** The public API by name, and nothing else. */
export { Analytics, VERSION } from './analytics'
export { AnalyticsBrowser } from './analytics-browser'
export { Context, ContextCancelation } from './context'
export { Emitter } from './emitter'
export { getGlobalAnalytics } from './browser/global-analytics'
export { NullAnalytics } from './null-analytics'
export { Group, User } from './user'
/** `window.analytics` with the script tag. */
export type { Analytics as AnalyticsSnippet } from './analytics'
export type { CDNSettings, InitOptions, AnalyticsBrowserSettings, AnalyticsSettings } from './options'
export type { ConsentOptions, StorageTiers } from './consent'
export type { EntityOptions as UserOptions, EntityOptions as GroupOptions } from './identity-options'
export type { MiddlewareFunction, MiddlewareParams, DestinationMiddlewareFunction } from './middleware'
export type { CookieOptions } from './stores/cookie'
export type { Stats } from './stats'
export type {
  AnalyticsLike,
  AssentEvent,
  Callback,
  Categories,
  ConsentManager,
  ConsentModel,
  ConsentState,
  EventProperties,
  EventType,
  GroupTraits,
  ID,
  Integrations,
  Json,
  Options,
  Page,
  Plugin,
  PluginType,
  SegmentEvent,
  Traits,
  UserTraits,
} from './types'
