/** What was on its way to the collector when consent was withdrawn. */
import { expect, test, vi } from 'vitest'
import type { Context } from '../../src/context'
import { arrive, consent, names, newPage, page, plugin, setUp } from './hostile-page'

newPage()

test.each([false, true])('it is not named after that, nor told as delivered; granted again: %s', async (again) => {
  const asked = new Promise<void>((resolve) => (page.answer = () => (resolve(), new Promise(() => {}))))
  const { analytics } = setUp({ consent })
  analytics.consent({ analytics: true })
  const [heard, called] = [vi.fn(), vi.fn()]
  analytics.on('track', heard)
  for (const event of ['flush', 'delivery_success', 'message_delivered']) analytics.queue.on(event, heard)
  const result = analytics.track('a', { secret: 1 }, {}, called)
  await asked
  analytics.consent({ analytics: false })
  if (again) analytics.consent({ analytics: true })
  expect((await result).failedDelivery()).toBeTruthy()
  expect(heard).not.toHaveBeenCalled()
  expect(called).not.toHaveBeenCalled()
  expect(analytics.stats()).toMatchObject({ accepted: 1, refused: 1 })
})

test('a destination that withdraws while others are served', async () => {
  const track = (ctx: Context) => (analytics.consent({ analytics: false }), ctx)
  const { analytics } = setUp({ consent, plugins: [plugin({ track })] })
  analytics.consent({ analytics: true })
  expect((await analytics.track('a')).failedDelivery()).toBeTruthy()
  await arrive(analytics)
  expect(names()).toEqual([])
})
