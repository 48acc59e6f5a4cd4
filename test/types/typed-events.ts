/** One interface of a site's events checks names and properties; without one, everything goes. */
import { AnalyticsBrowser } from 'assent'

interface Events {
  'Signed Up': { plan: 'free' | 'pro' }
  'Order Completed': { revenue: number; currency?: string }
}

const settings = { writeKey: 'KEY', endpoint: 'https://collect.example.com/v1/batch' }
const typed = AnalyticsBrowser.load<Events>(settings)
void typed.track('Signed Up', { plan: 'pro' })
void typed.track('Order Completed', { revenue: 1, currency: 'EUR' }, { timestamp: new Date() }, () => {})
void typed.track({ event: 'Signed Up', properties: { plan: 'free' } })
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
// The other calls are as ever.
void typed.page('Docs')
void typed.identify('me', { plan: 'pro' })

const open = AnalyticsBrowser.load(settings)
void open.track('Anything', { at: 'all' })
void open.track('Anything')
// @ts-expect-error the name of an event is text
void open.track(7)
