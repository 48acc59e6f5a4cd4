import { afterEach, expect, test } from 'vitest'
import { googleConsentMode } from '../../plugins/consent/google-consent-mode'
import type { Analytics } from '../../src/analytics'
import type { Categories } from '../../src/types'
import type { Context } from '../../src/context'
import { page } from './consent-stages'

afterEach(() => {
  delete page.dataLayer
  delete page.ownLayer
})

const client = (decided?: Categories) => {
  const listeners = new Set<(categories?: Categories) => void>()
  const analytics = {
    on: (_event: string, listener: () => void) => listeners.add(listener),
    off: (_event: string, listener: () => void) => listeners.delete(listener),
    consent: () => decided,
  } as unknown as Analytics
  const tell = (categories?: Categories) => listeners.forEach((listener) => listener(categories))
  return { analytics, listeners, tell }
}
const ctx = {} as Context
const commands = (name = 'dataLayer') => (page[name] as ArrayLike<unknown>[]).map((entry) => Array.from(entry))

test('everything is denied as soon as it is called, before a client exists', () => {
  googleConsentMode({ wait: 1000, region: ['DE'], map: { analytics: ['analytics_storage', 'security_storage'] } })
  expect(commands()).toEqual([['consent', 'default', {
    analytics_storage: 'denied', ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied',
    functionality_storage: 'denied', personalization_storage: 'denied', security_storage: 'denied',
    wait_for_update: 1000, region: ['DE'],
  }]])
  expect(Object.prototype.toString.call(page.dataLayer[0])).toBe('[object Arguments]')
})

test('a visitor who has decided before is told of at once, and the same decision only once', () => {
  const plugin = googleConsentMode()
  const { analytics, tell } = client({ analytics: true })
  plugin.load(ctx, analytics)
  expect(commands()[1]).toEqual(['consent', 'update', expect.objectContaining({
    analytics_storage: 'granted', ad_storage: 'denied',
  })])
  tell({ analytics: true, unrelated: true })
  expect(commands()).toHaveLength(2)
})

test('undecided there is no update; unloaded everything is denied and nobody listens', () => {
  const plugin = googleConsentMode()
  const { analytics, listeners, tell } = client()
  plugin.load(ctx, analytics)
  expect(commands()).toHaveLength(1)
  tell({ analytics: true, advertising: true })
  plugin.unload?.(ctx, analytics)
  expect(listeners.size).toBe(0)
  expect(commands()[2]).toEqual(['consent', 'update', expect.objectContaining({
    analytics_storage: 'denied', ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied',
  })])
})

test('a signal fed by several categories needs all of them; the list may have another name', () => {
  const plugin = googleConsentMode({ dataLayer: 'ownLayer', map: { a: 'ad_storage', b: 'ad_storage' } })
  const { analytics, tell } = client({ a: true })
  plugin.load(ctx, analytics)
  tell({ a: true, b: true })
  expect(commands('ownLayer').map(([, , signals]) => (signals as Record<string, string>).ad_storage)).toEqual(
    ['denied', 'denied', 'granted'])
  expect(page.dataLayer).toBeUndefined()
})
