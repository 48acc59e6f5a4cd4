/**
 * The words everybody uses. Types only: nothing here survives the compiler.
 * Shapes follow the analytics.js specification (Segment spec) unless said otherwise.
 */
import type { Analytics } from './analytics'
import type { Context } from './context'

export type ID = string | null | undefined
export type EventType = 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias'
// Open by design: traits and properties are the caller's JSON.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>
export type EventProperties = Json
export type Traits = Json
export type UserTraits = Json
export type GroupTraits = Json

/** `{ All: false, 'Destination A': true, 'Destination B': { option: 1 } }` */
export type Integrations = Record<string, boolean | Json | undefined>

/** The page as it was when a call was made: `context.page` of the Segment spec. */
export interface Page {
  path: string
  referrer: string
  search: string
  title: string
  url: string
}

/** Per-call options: reserved keys as below, any other key is copied into `context`. */
export interface Options extends Json {
  /** Which destinations get this event; wins over that of `load`. */
  integrations?: Integrations
  userId?: ID
  anonymousId?: ID
  /** Instead of the time of the call; ISO 8601 if it is a string. */
  timestamp?: Date | string
  /** Instead of a random one; collectors take an id once. */
  messageId?: string
  /** Merged into `context`; `page` into that of the call. */
  context?: Json
  traits?: Traits
  /** While consent is undecided, never evicted by overflow; reported by `consent.onUndelivered` if destroyed. */
  critical?: boolean
}

/** An event as analytics.js lets a site write it. */
export interface SegmentEvent {
  type: EventType
  messageId?: string
  timestamp?: Date | string
  anonymousId?: ID
  userId?: ID
  groupId?: ID
  previousId?: ID
  event?: string
  name?: string
  category?: string
  properties?: EventProperties
  traits?: Traits
  context?: Json
  integrations?: Integrations
  // For the sake of sites that name them; nothing here depends on them.
  options?: Options
  sentAt?: Date
  writeKey?: string
  _metadata?: Json
}

/** An event as the client makes it. */
export interface AssentEvent extends SegmentEvent {
  messageId: string
  /** ISO time of the call, kept verbatim when given as a string in the options; a Date only where a plugin put one. */
  timestamp: Date | string
  context: Json
  integrations: Integrations
}

export type Callback = (ctx: Context) => unknown

// ---------------------------------------------------------------- consent

export type ConsentModel = 'opt-in' | 'opt-out'
export type Categories = Record<string, boolean>

/** What a consent manager knows about this visitor, now. */
export interface ConsentState {
  decision: 'pending' | 'decided' | 'not-required'
  /** A category that is absent is not granted. */
  categories: Categories
  /** `implied`: the manager's guess or default. Under opt-in it counts as pending. */
  basis?: 'explicit' | 'implied'
  model?: ConsentModel
  /** Whether Global Privacy Control (https://w3c.github.io/gpc/) was on when this was decided. */
  gpc?: boolean
  /** IAB Transparency and Consent Framework. */
  tcString?: string
  /** IAB Global Privacy Platform. */
  gppString?: string
  policyVersion?: string
  /** Time of the decision, epoch milliseconds. */
  updatedAt?: number
  /** The manager's id of this consent, what a consent register joins on. */
  id?: string
}

export interface ConsentManager {
  name: string
  /** Synchronous and free of side effects; `undefined` or a throw counts as undecided. */
  read(): ConsentState | undefined
  /** The rule while there is nothing to read, as its script has not come: who has refused before is not undecided. */
  absent?: ConsentModel
  /** `changed` says "read again" and carries no data. Returns the unsubscribe function. */
  subscribe(changed: () => void): () => void
}

/** A manager that the site itself drives through `analytics.consent(categories)`. */
export interface WritableConsentManager extends ConsentManager {
  write(categories: Categories): void
}

// ---------------------------------------------------------------- plugins

export type PluginType = 'before' | 'enrichment' | 'destination' | 'after' | 'utility'
export type Hook = (ctx: Context) => Context | Promise<Context | null | undefined> | null | undefined

/** The analytics.js plugin interface, so that published plugins run unchanged. */
export interface Plugin {
  name: string
  type: PluginType
  version?: string
  alternativeNames?: string[]
  isLoaded(): boolean
  /**
   * The first moment at which a plugin may touch the page. Called after consent (for a destination: to all of its
   * categories), so it may be called again after an `unload`.
   */
  load(ctx: Context, analytics: Analytics): Promise<unknown> | unknown
  /** The last moment: leave no listener, timer or key behind. Called on a withdrawal and by `deregister`. */
  unload?(ctx: Context, analytics: Analytics): Promise<unknown> | unknown
  ready?(): Promise<unknown>
  /**
   * Beyond analytics.js: a plugin that only measures in memory and speaks through `analytics.track` may be loaded
   * while consent is undecided. It is unloaded on a refusal like any other.
   */
  memoryOnly?: boolean
  /** Beyond analytics.js: `integrations: { All: false }` does not switch it off, only its own name does. */
  always?: boolean
  track?: Hook
  page?: Hook
  screen?: Hook
  identify?: Hook
  group?: Hook
  alias?: Hook
}

/** The least that a plugin may ask of a client; assent's own plugins ask for no more. */
export interface AnalyticsLike {
  track(event: string, properties?: EventProperties, options?: Options): Promise<Context>
  /**
   * Besides the events of analytics.js:
   * `call (type)`: synchronously at each track, page, screen, identify, group and alias, before the call is taken in;
   * `consent (categories | undefined)`: after every real change of the decision;
   * `error ({ code, reason, ctx? })`: something was refused, dropped or failed.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...args: any[]) => unknown): unknown
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  off(event: string, listener: (...args: any[]) => unknown): unknown
  emit(event: string, ...args: unknown[]): unknown
  /** The categories decided, or undefined while undecided. */
  consent(): Categories | undefined
}
