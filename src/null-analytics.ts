import { Analytics } from './analytics'

/** A client that sends and stores nothing: what `disable` gives, ready at once. */
export class NullAnalytics extends Analytics {
  constructor() {
    super({ writeKey: '' }, {})
    // On a server nothing ever starts.
    if (typeof document != 'undefined') void this.load({ writeKey: 'none' }, { disable: true })
    this.initialized = true
  }
}
