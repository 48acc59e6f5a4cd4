/** The tools of the demo: links, ruler, clip, fault bench, hard surroundings. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startDemo } from '../../demo/server.mjs'
import { meter, names, raw, text, visitDemo } from './demo-visit'
import { describeEngines, stored } from './harness'

describeEngines(['chromium'], (engine) => {
  const { demo, open, accept } = visitDemo(engine)

  test('the link builder makes a link that identifies and tracks', async () => {
    const page = await accept()
    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('#field-ajs_trait_')!
      input.value = '{"plan": "gold & silver"}'
      input.dispatchEvent(new Event('input', { bubbles: true }))
    })
    const before = demo().collector.accepted.length
    await page.click('#link')
    const events = await demo().collector.waitFor(() => names(demo()).includes('Newsletter Opened'))
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
    const fired = () => demo().collector.accepted
      .filter(({ event }) => event === 'Pct Page Scrolled').map(({ properties }) => `${properties.percent} %`)
    const height = await page.evaluate(() => document.querySelector('#story')!.scrollHeight)
    await raw(page).mouse.wheel({ deltaY: 0.4 * height })
    await page.waitFor(() => document.querySelectorAll('.mark.lit').length >= 2)
    await demo().collector.waitFor(() => fired().length >= 2)
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
    await demo().collector.waitFor(({ requests }) => requests.some(({ status }) => status === 503))
    await page.waitFor(() => document.querySelector('[data-active=true]'))
    expect(await row('unavailable')).toBe('Failing: expected 0 of 5, seen 0 ✓')
    await page.click('.health-line button')
    await page.waitFor(() => document.querySelector('[data-right=true] .seen-count')?.textContent?.includes('seen 5'))
    expect(await row('unavailable')).toBe('Healed: expected 5 of 5, seen 5 ✓')

    await page.click('[data-fault=rejecting]')
    await page.waitFor(() => document.querySelector('#messages .error'))
    expect(await text(page, '#messages')).toContain('delivery_failure: status 400')
    await page.waitFor(() => document.querySelector('[data-active=true] [data-fault=rejecting]'))
    expect(await row('rejecting')).toBe('Failing: expected 0 of 5, seen 0 ✓')
    await meter(page, 'dropped', 5)
    await page.waitFor(() => document.querySelectorAll('#list-gone .reason').length === 5)
    expect(await text(page, '#list-queued')).toBe('')
  })

  test('the privacy signal, opt-out, and storage that throws can be asked for in the address', async () => {
    const page = await open('?gpc=on&model=opt-out')
    await demo().collector.waitFor(1)
    expect(demo().collector.accepted[0]?.context.consent).toMatchObject({
      categoryPreferences: { analytics: true, advertising: false }, gpc: true, basis: 'none',
    })
    expect(await text(page, '#facts')).toMatch(/GPC on.*not loaded/)
    expect(await text(page, '#banner')).not.toContain('nothing is stored')
    const blocked = await open('?storage=blocked&model=opt-out')
    await demo().collector.waitFor(2)
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
    expect(printed).toContain(`connect-src ${demo().collector.origin}; require-trusted-types-for 'script'`)
  })

  test('a port that is taken is stepped over', async () => {
    const port = Number(new URL(demo().url).port)
    const other = await startDemo({ port, collectorPort: demo().collector.port, file: false })
    expect(Number(new URL(other.url).port)).toBeGreaterThan(port)
    expect(other.collector.port).toBeGreaterThan(demo().collector.port)
    await other.close()
  })
})
