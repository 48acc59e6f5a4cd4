/** Whoever hears of the first reading of consent may decide anew, in the same task. */
import { expect, test, vi } from 'vitest'
import type { Context } from '../../src/context'
import { arrive, consent, decidedBefore, driven, names, newPage, plugin, setUp } from './hostile-page'

newPage()

test('a listener that withdraws what an earlier page had granted', async () => {
  decidedBefore({ analytics: true })
  const track = vi.fn((ctx: Context) => ctx)
  const { analytics } = setUp({ consent, plugins: [plugin({ track })] }, (client) => {
    client.on('consent', (categories) => categories?.analytics && client.consent({ analytics: false }))
    void client.track('early')
  })
  expect(analytics.consent()).toEqual({ analytics: false })
  await analytics.track('later')
  expect(document.cookie).not.toMatch(/ajs_/)
  expect(track).not.toHaveBeenCalled()
  await arrive(analytics)
  expect(names()).toEqual([])
})

test('a plugin that withdraws it while it is loaded', async () => {
  decidedBefore({ analytics: true })
  const { analytics } = setUp({
    consent, plugins: [plugin({ load: (_, client) => void client.consent({ analytics: false }) })],
  })
  void analytics.track('a')
  expect(analytics.consent()).toEqual({ analytics: false })
  await arrive(analytics)
  expect(names()).toEqual([])
})

test('a consent manager that is told of it by a listener', async () => {
  const { manager, say } = driven({ decision: 'decided', categories: { analytics: true } })
  const { analytics } = setUp({ consent: { ...consent, manager } }, (client) => {
    client.on('consent', (categories) => {
      if (categories?.analytics) say({ decision: 'decided', categories: { analytics: false } })
    })
  })
  void analytics.track('a')
  expect(analytics.consent()).toEqual({ analytics: false })
  await arrive(analytics)
  expect(names()).toEqual([])
})
