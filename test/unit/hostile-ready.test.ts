/** `ready` of the page, and of plugins that may not be loaded yet. */
import { expect, test, vi } from 'vitest'
import { consent, newPage, plugin, setUp, wait } from './hostile-page'

newPage()

test('a destination without consent is not asked, and keeps nobody waiting', async () => {
  let loaded = () => {}
  const whole = new Promise<void>((resolve) => (loaded = resolve))
  const ready = vi.fn(() => whole)
  const { analytics } = setUp({ consent, plugins: [plugin({ load: () => loaded(), ready })] })
  const called = vi.fn()
  void analytics.ready(called)
  await wait(20)
  expect(ready).not.toHaveBeenCalled()
  expect(called).toHaveBeenCalledOnce()
  analytics.consent({ analytics: true })
  await analytics.ready()
  expect(ready).toHaveBeenCalledOnce()
})
