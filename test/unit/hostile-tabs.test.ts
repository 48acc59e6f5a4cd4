/** A banner of one's own that gives the time of the reading for that of the decision, in two tabs. */
import { expect, test, vi } from 'vitest'
import { Analytics } from '../../src/analytics'
import type { ConsentState } from '../../src/types'
import { consent, endpoint, newPage, wait } from './hostile-page'

newPage()

test('the tabs do not answer each other for ever', async () => {
  const tabs: { onmessage?: (event: object) => void }[] = []
  let told = 0
  vi.stubGlobal('BroadcastChannel', class {
    constructor() {
      tabs.push(this as never)
    }
    postMessage(data: unknown) {
      told++
      for (const tab of tabs) if (tab != (this as object)) setTimeout(() => tab.onmessage!({ data }), 2)
    }
  })
  const read = (): ConsentState => ({ decision: 'decided', categories: { analytics: true }, updatedAt: Date.now() })
  const clients = [1, 2, 3].map(() => {
    const analytics = new Analytics()
    const manager = { name: 'm', read, subscribe: () => () => {} }
    void analytics.load('TABS', { endpoint, consent: { ...consent, manager } })
    return analytics
  })
  await wait(20)
  void clients[0]!.track('a')
  await wait(200)
  expect(told).toBe(0)
})
