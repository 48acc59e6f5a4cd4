// @vitest-environment node
/** Code that also runs on a server: nothing starts, nothing throws, nothing rejects. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Analytics, AnalyticsBrowser, NullAnalytics } from '../../src'

const rejected = vi.fn()
beforeEach(() => void process.on('unhandledRejection', rejected))
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', rejected)
  expect(rejected).not.toHaveBeenCalled()
})

const settings = { writeKey: 'KEY' }
const options = { endpoint: 'https://collect.example/' }

test('every call resolves, before load and after', async () => {
  const analytics = new AnalyticsBrowser()
  const calls = () => [
    analytics.track('x'), analytics.page(), analytics.identify('u'), analytics.group('g'), analytics.alias('a'),
    analytics.pageView('/x'), analytics.user(), analytics.ready(), analytics.reset(), analytics.flush(),
    analytics.queryString('?ajs_uid=1'),
  ]
  await Promise.all(calls())
  analytics.load(settings, options)
  await Promise.all(calls())
  expect([(await analytics.user()).id(), (await analytics.group()).id()]).toEqual([null, null])
  expect(analytics.consent({ analytics: true })).toBeUndefined()
  expect(analytics.stats()).toMatchObject({ accepted: 0, sent: 0 })
})

test('the client that is awaited has all its methods', async () => {
  const [client] = await AnalyticsBrowser.load(settings, options)
  const heard = vi.fn()
  expect(client).toBeInstanceOf(Analytics)
  client.on('track', heard).off('track', heard).once('track', heard)
  await client.track('x')
  await client.pageview('/x')
  expect(heard).not.toHaveBeenCalled()
  expect([client.user().id(), client.user().anonymousId(), client.group().traits()]).toEqual([null, null, {}])
})

test('a render does not get the client of the render before', () => {
  expect(AnalyticsBrowser.load(settings, options)).not.toBe(AnalyticsBrowser.load(settings, options))
})

test('NullAnalytics', async () => {
  const analytics = new NullAnalytics()
  await Promise.all([analytics.track('x'), analytics.page(), analytics.identify('u'), analytics.pageview('/x')])
  expect(analytics.initialized).toBe(true)
})
