/** The ledger in a real page: what is written down, under which decision, and that nothing is different for it. */
import { expect, test } from 'vitest'
import type { Entry, LedgerExport } from '../../plugins/audit'
import { describeEngines, type Engine } from './harness'

declare global {
  interface Window {
    // The ledger of the test page.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    ledger: any
  }
}

// The ledger comes before the client: the order of the tags is the order of the start.
const head = '<script src="/dist/plugins/audit.min.js"></script><script>window.ledger = assent.audit()</script>'
const open = (engine: Engine, more: object = {}) =>
  engine.openPage({ head, consent: { requires: ['analytics'] }, ...more })
const texts = (entries: Entry[]) => entries.map(({ kind, what, key }) => `${kind} ${what} ${key.replace(/:\d+/, '')}`)

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  test('every way to store, read and send is written down once, in order', async () => {
    const { page } = await open(engine, { script: 'none', load: false })
    const entries = await page.evaluate(async () => {
      const { ledger } = window
      const begin = ledger.entries().length
      document.cookie = 'a_cookie=1'
      void document.cookie
      localStorage.setItem('an_item', '1')
      localStorage.getItem('an_item')
      localStorage.a_property = '1'
      sessionStorage.removeItem('gone')
      await new Promise((resolve) => setTimeout(resolve))
      indexedDB.deleteDatabase('a_db')
      await fetch('/a-fetch?uid=secret#hash').catch(() => {})
      navigator.sendBeacon('/a-beacon')
      const xhr = new XMLHttpRequest()
      xhr.open('GET', '/an-xhr')
      xhr.send()
      new Image().src = 'data:,nothing'
      new Image().src = '/a-pixel?id=secret'
      new EventSource('/a-source').close()
      return ledger.entries().slice(begin)
    }) as Entry[]
    const site = 'http://shop.localhost'
    expect(texts(entries).filter((text) => !/\/-\/|dist/.test(text))).toEqual([
      'write cookie a_cookie', 'read cookie a_cookie',
      'write localStorage an_item', 'read localStorage an_item', 'write sessionStorage gone',
      'write localStorage a_property',
      'write indexedDB a_db',
      `request fetch ${site}/a-fetch?uid=`, `request beacon ${site}/a-beacon`, `request xhr ${site}/an-xhr`,
      `request img ${site}/a-pixel?id=`, `request EventSource ${site}/a-source`,
    ])
    expect(JSON.stringify(entries)).not.toContain('secret')
  })

  test('the decision in force stands beside each entry', async () => {
    const { page, collector } = await open(engine)
    await page.evaluate(() => {
      window.analytics.track('Early')
      localStorage.setItem('early', '1')
    })
    await page.evaluate(() => void window.analytics.consent({ analytics: true }))
    await collector.waitFor(1)
    await page.evaluate(() => { localStorage.setItem('late', '1') })
    const { decisions, entries } = await page.evaluate(() => window.ledger.toJSON()) as LedgerExport
    expect(decisions.map(({ categories }) => categories)).toEqual([{ analytics: true }])
    const of = (key: string) => entries.filter((entry) => entry.key.includes(key)).map(({ decided }) => decided)
    expect(of('early')).toEqual([false])
    expect(of('late')).toEqual([true])
    // The write of the decision itself comes before it is in force; identity and transport after.
    const ours = entries.filter(({ key, kind }) => kind != 'read' && /ajs_|assent|v1\/batch/.test(key) && !/dist/.test(key))
    const early = new Set(ours.filter(({ decided }) => !decided).map(({ key }) => key.replace(/^(assent_domain).*/, '$1')))
    early.delete('assent_domain')
    expect([...early]).toEqual(['assent_consent'])
    expect(ours.filter(({ decided }) => decided).length).toBeGreaterThan(1)
  })
})

describeEngines(['chromium'], (engine) => {
  test('stop puts everything back', async () => {
    const { page } = await open(engine, {
      script: 'none', load: false,
      before: () => {
        const all = () => [
          fetch, WebSocket, EventSource, XMLHttpRequest.prototype.open, Navigator.prototype.sendBeacon,
          Storage.prototype.setItem, Storage.prototype.getItem, IDBFactory.prototype.open, CacheStorage.prototype.open,
          Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!.get,
          Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!.set,
          Object.getOwnPropertyDescriptor(window, 'localStorage')!.get,
          Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src')!.set,
        ]
        Object.assign(window, { all, original: all() })
      },
    })
    const same = () => page.evaluate(`all().map((each, index) => each === original[index])`)
    expect(await same()).toEqual(Array(13).fill(false))
    await page.evaluate(() => window.ledger.stop())
    expect(await same()).toEqual(Array(13).fill(true))
    const count = await page.evaluate(() => {
      const before = window.ledger.entries().length
      document.cookie = 'after=1'
      return window.ledger.entries().length - before
    })
    expect(count).toBe(0)
  })

  test('nothing is different: results, errors, names and instances', async () => {
    const { page } = await open(engine, { script: 'none', load: false })
    expect(await page.evaluate(async () => {
      const refused = (act: () => unknown) => {
        try {
          return act()
        } catch (error) {
          return (error as Error).name
        }
      }
      const socket = new WebSocket('ws://shop.localhost:9/')
      return [
        refused(() => new WebSocket('http://[')),
        refused(() => Storage.prototype.getItem.call({} as Storage, 'x')),
        refused(() => localStorage.setItem('big', 'x'.repeat(2e7))),
        socket instanceof WebSocket, WebSocket.OPEN, fetch.name, fetch.length,
        (class extends EventSource {}).name, (await fetch('/-/none')).status, localStorage.getItem('none'),
      ]
    })).toEqual(['SyntaxError', 'TypeError', 'QuotaExceededError', true, 1, 'fetch', 1, '', 404, null])
    expect(page.errors).toEqual([])
  })

  test('each entry names the script that did it, and what came before the ledger is listed', async () => {
    const { page } = await open(engine, { head: '', body: head })
    await page.waitFor(() => window.ledger?.entries().length > 0)
    const entries = await page.evaluate(() => {
      window.ledger.watch(window.analytics)
      return window.ledger.entries()
    }) as Entry[]
    expect(texts(entries)).toContain('request script http://shop.localhost/dist/assent.min.js')
    const { page: other } = await open(engine)
    await other.evaluate(() => void window.analytics.consent({ analytics: true }))
    const written = (await other.evaluate(() => window.ledger.entries()) as Entry[])
      .filter(({ kind, what }) => kind == 'write' && what == 'cookie')
    expect(written.length).toBeGreaterThan(0)
    expect(written.filter(({ by }) => !/\/dist\/assent\.min\.js$/.test(by ?? ''))).toEqual([])
  })

  test('a strict policy with trusted types', async () => {
    const { page } = await open(engine, {
      head: '<script src="/dist/plugins/audit.min.js"></script>', script: 'none',
      load: () => { window.ledger = window.assent.audit() },
      headers: { 'content-security-policy': "default-src 'self'; require-trusted-types-for 'script'" },
    })
    expect(await page.evaluate(() => {
      document.cookie = 'strict=1'
      return window.ledger.entries().some(({ key }: { key: string }) => key == 'strict')
    })).toBe(true)
    expect(page.errors).toEqual([])
  })
})
