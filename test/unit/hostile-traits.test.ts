/** Plugins may write on an event, and a page on what it was given; what is known of a visitor stays as it was said. */
import { expect, test } from 'vitest'
import type { Context } from '../../src/context'
import { arrive, newPage, page, plugin, setUp } from './hostile-page'

newPage()

const hash = (ctx: Context) => {
  const { traits } = ctx.event
  for (const person of [traits!, traits!.boss]) if (person?.email) person.email = '#' + person.email
  return ctx
}
const said = { email: 'e', boss: { email: 'b' } }
const hashed = { email: '#e', boss: { email: '#b' } }

test.each([true, false])('it is hashed once; only in memory: %s', async (disableClientPersistence) => {
  const { analytics } = setUp({
    disableClientPersistence, plugins: [plugin({ type: 'before', identify: hash, group: hash })],
  })
  void analytics.identify('u', said)
  void analytics.group('g', said)
  void analytics.identify('u', { plan: 'x' })
  await analytics.group('g', { plan: 'x' })
  await arrive(analytics)
  const more = { ...hashed, plan: 'x' }
  expect(page.sent.map(({ traits }) => traits)).toEqual([hashed, hashed, more, more])
  expect(analytics.user().traits()).toEqual({ ...said, plan: 'x' })
  expect(analytics.group().traits()).toEqual({ ...said, plan: 'x' })
})

test('traits that are handed out are a copy', async () => {
  const { analytics } = setUp({ disableClientPersistence: true })
  await analytics.identify('u', said)
  analytics.user().traits()!.boss.email = 'other'
  expect(analytics.user().traits()).toEqual(said)
})
