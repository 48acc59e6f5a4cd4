/** A short visit of the demo in every engine: a yes and what arrives, a no and what is destroyed. */
import { expect, test } from 'vitest'
import { quiet, text, visitDemo } from './demo-visit'
import { describeEngines, stored } from './harness'

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  const { demo, open, accept } = visitDemo(engine)

  test('after a yes a call is listed as the collector accepted it, and opens to its JSON', async () => {
    const page = await accept()
    await page.click('[data-call=track]')
    await page.waitFor(() => document.querySelector('#accepted-list .label')?.textContent === 'Order Completed')
    await page.click('#accepted-list > li:first-child summary')
    const json = await page.waitFor(() => document.querySelector('#accepted-list pre')?.textContent)
    const event = demo().collector.accepted.find(({ event }) => event === 'Order Completed')
    expect(event).toMatchObject({ context: { consent: { basis: 'explicit' } } })
    expect(JSON.parse(json!)).toEqual(event)
    expect(page.errors).toEqual([])
  })

  test('after a no what was held is destroyed, and said to be', async () => {
    const page = await open()
    await page.click('[data-call=track]')
    await page.waitFor(() => document.querySelector('#list-held')!.textContent!.includes('Order Completed'))
    await page.click('[data-answer=refuse]')
    await page.waitFor(() => /Order Completed.*consent refused/.test(document.querySelector('#list-gone')!.textContent!))
    await quiet(page)
    expect(await text(page, '#list-held')).toBe('')
    expect(demo().collector.requests).toEqual([])
    expect(await stored(page)).toEqual({ cookies: ['assent_consent'], local: [], session: [], records: [] })
    expect(page.errors).toEqual([])
  })
})
