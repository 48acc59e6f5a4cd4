/** A consent manager that calls back while it is asked, as one that looks at its own store first may do. */
import { expect, test, vi } from 'vitest'
import type { ConsentManager, ConsentState } from '../../src/types'
import { arrive, names, newPage, setUp } from './hostile-page'

newPage()

test('what it says is told once', async () => {
  const cmp: { stored?: ConsentState } = {}
  let known: ConsentState | undefined
  let changed = () => {}
  const manager: ConsentManager = {
    name: 'm',
    read() {
      if (known != cmp.stored) {
        known = cmp.stored
        changed()
      }
      return known
    },
    subscribe: (call) => ((changed = call), () => {}),
  }
  const { analytics } = setUp({ consent: { requires: ['analytics'], manager } })
  const heard = vi.fn()
  analytics.on('consent', heard)
  cmp.stored = { decision: 'decided', categories: { analytics: true } }
  changed()
  await arrive(analytics)
  expect(heard).toHaveBeenCalledOnce()
  expect(names()).toEqual(['Consent Updated'])
})
