/** A reset in the five milliseconds in which a new visitor's id is looked up again. */
import { expect, test } from 'vitest'
import { arrive, names, newPage, page, setUp, wait } from './hostile-page'

newPage()

test('the event before it is not of the visitor after it', async () => {
  const { analytics } = setUp()
  await wait(20)
  void analytics.track('before')
  while (!document.cookie.includes('ajs_anonymous_id')) await wait()
  analytics.reset()
  const id = analytics.user().anonymousId()
  void analytics.track('after')
  await arrive(analytics)
  expect(names()).toEqual(['before', 'after'])
  expect(page.sent.map(({ anonymousId }) => anonymousId)).toEqual([expect.not.stringMatching(id!), id])
})
