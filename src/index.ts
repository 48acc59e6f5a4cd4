/** The public API by name, and nothing else. */
export { Analytics, VERSION } from './analytics'
export { AnalyticsBrowser } from './analytics-browser'
export { Context, ContextCancelation } from './context'
export { Emitter } from './emitter'
export { getGlobalAnalytics } from './browser/global-analytics'
export { NullAnalytics } from './null-analytics'
export { Group, User } from './user'
export type { AnalyticsSnippet } from './analytics'
export type { CancelationOptions, ContextFailedDelivery, SerializedContext } from './context'
export type {
  AnalyticsBrowserSettings, AnalyticsSettings, CDNSettings, InitOptions, RemoteIntegrationSettings,
} from './options'
export type {
  JSONArray, JSONObject, JSONPrimitive, JSONValue, Plan, PlanEvent, StorageObject, Store, TrackPlan, WithId,
} from './peer-types'
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
