/** The hard cases of consent, C31: the same code on a server, and in the page that the server rendered. */
import { readdirSync } from 'node:fs'
import { build } from 'esbuild'
import { expect, test, vi } from 'vitest'
import { describeEngines } from './harness'
import { decide, has, names, quiet, track } from './pages/cases-site'

const consent = { requires: ['analytics'], event: false as const }

test('C31: on a server a client can be made and called; it sends nothing and touches no browser global', async () => {
  expect(['window', 'document', 'localStorage'].filter((name) => name in globalThis)).toEqual([])
  const rejected: unknown[] = []
  const onReject = (reason: unknown) => rejected.push(reason)
  process.on('unhandledRejection', onReject)
  const fetching = vi.spyOn(globalThis, 'fetch')
  try {
    const { AnalyticsBrowser, NullAnalytics } = await import('../../src/index')
    const endpoint = 'https://collect.example/v1/batch'
    const analytics = AnalyticsBrowser.load({ writeKey: 'KEY' }, { endpoint, consent })
    void analytics.page()
    void analytics.track('On the server')
    void analytics.identify('me')
    analytics.consent({ analytics: true })
    const [client] = await analytics
    await client.track('Awaited')
    new NullAnalytics()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(fetching).not.toHaveBeenCalled()
    expect(rejected).toEqual([])
  } finally {
    fetching.mockRestore()
    process.off('unhandledRejection', onReject)
  }
})

// Google Consent Mode is an output, and has nothing to read.
const managers = readdirSync(new URL('../../plugins/consent', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('google'))
  .map((file) => file.slice(0, -3))

test.each(managers)('C31: %s reads undecided on a server', async (name) => {
  const [create] = Object.values((await import(`../../plugins/consent/${name}.ts`)) as Record<string, unknown>)
  const manager = (create as () => { read(): unknown })()
  expect(manager.read()).toBeUndefined()
})

describeEngines(['chromium'], (engine) => {
  test('C31: a page that is rendered twice, by the server and by the browser, sends once', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { AnalyticsBrowser } from './src/index'
          // What a component does at each rendering.
          window.render = (options) => {
            window.analytics = window.analytics ?? AnalyticsBrowser.load({ writeKey: 'KEY' }, options)
            window.analytics.load({ writeKey: 'KEY' }, options)
            if (window.rendered) window.analytics.page()
            window.rendered = true
          }`,
        resolveDir: `${import.meta.dirname}/../..`,
      },
      bundle: true, format: 'iife', write: false, define: { __VERSION__: '"0"' },
    })
    engine.site().add('/app.js', { body: outputFiles[0]!.text, headers: { 'content-type': 'text/javascript' } })
    const { page, collector } = await engine.openPage({
      script: 'none', consent, head: '<script src="/app.js"></script>',
      load: (options) => {
        const { render } = window as unknown as { render(options: object): void }
        render(options)
        render(options)
      },
    })
    await decide(page, { analytics: true })
    await track(page, 'Hydrated')
    await collector.waitFor(has('Hydrated'))
    await quiet(page)
    expect(names(collector)).toEqual(['page', 'Hydrated'])
    expect([...collector.copies.values()]).toEqual([1, 1])
  })

  test('a component that loads at each rendering has one client: one page view, one event of the link', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { AnalyticsBrowser } from './src/index'
          window.render = (options) =>
            (window.analytics = AnalyticsBrowser.load({ writeKey: 'KEY' }, { ...options, initialPageview: true }))
          window.other = (options) => AnalyticsBrowser.load({ writeKey: 'OTHER' }, options)`,
        resolveDir: `${import.meta.dirname}/../..`,
      },
      bundle: true, format: 'iife', write: false, define: { __VERSION__: '"0"' },
    })
    engine.site().add('/twice.js', { body: outputFiles[0]!.text, headers: { 'content-type': 'text/javascript' } })
    const { page, collector } = await engine.openPage({
      script: 'none', head: '<script src="/twice.js"></script>', path: '/rendered?ajs_event=Landed',
      load: (options) => {
        type Rendering = Record<'render' | 'other', (options: object) => unknown>
        const { render, other } = window as unknown as Rendering
        const first = render(options)
        Object.assign(window, { same: [first === render(options), first === other(options)] })
      },
    })
    await track(page, 'Rendered')
    await collector.waitFor(has('Rendered'))
    await quiet(page)
    expect(await page.evaluate(() => (window as unknown as { same: boolean[] }).same)).toEqual([true, false])
    const own = collector.requests.flatMap(({ body }) => (body?.writeKey === 'KEY' ? body.batch : []))
    expect(own.map(({ event, type }) => event ?? type).sort()).toEqual(['Landed', 'Rendered', 'page'])
  })
})
