/** The ways in: the array that standard snippets leave, a script that comes late, another global, no snippet at all. */
import { expect, test } from 'vitest'
import { describeEngines } from './harness'

/** What the standard snippet leaves on the page: an array of calls, each with the page it was made on. */
const snippet = `(name, methods) => {
  const queue = (window[name] = [])
  for (const method of methods) {
    queue[method] = (...args) => {
      if (window[name].initialized) return window[name][method](...args)
      if (/^(track|page|screen|identify|group|alias)$/.test(method)) {
        const { pathname: p, href: u, search: s } = location
        args.push({ __t: 'bpc', c: undefined, p, u, s, t: document.title, r: document.referrer })
      }
      queue.push([method, ...args])
      return queue
    }
  }
}`
const methods = ['track', 'page', 'identify', 'group', 'alias', 'ready', 'on', 'once', 'off', 'reset', 'setAnonymousId',
  'addSourceMiddleware', 'register', 'screen']

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test.each(['analytics', 'segment'])('calls buffered on window.%s are replayed with their page', async (name) => {
    const collector = await engine.newCollector()
    const { page } = await engine.openPage({
      collector,
      script: 'none',
      title: 'Early',
      path: '/early',
      before: `() => {
        (${snippet})(${JSON.stringify(name)}, ${JSON.stringify(methods)})
        const analytics = window[${JSON.stringify(name)}]
        analytics._writeKey = 'KEY'
        analytics._loadOptions = { endpoint: ${JSON.stringify(collector.endpoint)} }
        analytics.page()
        analytics.track('One', { n: 1 })
        analytics.identify('me')
        analytics.setAnonymousId('anon')
        analytics.track('Two')
        analytics.ready(() => { document.documentElement.dataset.ready = 'yes' })
      }`,
      body: '<p>Late script</p>',
    })
    await page.evaluate((global: string) => {
      history.pushState(null, '', '/late')
      document.title = 'Late'
      const script = document.createElement('script')
      script.src = '/dist/assent.min.js'
      script.setAttribute('data-global-segment-analytics-key', global)
      document.head.append(script)
    }, name)
    const events = await collector.waitFor(4)
    expect(events.map(({ type, event }) => event ?? type)).toEqual(['page', 'One', 'identify', 'Two'])
    expect(events.map(({ anonymousId }) => anonymousId)).toEqual(Array(4).fill('anon'))
    const pages = events.map(({ context }) => [context.page.path, context.page.title])
    expect(pages).toEqual(Array(4).fill(['/early', 'Early']))
    expect(events[1]?.properties).toEqual({ n: 1 })
    await page.waitFor(() => document.documentElement.dataset.ready === 'yes')
    expect(collector.requests[0]?.body?.writeKey).toBe('KEY')
  })
})

describeEngines(['chromium'], (engine) => {
  test('no snippet: after the script, analytics.load is there, and calls before load wait for it', async () => {
    const { page, collector } = await engine.openPage({
      load: (options) => {
        window.analytics.track('Before load')
        window.analytics.load('KEY', options)
        window.analytics.track('After load')
      },
    })
    const events = await collector.waitFor(2)
    expect(events.map(({ event }) => event)).toEqual(['Before load', 'After load'])
    expect(page.errors).toEqual([])
  })

  test('a decision may be buffered before the script', async () => {
    const { page, collector } = await engine.openPage({
      before: () => {
        Object.assign(window, { analytics: [['track', 'Early'], ['consent', { analytics: true }]] })
      },
      consent: { requires: ['analytics'], event: false },
      load: (options) => window.analytics.load('KEY', options),
    })
    expect((await collector.waitFor(1))[0]?.event).toBe('Early')
    expect(await page.evaluate(() => window.analytics.consent())).toEqual({ analytics: true })
  })

  test('ready waits for the client to be loaded, whoever asks first', async () => {
    const { page } = await engine.openPage({
      load: false,
      before: () => void ((window as unknown as { analytics: unknown }).analytics = [['ready', () => {
        document.title += ` ready ${(window.analytics as { initialized?: boolean }).initialized}`
      }]]),
    })
    expect(await page.evaluate(() => document.title)).toBe('Test page')
    await page.evaluate(() => window.analytics.load('KEY', { endpoint: 'http://127.0.0.1:9/v1/batch' }))
    await page.waitFor(() => document.title === 'Test page ready true')
  })

  test('an element with the id analytics is no client', async () => {
    const { page, collector } = await engine.openPage({
      body: '<div id="analytics"></div>', load: false, script: 'none',
    })
    await page.evaluate((endpoint: string) => {
      const script = document.createElement('script')
      script.src = '/dist/assent.min.js'
      script.onload = () => {
        window.analytics.load('KEY', { endpoint })
        void window.analytics.track('Found')
      }
      document.head.append(script)
    }, collector.endpoint)
    const [event] = await collector.waitFor(1)
    expect(event?.event).toBe('Found')
  })

  test.each([['an object', '{ mine: 1 }'], ['a text', "'mine'"]])(
    'where the name is taken by %s of the page, that stays and the console says so',
    async (_, value) => {
      const { page } = await engine.openPage({
        load: false, script: 'none',
        head: `<script>
          var analytics = ${value}, said = []
          console.error = (...args) => said.push(args.join(' '))
          onerror = (text) => said.push('thrown: ' + text)
        </script><script src="/dist/assent.min.js"></script>`,
      })
      expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual([
        'assent: window.analytics is taken',
      ])
      const track = await page.evaluate(() => typeof (window.analytics as { track?: unknown }).track)
      expect(track).toBe('undefined')
    },
  )
})
