import type { AssentEvent, Json, SegmentEvent } from './types'
import { uuid } from './uuid'

type LogLevel = 'debug' | 'info' | 'warn' | 'error'
interface LogMessage {
  level: LogLevel
  message: string
  time: Date
  extras?: Json
}

export interface CancelationOptions {
  retry?: boolean
  type?: string
  reason?: string
}

export interface ContextFailedDelivery {
  reason: unknown
}

export interface SerializedContext {
  id: string
  event: SegmentEvent
  logs: LogMessage[]
  metrics?: Metric[]
}

interface Metric {
  metric: string
  value: number
  type: 'gauge' | 'counter'
  tags: string[]
  timestamp: number
}

interface Metrics {
  metrics: Metric[]
  increment(metric: string, by?: number, tags?: string[]): void
  gauge(metric: string, value: number, tags?: string[]): void
}

/** Thrown by `ctx.cancel()`, or by a plugin itself, to drop an event quietly. */
export class ContextCancelation {
  retry = false
  declare type?: string
  declare reason?: string

  constructor(options?: CancelationOptions) {
    Object.assign(this, options)
  }
}

export interface Context {
  /** Read as the client makes it, written as analytics.js lets a plugin write it. */
  get event(): AssentEvent
  set event(event: SegmentEvent)
}

/** What a plugin holds while an event passes: the `Context` of analytics.js. */
export class Context {
  attempts = 0
  /** For plugins that count; assent's own counts are `analytics.stats()`. */
  stats: Metrics = { metrics: [], increment() {}, gauge() {} }
  private declare _id?: string
  private _logs: LogMessage[] = []
  private declare _failure?: ContextFailedDelivery
  private declare _cancelation?: unknown

  constructor(event: SegmentEvent, id?: string) {
    this.event = event
    this._id = id
  }

  /** A context that belongs to no call, handed to `plugin.load`. */
  static system(): Context {
    return new Context({ type: 'track', event: 'system' })
  }

  // Made when first asked for: most events never need it.
  get id(): string {
    return (this._id ??= uuid())
  }

  isSame(other: Context): boolean {
    return other.id == this.id
  }

  /** Drops the event, whatever the reason is. */
  cancel(reason: unknown = new ContextCancelation()): never {
    throw (this._cancelation = reason)
  }

  /** Is this error what the event was cancelled with? */
  _cancelledBy(error: unknown): boolean {
    return error instanceof ContextCancelation || (error !== undefined && error === this._cancelation)
  }

  log(level: LogLevel, message: string, extras?: object): void {
    this._logs.push({ level, message, extras, time: new Date() })
  }

  /** A context is its own log. */
  get logger(): this {
    return this
  }

  flush(): void {}

  logs(): LogMessage[] {
    return this._logs
  }

  /**
   * Sets a dotted path of the event, `properties.plan`; a path under an integration that is switched off is left
   * alone.
   */
  updateEvent(path: string, value: unknown): AssentEvent {
    const keys = path.split('.')
    const [first, second] = keys as [string, string]
    const off = first == 'integrations' && this.event.integrations[second] === false
    if (!off && !keys.some((key) => key in Object.prototype)) {
      keys.reduce<Record<string, unknown>>(
        (target, key, index) => (target[key] = index < keys.length - 1 ? (target[key] ?? {}) : value) as never,
        this.event as never,
      )
    }
    return this.event
  }

  /** Why the event was not delivered, if it was not. */
  failedDelivery(): ContextFailedDelivery | undefined {
    return this._failure
  }

  setFailedDelivery(failure: ContextFailedDelivery): void {
    this._failure = failure
  }

  toJSON(): SerializedContext {
    return { id: this.id, event: this.event, logs: this._logs, metrics: this.stats.metrics }
  }
}
