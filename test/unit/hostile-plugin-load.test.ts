/** Plugins that use the client while it loads them, and loads that end when nobody waits for them any more. */
import { expect, test, vi } from 'vitest'
import type { Context } from '../../src/context'
import type { Analytics } from '../../src/analytics'
import { arrive, consent, names, newPage, plugin, setUp, wait } from './hostile-page'

newPage()

test.each<[does: string, what: (client: Analytics) => unknown]>([
  ['registers another', (client) => client.register(plugin({ name: 'other', type: 'enrichment' }))],
  ['adds source middleware', (client) => client.addSourceMiddleware(({ payload, next }) => next(payload))],
  ['brings a decision', (client) => client.consent({ analytics: true, advertising: true })],
])('one that %s while it is loaded is loaded once', async (_, what) => {
  // Without end it would be the page that ends.
  const load = vi.fn((_ctx: Context, client: Analytics) => void (load.mock.calls.length < 20 && what(client)))
  const { analytics, errors } = setUp({ consent, plugins: [plugin({ type: 'enrichment', load })] })
  analytics.consent({ analytics: true })
  void analytics.track('a')
  await arrive(analytics)
  expect(load).toHaveBeenCalledOnce()
  expect(names()).toEqual(['a'])
  expect(errors).not.toHaveBeenCalled()
})

test('one that withdraws while it is loaded is unloaded, and loaded again by a grant', async () => {
  const load = vi.fn((_ctx: Context, client: Analytics) =>
    void (load.mock.calls.length < 2 && client.consent({ analytics: false })))
  const unload = vi.fn()
  const { analytics } = setUp({ consent, plugins: [plugin({ load, unload })] })
  analytics.consent({ analytics: true })
  expect(unload).toHaveBeenCalled()
  await wait(5)
  analytics.consent({ analytics: true })
  expect(load).toHaveBeenCalledTimes(2)
})

test.each(['after', 'before'])('a load that fails because it was unloaded, %s it is loaded again', async (when) => {
  const track = vi.fn((ctx: Context) => ctx)
  let abort = () => {}
  const load = vi.fn(() => load.mock.calls.length > 1 ? undefined
    : new Promise<void>((_, reject) => (abort = () => reject(new Error('aborted')))))
  const { analytics, errors } = setUp({
    consent, plugins: [plugin({ load, track, unload: () => void (when == 'before' && abort()) })],
  })
  analytics.consent({ analytics: true })
  await wait(5)
  analytics.consent({ analytics: false })
  await wait(5)
  analytics.consent({ analytics: true })
  abort()
  await wait(5)
  await analytics.track('a')
  expect(load).toHaveBeenCalledTimes(2)
  expect(track).toHaveBeenCalledOnce()
  expect(errors).not.toHaveBeenCalled()
})
