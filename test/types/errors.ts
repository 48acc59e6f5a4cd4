/** What the compiler must refuse. Each line after `@ts-expect-error` fails to compile, or this file does. */
import { AnalyticsBrowser } from 'assent'
import type {
  Categories, ConsentManager, ConsentState, ID, InitOptions, MiddlewareFunction, Plugin, SegmentEvent,
} from 'assent'

const endpoint = 'https://collect.example.com/v1/batch'

// @ts-expect-error the write key is missing
AnalyticsBrowser.load({ endpoint })
// @ts-expect-error a misspelt write key
AnalyticsBrowser.load({ writekey: 'KEY', endpoint })
// @ts-expect-error a misspelt option, here as well
AnalyticsBrowser.load({ writeKey: 'KEY', endpont: endpoint })
// @ts-expect-error a write key is text
AnalyticsBrowser.load({ writeKey: 1 })

// @ts-expect-error an id is text
export const id: ID = 7

// @ts-expect-error there is no such type of plugin
export const plugin: Plugin = { name: 'x', type: 'afterwards', isLoaded: () => true, load: () => {} }
export const asks: Plugin = {
  name: 'x', type: 'before', isLoaded: () => true,
  // @ts-expect-error the client has no such method
  load: (_ctx, analytics) => analytics.identity(),
}
export const reads: MiddlewareFunction = ({ payload, next }) => {
  // @ts-expect-error the payload has no such field
  payload.userID()
  next(payload)
}
// @ts-expect-error an event has a type
export const event: SegmentEvent = { event: 'Seen' }
// @ts-expect-error a plugin has a name
export const nameless: Plugin = { type: 'before', isLoaded: () => true, load: () => {} }

export const wrong: InitOptions[] = [
  // @ts-expect-error an address is text
  { endpoint: 1 },
  // @ts-expect-error opt-in or opt-out
  { endpoint, consent: { model: 'optional' } },
  // @ts-expect-error a list of categories
  { endpoint, consent: { requires: 'analytics' } },
  // @ts-expect-error a misspelt option
  { endPoint: endpoint },
  // @ts-expect-error a misspelt option of consent
  { endpoint, consent: { require: ['analytics'] } },
  // @ts-expect-error categories by destination
  { endpoint, consent: { destinations: ['Ads'] } },
  // @ts-expect-error a manager reads and subscribes
  { endpoint, consent: { manager: { name: 'mine' } } },
  // @ts-expect-error gzip is what there is
  { endpoint, compression: 'brotli' },
]

// @ts-expect-error a category is granted or not
export const categories: Categories = { analytics: 'yes' }
// @ts-expect-error no such decision
export const state: ConsentState = { decision: 'maybe', categories: {} }
// @ts-expect-error subscribe returns the unsubscribe function
export const manager: ConsentManager = { name: 'x', read: () => undefined, subscribe: () => undefined }

const client = AnalyticsBrowser.load({ writeKey: 'KEY', endpoint }, { consent: { requires: ['analytics'] } })
const decided: Categories | undefined = client.consent()
client.consent({ analytics: true, advertising: false })
// @ts-expect-error categories, not a yes
client.consent(true)
export { decided }
