// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Listener = (...args: any[]) => unknown

/** `on`, `once`, `off` and `emit` return what they are called on, and are bound to it, as in analytics.js. */
export class Emitter {
  private _listeners: Record<string, Listener[]> = {}

  on = (event: string, listener: Listener): this => {
    this._listeners[' ' + event] = [...this._of(event), listener]
    return this
  }

  once = (event: string, listener: Listener): this => {
    const first: Listener = (...args) => {
      this.off(event, first)
      listener.apply(this, args)
    }
    return this.on(event, first)
  }

  off = (event: string, listener: Listener): this => {
    this._listeners[' ' + event] = this._of(event).filter((each) => each != listener)
    return this
  }

  /** A listener that throws is named on the console and stops neither the others nor the event. */
  emit = (event: string, ...args: unknown[]): this => {
    for (const listener of this._of(event)) {
      try {
        listener.apply(this, args)
      } catch (error) {
        console.error(error)
      }
    }
    return this
  }

  private _of(event: string): Listener[] {
    return this._listeners[' ' + event] ?? []
  }
}
