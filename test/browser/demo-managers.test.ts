/** The demo with each consent manager: the policy is kept, nothing is said on the console, and the manager decides. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDemo, type Demo } from '../../demo/server.mjs'
import { describeEngines } from './harness'

const OWN = { accept: '[data-answer=accept]' }
const managers: [id: string, buttons: { accept: string }][] = [
  ['built-in', OWN],
  ['cookie-consent', { accept: '#cc-main .cm [data-role=all]' }],
  ['klaro', { accept: '.klaro .cm-btn-success' }],
  ['tcf', OWN],
  ['one-trust', OWN],
  ['cookiebot', OWN],
  ['didomi', OWN],
  ['wp-consent', OWN],
]

describeEngines(['chromium'], (engine) => {
  let demo: Demo

  beforeEach(async () => {
    demo = await startDemo({ port: 0, file: false })
  })
  afterEach(() => demo.close())

  test('there are no others', async () => {
    const page = await (await engine.newContext()).newPage()
    await page.goto(demo.url)
    const offered = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLOptionElement>('#manager option')].map(({ value }) => value))
    expect(offered).toEqual(managers.map(([id]) => id))
  })

  test.each(managers)('%s', async (id, { accept }) => {
    const page = await (await engine.newContext()).newPage()
    await page.goto(`${demo.url}?manager=${id}`)
    await page.waitFor((selector) => document.querySelector(selector)?.checkVisibility(), accept)
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent === 'Undecided')
    expect(demo.collector.requests).toEqual([])

    // Some banners slide in, and a click on what moves goes astray.
    await page.waitFor((selector) => {
      document.querySelector<HTMLElement>(selector)?.click()
      return window.analytics.consent()
    }, accept)
    const [first] = await demo.collector.waitFor(2)
    expect(first?.context.consent).toMatchObject({
      categoryPreferences: { analytics: true, advertising: true }, basis: 'explicit',
    })

    await page.reload()
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent === 'Granted')
    expect(await page.evaluate(() => document.querySelector<HTMLElement>('#banner')!.hidden)).toBe(true)
    expect(page.errors).toEqual([])
    expect(page.logs).toEqual([])
  })

  test('a manager that is late: calls wait for it', async () => {
    const page = await (await engine.newContext()).newPage()
    await page.goto(`${demo.url}?manager=one-trust&delay=700`)
    await page.waitFor(() => window.analytics.stats().held > 0)
    const seen = () => [document.querySelector<HTMLElement>('#banner')!.hidden, 'OneTrust' in window]
    expect(await page.evaluate(seen)).toEqual([true, false])
    await page.waitFor(() => !document.querySelector<HTMLElement>('#banner')!.hidden)
    await page.click('[data-answer=accept]')
    await demo.collector.waitFor(2)
  })
})
