/** What was on its way to the collector when consent was withdrawn. */
import { expect, test, vi } from 'vitest'
import type { Context } from '../../src/context'
import type { Categories } from '../../src/types'
import { arrive, consent, decidedBefore, names, newPage, page, plugin, setUp, wait } from './hostile-page'

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
  expect(called.mock.calls.map(([ctx]) => !!(ctx as Context).failedDelivery())).toEqual([true])
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

const slow = plugin({
  name: 'slow',
  type: 'before',
  async track(ctx) {
    await wait(20)
    return ctx
  },
})

test('who hears of an undelivered call may grant again: the page hears last what holds', async () => {
  decidedBefore({ analytics: true })
  const grant = () => void analytics.consent({ analytics: true })
  const onUndelivered = vi.fn(() => void (onUndelivered.mock.calls.length < 2 && grant()))
  const { analytics } = setUp({ plugins: [slow], consent: { ...consent, onUndelivered } })
  const heard: unknown[] = []
  analytics.on('consent', (categories) => heard.push(categories))
  await wait(10)
  const all = ['x', 'y'].map((name) => analytics.track(name, {}, { critical: true }))
  await wait(10)
  analytics.consent({ analytics: false })
  await Promise.all(all)
  expect(onUndelivered).toHaveBeenCalledTimes(2)
  expect(heard.at(-1)).toEqual({ analytics: true })
  expect(analytics.consent()).toEqual({ analytics: true })
})

test('who hears of held calls may grant and call: what they call goes, in order', async () => {
  const reasons: string[] = []
  const callAgain = (event: string) => {
    analytics.consent({ analytics: true })
    void analytics.track(`after ${event}`)
  }
  const { analytics } = setUp({ consent: { ...consent, onUndelivered({ event }, reason) {
    reasons.push(reason)
    callAgain(event!)
  } } })
  await wait(5)
  const all = ['1', '2', '3'].map((name) => analytics.track(name, {}, { critical: name != '2' }))
  analytics.consent({ analytics: false })
  await Promise.all(all)
  await arrive(analytics)
  expect(reasons).toEqual(['refused', 'refused'])
  expect(names()).toEqual(['after 1', 'after 3'])
})

test('a listener that throws leaves no call without an answer', async () => {
  decidedBefore({ analytics: true })
  const { analytics } = setUp({ consent, plugins: [slow] })
  analytics.on('consent', () => {
    throw new Error('page')
  })
  await wait(5)
  const all = ['a', 'b', 'c'].map((name) => analytics.track(name))
  await wait(5)
  expect(() => analytics.consent({ analytics: false })).not.toThrow()
  expect((await Promise.all(all)).every((ctx) => ctx.failedDelivery())).toBe(true)
  expect(names()).toEqual([])
})

test('a listener that grants again: what was on its way stays destroyed, and what follows goes', async () => {
  decidedBefore({ analytics: true })
  const { analytics } = setUp({ consent, plugins: [slow] })
  await wait(5)
  analytics.setAnonymousId('one')
  void analytics.identify('u1')
  const all = [analytics.track('a'), analytics.track('b')]
  await wait(5)
  analytics.on('consent', (categories) => {
    if ((categories as Categories).analytics) return
    analytics.consent({ analytics: true })
    analytics.setAnonymousId('two')
    all.push(analytics.track('c'))
  })
  analytics.consent({ analytics: false })
  await Promise.all(all)
  await arrive(analytics)
  expect(page.sent.map(({ event, anonymousId, userId }) => [event, anonymousId, userId])).toEqual([
    ['c', 'two', undefined],
  ])
})
