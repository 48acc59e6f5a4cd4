import type { AssentEvent } from './types'
import { uuid } from './uuid'

export interface LogMessage {
  level: string
  message: string
  time: Date
  extras?: object
}

/** Thrown by `ctx.cancel()`, or by a plugin itself, to drop an event quietly. */
export class ContextCancelation {
  retry = false
  declare type?: string
  declare reason?: string

  constructor(options?: { retry?: boolean; type?: string; reason?: string }) {
    Object.assign(this, options)
  }
}

/** What a plugin holds while an event passes: the `Context` of analytics.js. */
export class Context {
  attempts = 0
  declare event: AssentEvent
  /** For plugins that count; assent's own counts are `analytics.stats()`. */
  stats = { metrics: [], increment() {}, gauge() {} }
  private declare _id?: string
  private _logs: LogMessage[] = []
  private declare _failure?: { reason: unknown }

  constructor(event: AssentEvent, id?: string) {
    this.event = event
    this._id = id
  }

  /** A context that belongs to no call, handed to `plugin.load`. */
  static system(): Context {
    return new Context({ type: 'track', event: 'system' } as AssentEvent)
  }

  // Made when first asked for: most events never need it.
  get id(): string {
    return (this._id ??= uuid())
  }

  isSame(other: Context): boolean {
    return other.id == this.id
  }

  cancel(reason: unknown = new ContextCancelation()): never {
    throw reason
  }

  log(level: string, message: string, extras?: object): void {
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
  failedDelivery(): { reason: unknown } | undefined {
    return this._failure
  }

  setFailedDelivery(failure: { reason: unknown }): void {
    this._failure = failure
  }

  toJSON() {
    return { id: this.id, event: this.event, logs: this._logs, metrics: this.stats.metrics }
  }
}
