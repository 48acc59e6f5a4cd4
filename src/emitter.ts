// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Listener = (...args: any[]) => unknown

/** `on`, `once`, `off` and `emit` return what they are called on, and are bound to it, as in analytics.js. */
export class Emitter {
  private _listeners: [event: string, listener: Listener, called: Listener][] = []

  on = (event: string, listener: Listener, called = listener): this => {
    this._listeners = [...this._listeners, [event, listener, called]]
    return this
  }

  once = (event: string, listener: Listener): this => {
    const first: Listener = (...args) => {
      this.off(event, first)
      listener.apply(this, args)
    }
    return this.on(event, listener, first)
  }

  off = (event: string, listener: Listener): this => {
    this._listeners = this._listeners.filter(([name, ...both]) => name != event || !both.includes(listener))
    return this
  }

  /** A listener that throws is named on the console and stops neither the others nor the event. */
  emit = (event: string, ...args: unknown[]): this => {
    for (const [name, , called] of this._listeners) {
      try {
        if (name == event) called.apply(this, args)
      } catch (error) {
        console.error(error)
      }
    }
    return this
  }
}
