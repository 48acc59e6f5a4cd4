/** The demo for QA, driven as QA would: with real clicks, keys and wheels, under its own strict policy. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page as RawPage } from 'puppeteer-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDemo, type Demo } from '../../demo/server.mjs'
import { describeEngines, stored, type Context, type Page } from './harness'

const file = path.join(os.tmpdir(), `assent-demo-${process.pid}.jsonl`)
const names = ({ collector }: Demo) => collector.accepted.map(({ event, name, type }) => event ?? name ?? type)
const text = (page: Page, selector: string) =>
  page.evaluate((where) => document.querySelector(where)?.textContent ?? '', selector)
const meter = (page: Page, name: string, value: number) =>
  page.waitFor((which, wanted) => document.querySelector(`[data-meter=${which}]`)?.textContent === String(wanted), name, value)
/** Long enough for what must not be sent to be sent, were the gate open. */
const quiet = (page: Page) => page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 500)))
const raw = (page: Page) => page.raw as RawPage

describeEngines(['chromium'], (engine) => {
  let demo: Demo
  let context: Context

  beforeEach(async () => {
    demo = await startDemo({ port: 0, file })
    context = await engine.newContext()
  })
  afterEach(async () => {
    await demo.close()
    fs.rmSync(file, { force: true })
  })

  const open = async (query = '') => {
    const page = await context.newPage()
    await page.goto(demo.url + query)
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent)
    return page
  }
  const accept = async (query = '') => {
    const page = await open(query)
    await page.click('[data-answer=accept]')
    await demo.collector.waitFor(2)
    return page
  }

  test('nothing is stored or sent before an answer; accepting releases what was held, in order', async () => {
    const page = await open()
    await page.click('[data-call=track]')
    await meter(page, 'held', 2)
    await quiet(page)
    expect(demo.collector.requests).toEqual([])
    expect(await stored(page)).toEqual({ cookies: [], local: [], session: [], records: [] })
    expect(await text(page, '#list-held')).toMatch(/Order Completed.*QA Desk/)
    expect(await text(page, '#verdict')).toContain('Undecided')

    await page.click('[data-answer=accept]')
    await demo.collector.waitFor(3)
    expect(names(demo).slice(0, 2)).toEqual(['Desk', 'Order Completed'])
    await page.waitFor(() => document.querySelectorAll('#accepted-list > li').length === 3)
    await meter(page, 'acknowledged', 3)
    expect(await text(page, '#verdict')).toContain('Granted')
    expect(await text(page, '#list-held')).toBe('')
    const kept = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
    expect(kept).toEqual(demo.collector.accepted)
  })

  test('refusing destroys what was held, counts it and says why', async () => {
    const page = await open()
    await page.click('[data-call=track]')
    await page.click('[data-answer=refuse]')
    await meter(page, 'refused', 2)
    await quiet(page)
    expect(demo.collector.requests).toEqual([])
    expect(await text(page, '#list-gone')).toMatch(/Order Completed.*consent refused.*QA Desk.*consent refused/)
    expect(await text(page, '#verdict')).toContain('Refused')
    expect((await stored(page)).cookies).toEqual(['assent_consent'])
  })

  test('a choice of categories opens some destinations; taking it back leaves no key and no call on its way', async () => {
    const page = await open()
    await page.click('[data-answer=choose]')
    await page.click('#category-analytics')
    await page.click('#settings button[value=save]')
    await demo.collector.waitFor(2)
    await page.waitFor(() => document.querySelector('#facts')?.textContent?.includes('Ads destinationnot loaded'))

    await page.click('#open-settings')
    const box = () => document.querySelector<HTMLInputElement>('#category-analytics')!.checked
    expect(await page.evaluate(box)).toBe(true)
    await page.click('#settings button[value=accept]')
    await page.waitFor(() => /Ads destinationloaded, got [1-9]/.test(document.querySelector('#facts')!.textContent!))

    demo.collector.mode = () => ({ status: 503 })
    await page.click('[data-call=track]')
    await page.waitFor(() => document.querySelector('#list-queued')?.textContent?.includes('Order Completed'))
    await page.click('#open-settings')
    await page.click('#settings button[value=refuse]')
    await page.waitFor(() => /Order Completed.*withdrawn/.test(document.querySelector('#list-gone')!.textContent!))
    await expect.poll(() => stored(page)).toEqual({ cookies: ['assent_consent'], local: [], session: [], records: [] })
  })

  test('an accepted event opens to all of its JSON', async () => {
    const page = await accept()
    await page.waitFor(() => document.querySelectorAll('#accepted-list > li').length > 1)
    await page.click('#accepted-list li:last-child summary')
    await page.waitFor(() => document.querySelector('#accepted-list pre'))
    expect(JSON.parse(await text(page, '#accepted-list pre'))).toEqual(demo.collector.accepted[0])
  })

  test('arguments can be edited; what is no JSON list is not called, and said', async () => {
    const page = await accept()
    await page.evaluate(() => {
      document.querySelector<HTMLTextAreaElement>('[data-call=identify] + textarea')!.value = '["jo", {"plan": "pro"}]'
      document.querySelector<HTMLTextAreaElement>('[data-call=group] + textarea')!.value = '{"no": "list"}'
    })
    await page.click('[data-call=identify]')
    await demo.collector.waitFor(({ accepted }) => accepted.some(({ userId, traits }) => userId === 'jo' && traits))
    expect(demo.collector.accepted.at(-1)).toMatchObject({ type: 'identify', userId: 'jo', traits: { plan: 'pro' } })
    await page.click('[data-call=group]')
    await page.waitFor(() => document.querySelector('[data-call=group] + textarea[aria-invalid=true]'))
    expect(await text(page, '#call-outcome')).toContain('group was not called')
  })

  test('the link builder makes a link that identifies and tracks', async () => {
    const page = await accept()
    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('#field-ajs_trait_')!
      input.value = '{"plan": "gold & silver"}'
      input.dispatchEvent(new Event('input', { bubbles: true }))
    })
    const before = demo.collector.accepted.length
    await page.click('#link')
    const events = await demo.collector.waitFor(() => names(demo).includes('Newsletter Opened'))
    expect(events.slice(before)).toMatchObject([
      ...(events[before]?.event === 'Page Depth' ? [{}] : []),
      { type: 'identify', userId: 'user-42', traits: { plan: 'gold & silver' } },
      { type: 'track', event: 'Newsletter Opened', properties: { campaign: 'spring' }, userId: 'user-42' },
      { type: 'page' },
    ])
  })

  test('scrolling the text lights the marks that fire, and no other', async () => {
    const page = await accept()
    expect(await text(page, '.mark.lit')).toBe('')
    await page.evaluate(() => document.querySelector('#story')!.scrollIntoView({ block: 'center' }))
    const { x, y } = (await (await raw(page).$('#story'))!.boundingBox())!
    await raw(page).mouse.move(x + 50, y + 50)
    const lit = () => [...document.querySelectorAll('.mark.lit')].map((mark) => mark.textContent)
    const fired = () => demo.collector.accepted
      .filter(({ event }) => event === 'Pct Page Scrolled').map(({ properties }) => `${properties.percent} %`)
    const height = await page.evaluate(() => document.querySelector('#story')!.scrollHeight)
    await raw(page).mouse.wheel({ deltaY: 0.4 * height })
    await page.waitFor(() => document.querySelectorAll('.mark.lit').length >= 2)
    await demo.collector.waitFor(() => fired().length >= 2)
    expect(await page.evaluate(lit)).toEqual(['25 %', '50 %'])
    expect(fired()).toEqual(['25 %', '50 %'])
  })

  test('watching the clip fills the strip and lights a mark', async () => {
    const page = await accept()
    await page.evaluate(() => document.querySelector('video')!.play())
    await page.waitFor(() => document.querySelector('.marks .lit'))
    const cells = await page.evaluate(() =>
      [...document.querySelectorAll('.strip i')].map(({ className }) => className === 'full'))
    expect(cells.slice(0, 20)).not.toContain(false)
    expect(cells.slice(60)).not.toContain(true)
  })

  test('the fault bench compares what was expected with what came, failing and healed', async () => {
    const page = await accept()
    const row = (fault: string) => text(page, `.case:has([data-fault=${fault}]) .seen-count`)
    await page.click('[data-fault=unavailable]')
    await demo.collector.waitFor(({ requests }) => requests.some(({ status }) => status === 503))
    await page.waitFor(() => document.querySelector('[data-active=true]'))
    expect(await row('unavailable')).toBe('Failing: expected 0 of 5, seen 0 ✓')
    await page.click('.health-line button')
    await page.waitFor(() => document.querySelector('[data-right=true] .seen-count')?.textContent?.includes('seen 5'))
    expect(await row('unavailable')).toBe('Healed: expected 5 of 5, seen 5 ✓')

    await page.click('[data-fault=rejecting]')
    await page.waitFor(() => document.querySelector('#messages .error'))
    expect(await text(page, '#messages')).toContain('delivery_failure: status 400')
    expect(await row('rejecting')).toBe('Failing: expected 0 of 5, seen 0 ✓')
    await meter(page, 'dropped', 5)
  })

  test('the privacy signal, opt-out, and storage that throws can be asked for in the address', async () => {
    const page = await open('?gpc=on&model=opt-out')
    await demo.collector.waitFor(1)
    expect(demo.collector.accepted[0]?.context.consent).toMatchObject({
      categoryPreferences: { analytics: true, advertising: false }, gpc: true, basis: 'none',
    })
    expect(await text(page, '#facts')).toMatch(/GPC on.*not loaded/)
    const blocked = await open('?storage=blocked&model=opt-out')
    await demo.collector.waitFor(2)
    expect(await blocked.evaluate(() => {
      try {
        return localStorage.length
      } catch (error) {
        return (error as Error).name
      }
    })).toBe('SecurityError')
    expect([...page.errors, ...blocked.errors]).toEqual([])
  })

  test('a new visitor starts over: nothing is left', async () => {
    const page = await accept()
    await Promise.all([raw(page).waitForNavigation(), page.click('#forget')])
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent === 'Undecided')
    expect(await stored(page)).toEqual({ cookies: [], local: [], session: [], records: [] })
  })

  test('the page prints the policy, and the tag with the hash of the file', async () => {
    const page = await open()
    const built = fs.readFileSync(path.resolve(import.meta.dirname, '../../dist/assent.min.js'))
    const printed = await text(page, '#paste')
    expect(printed).toContain(`integrity="sha384-${createHash('sha384').update(built).digest('base64')}"`)
    expect(printed).toContain(`connect-src ${demo.collector.origin}; require-trusted-types-for 'script'`)
  })

  test('a port that is taken is stepped over', async () => {
    const port = Number(new URL(demo.url).port)
    const other = await startDemo({ port, collectorPort: demo.collector.port, file: false })
    expect(Number(new URL(other.url).port)).toBeGreaterThan(port)
    expect(other.collector.port).toBeGreaterThan(demo.collector.port)
    await other.close()
  })
})
