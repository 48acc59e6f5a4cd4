/** Plugins that write on what they are given, and that cancel with whatever comes to hand. */
import { expect, test, vi } from 'vitest'
import type { Context } from '../../src/context'
import type { PluginType } from '../../src/types'
import { arrive, consent, names, newPage, plugin, setUp } from './hostile-page'

newPage()

test('one that writes on the decision of an event opens no other', async () => {
  const ads = { name: 'Ads', track: vi.fn((ctx: Context) => ctx), load: vi.fn() }
  const forger = plugin({
    name: 'Forger',
    track(ctx) {
      const { categoryPreferences } = ctx.event.context.consent as { categoryPreferences: Record<string, boolean> }
      categoryPreferences.advertising = true
      return ctx
    },
  })
  const { analytics } = setUp({
    plugins: [forger, plugin(ads)], consent: { ...consent, destinations: { Ads: ['advertising'] } },
  })
  analytics.consent({ analytics: true, advertising: false })
  // In one go: between them the decision is not read again.
  for (const name of 'abcde') void analytics.track(name)
  await arrive(analytics)
  expect(names()).toEqual([...'abcde'])
  expect(ads.load).not.toHaveBeenCalled()
  expect(ads.track).not.toHaveBeenCalled()
  expect(analytics.consent()).toEqual({ analytics: true, advertising: false })
})

const reasons = [undefined, null, 0, '', 'x', new Error('e'), {}]
test.each((['before', 'enrichment', 'destination'] as PluginType[]).flatMap((type) =>
  reasons.map((reason) => ({ type, reason }))))('$type cancels with $reason', async ({ type, reason }) => {
  const { analytics, errors } = setUp({ plugins: [plugin({ type, track: (ctx) => ctx.cancel(reason as Error) })] })
  await analytics.track('a')
  await arrive(analytics)
  // A destination speaks for itself alone.
  expect(names()).toEqual(type == 'destination' ? ['a'] : [])
  expect(errors).not.toHaveBeenCalled()
})
