/** A plugin may bring others along, and wait for them. */
import { expect, test, vi } from 'vitest'
import { names, newPage, plugin, setUp, wait } from './hostile-page'

newPage()

test.each(['enrichment', 'before', 'utility'] as const)('%s: it may await what it registers', async (type) => {
  const track = vi.fn((ctx) => ctx)
  const { analytics, errors } = setUp({
    plugins: [plugin({
      type,
      async load(_, client) {
        await wait(5)
        await client.register(plugin({ name: 'other', type: 'enrichment', track }))
      },
    })],
  })
  void analytics.track('a')
  await vi.waitFor(() => expect(names()).toEqual(['a']), 5000)
  expect(track).toHaveBeenCalledOnce()
  expect(errors).not.toHaveBeenCalled()
})
