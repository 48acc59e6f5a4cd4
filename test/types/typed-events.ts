/** One interface of a site's events checks names and properties; without one, everything goes. */
import { AnalyticsBrowser, type Analytics } from 'assent'

interface Events {
  'Signed Up': { plan: 'free' | 'pro' }
  'Order Completed': { revenue: number; currency?: string }
  Searched: { term?: string }
  'Logged Out': undefined
}

const settings = { writeKey: 'KEY', endpoint: 'https://collect.example.com/v1/batch' }
const typed = AnalyticsBrowser.load<Events>(settings)
void typed.track('Signed Up', { plan: 'pro' })
void typed.track('Order Completed', { revenue: 1, currency: 'EUR' }, { timestamp: new Date() }, () => {})
void typed.track({ event: 'Signed Up', properties: { plan: 'free' } })
void typed.track({ event: 'Signed Up', properties: { plan: 'free' } }, { timestamp: new Date() })
// Properties that are all optional may be left out.
void [typed.track('Searched'), typed.track('Searched', (ctx) => ctx.event), typed.track('Logged Out')]
// @ts-expect-error but not those that are required
void typed.track('Signed Up')
// @ts-expect-error no such event, by a variable
void typed.track(String('Signed Up'))
// @ts-expect-error no such event, as an object
void typed.track({ event: 'Signed up' })
// @ts-expect-error no such plan, in an object
void typed.track({ event: 'Signed Up', properties: { plan: 'gold' } })
// @ts-expect-error no such event
void typed.track('Signed up', { plan: 'pro' })
// @ts-expect-error no such plan
void typed.track('Signed Up', { plan: 'gold' })
// @ts-expect-error revenue is a number
void typed.track('Order Completed', { revenue: '1' })
// @ts-expect-error revenue is required
void typed.track('Order Completed', { currency: 'EUR' })
// @ts-expect-error no such property
void typed.track('Signed Up', { plan: 'pro', plam: 1 })
// A wrapper that knows them too.
export const track = <Name extends keyof Events>(name: Name, properties: Events[Name]) => typed.track(name, properties)
void track('Signed Up', { plan: 'pro' })
export const all = (...args: Parameters<typeof typed.track>) => typed.track(...args)
// What takes any client takes this one.
const helper = (client: AnalyticsBrowser | Analytics) => client.track('Helped', { a: 1 })
void helper(typed)
export const any: AnalyticsBrowser = typed
export const later = new AnalyticsBrowser<Events>()
// @ts-expect-error no such event
void later.track('Signed up')
// The other calls are as ever.
void typed.page('Docs')
void typed.identify('me', { plan: 'pro' })

const open = AnalyticsBrowser.load(settings)
void open.track('Anything', { at: 'all' })
void open.track('Anything')
// @ts-expect-error the name of an event is text
void open.track(7)
