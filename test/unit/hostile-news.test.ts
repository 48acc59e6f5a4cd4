/** A listener of `consent` that decides anew, before others have heard. */
import { expect, test, vi } from 'vitest'
import { googleConsentMode } from '../../plugins/consent/google-consent-mode'
import type { Analytics } from '../../src/analytics'
import { arrive, consent, names, newPage, page, setUp } from './hostile-page'

newPage()

const minor = (client: Analytics) =>
  client.on('consent', (categories) => categories?.advertising && client.consent({ ...categories, advertising: false }))
const all = { analytics: true, advertising: true }
const some = { analytics: true, advertising: false }

test('the last that any listener hears is what holds', () => {
  const heard = vi.fn()
  const { analytics } = setUp({ consent }, (client) => minor(client).on('consent', heard))
  analytics.consent(all)
  expect(analytics.consent()).toEqual(some)
  expect(heard.mock.calls).toEqual([[all], [some]])
})

test('Google is told what holds', () => {
  vi.stubGlobal('dataLayer', [])
  const { analytics } = setUp({ consent, plugins: [googleConsentMode()] }, minor)
  analytics.consent(all)
  const told = (globalThis as unknown as { dataLayer: [string, string, object][] }).dataLayer
  expect(told.at(-1)![2]).toMatchObject({ ad_storage: 'denied', analytics_storage: 'granted' })
})

test('a withdrawal counts from the next line on, for who withdraws', async () => {
  const { analytics } = setUp({ consent: { requires: ['analytics'] } }, (client) => {
    void client.track('held')
    client.on('consent', (categories) => {
      if (!categories?.analytics) return
      client.consent({ analytics: false })
      void client.track('next line')
    })
  })
  analytics.consent({ analytics: true })
  await arrive(analytics)
  expect([names(), page.sent, document.cookie.includes('ajs_')]).toEqual([[], [], false])
})
