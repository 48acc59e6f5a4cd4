// @vitest-environment node
import { expect, test } from 'vitest'
import { googleConsentMode } from '../../plugins/consent/google-consent-mode'
import { stages } from './consent-stages'

test('on a server every manager can be made and read, and knows nothing', () => {
  expect(typeof globalThis.window).toBe('undefined')
  for (const { create } of stages) expect(create().read()).toBeUndefined()
  expect(googleConsentMode().name).toBe('googleConsentMode')
})
