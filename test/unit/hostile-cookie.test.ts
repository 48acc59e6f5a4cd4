/** Scripts that block cookies replace the setter of `document.cookie`, and what was set before stays. */
import { expect, test, vi } from 'vitest'
import { arrive, consent, decidedBefore, names, newPage, setUp } from './hostile-page'

newPage()

test.each([true, false])('it counts where an earlier cookie cannot be changed; granted: %s', async (granted) => {
  decidedBefore({ analytics: !granted })
  const { analytics } = setUp({ consent })
  vi.spyOn(document, 'cookie', 'set').mockImplementation(() => {})
  analytics.consent({ analytics: granted })
  expect(analytics.consent()).toEqual({ analytics: granted })
  void analytics.track('a')
  await arrive(analytics)
  expect(names()).toEqual(granted ? ['a'] : [])
  analytics.consent({ analytics: !granted })
  expect(analytics.consent()).toEqual({ analytics: !granted })
})

test('what another tab decides later is read from the cookie again', () => {
  const { analytics } = setUp({ consent })
  analytics.consent({ 'ünï "%41; x': false, analytics: false })
  decidedBefore({ analytics: true })
  void analytics.flush()
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  expect(analytics.consent()).toEqual({ analytics: true })
})
