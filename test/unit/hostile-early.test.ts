/** A banner that goes on writing on the object that it gave. */
import { expect, test } from 'vitest'
import { consent, newPage, setUp } from './hostile-page'

newPage()

test('a decision made before load is the one that was made', () => {
  const choices = { analytics: false }
  const { analytics } = setUp({ consent }, (client) => {
    client.consent(choices)
    choices.analytics = true
  })
  expect(analytics.consent()).toEqual({ analytics: false })
})
