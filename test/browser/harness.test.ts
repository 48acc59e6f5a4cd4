/** The instrument before the measurements: pages, visitors, spies and the collector do what the other tests assume. */
import { expect, test } from 'vitest'
import { chosenEngines, describeEngines, isInstalled, spied, stored } from './harness'

const batch = (...ids: string[]) => JSON.stringify({
  writeKey: 'K',
  sentAt: '2026-01-01T00:00:00Z',
  batch: ids.map((messageId) => ({ type: 'track', messageId, timestamp: '2026-01-01T00:00:00Z' })),
})
const send = (url: string, body: string) => fetch(url, { method: 'POST', body }).then((answer) => answer.status, String)

test('an engine is installed: Chromium at least, unless ASSENT_ENGINES names others', () => {
  const needed = chosenEngines() ?? ['chromium']
  expect(needed.filter((name) => isInstalled(name))).toEqual(needed)
})

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('a page reaches the collector of another origin without a preflight, and each event counts once', async () => {
    const { page, collector } = await engine.openPage({ script: 'none' })
    collector.plan = [{ status: 503, headers: { 'retry-after': '1' } }]
    expect(await page.evaluate(send, collector.endpoint, batch('a', 'b'))).toBe(503)
    expect(collector.accepted).toEqual([])
    expect(await page.evaluate(send, collector.endpoint, batch('a', 'b'))).toBe(200)
    expect(await page.evaluate(send, collector.endpoint, batch('b', 'c'))).toBe(200)
    const ids = (await collector.waitFor(3)).map((event) => event.messageId)
    expect(ids).toEqual(['a', 'b', 'c'])
    expect(collector.copies.get('b')).toBe(2)
    expect(collector.preflights).toEqual([])
    expect(collector.requests[0]?.origin).toBe(new URL(await page.url()).origin)
  })

  test('a context is a visitor: its pages share storage, another context has its own', async () => {
    const { page, context, url } = await engine.openPage({ script: 'none' })
    await page.evaluate(() => {
      localStorage.setItem('kept', '1')
      document.cookie = 'crumb=1'
    })
    const tab = await context.newPage()
    await tab.goto(url)
    expect(await stored(tab)).toMatchObject({ local: ['kept'], cookies: ['crumb'] })
    const stranger = await (await engine.newContext()).newPage()
    await stranger.goto(url)
    expect(await stored(stranger)).toEqual({ cookies: [], local: [], session: [], records: [] })
  })

  test('the spies see storage, network and inserted scripts, and nothing on an idle page', async () => {
    const { page, collector } = await engine.openPage({ script: 'none', spies: true })
    expect(await spied(page)).toEqual([])
    await page.evaluate((endpoint: string) => {
      document.cookie = 'a=1'
      void document.cookie
      localStorage.setItem('k', 'v')
      sessionStorage.getItem('s')
      indexedDB.open('db')
      navigator.sendBeacon(endpoint, 'x')
      fetch(endpoint, { method: 'POST', body: 'x' }).catch(() => {})
      document.head.append(Object.assign(document.createElement('script'), { src: '/none.js' }))
    }, collector.endpoint)
    const seen = (await spied(page)).map(({ kind, what }) => `${kind} ${what}`.trim().split('http')[0]?.trim())
    expect(seen).toEqual([
      'cookie.set a', 'cookie.get', 'storage.open localStorage', 'storage.set k', 'storage.open sessionStorage',
      'storage.get s', 'idb open db', 'net beacon', 'net fetch', 'insert Script.src', 'insert script',
    ])
  })

  test('a click is real, and a strict policy holds for the page', async () => {
    const { page } = await engine.openPage({
      script: 'none',
      headers: { 'content-security-policy': "script-src 'self'; require-trusted-types-for 'script'" },
      before: () => addEventListener('click', (event) => (document.title = `trusted: ${event.isTrusted}`)),
      body: '<button>Press</button><script>document.title = "inline ran"</script>',
    })
    expect(await page.evaluate(() => document.title)).toBe('Test page')
    await page.click('button')
    expect(await page.waitFor(() => document.title.startsWith('trusted') && document.title)).toBe('trusted: true')
  })
})

describeEngines(['chromium'], (engine) => {
  test('a killed browser starts again on its profile', async () => {
    const browser = await engine.persistentBrowser()
    const collector = await engine.newCollector()
    const url = engine.serve({ script: 'none', collector })
    const page = await browser.context().newPage()
    await page.goto(url)
    await page.evaluate(() => new Promise<void>((resolve) => {
      const asked = indexedDB.open('db')
      asked.onupgradeneeded = () => asked.result.createObjectStore('s').put(1, 'key')
      asked.onsuccess = () => resolve()
    }))
    await browser.kill()
    await browser.restart()
    const again = await browser.context().newPage()
    await again.goto(url)
    expect((await stored(again)).records).toEqual(['db/s/key'])
  })

  test('hosts of one registrable domain share a cookie', async () => {
    const { context, page, collector } = await engine.openPage({ script: 'none', host: 'a.shop.localtest' })
    await page.evaluate(() => {
      document.cookie = 'wide=1; domain=shop.localtest'
      document.cookie = 'wider=1; domain=a.shop.localtest'
    })
    const sibling = await engine.openPage({ script: 'none', host: 'b.shop.localtest', context, collector })
    expect((await stored(sibling.page)).cookies).toEqual(['wide'])
  })
})
