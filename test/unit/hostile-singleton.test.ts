/** A getter that loads the client the first time, asked by what is loaded with it. */
import { expect, test } from 'vitest'
import { AnalyticsBrowser } from '../../src/analytics-browser'
import { endpoint, names, newPage, plugin, wait } from './hostile-page'

newPage()

test('there is one client', async () => {
  const seen = new Set<unknown>()
  const get = (): AnalyticsBrowser => {
    const load = () => {
      if (seen.size < 5) void get().track('from a plugin')
    }
    const plugins = [plugin({ type: 'utility', load })]
    const client = AnalyticsBrowser.load({ writeKey: 'ONE' }, { endpoint, plugins })
    seen.add(client)
    return client
  }
  await get()
  await wait(30)
  await get().flush()
  expect(seen.size).toBe(1)
  expect(names()).toEqual(['from a plugin'])
})
