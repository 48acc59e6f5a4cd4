/** The demo for QA: what a visitor's answer does, driven with real clicks under the page's own strict policy. */
import { expect, test } from 'vitest'
import { meter, names, quiet, text, visitDemo } from './demo-visit'
import { describeEngines, stored } from './harness'

describeEngines(['chromium'], (engine) => {
  const { demo, open, accept, kept } = visitDemo(engine)

  test('nothing is stored or sent before an answer; accepting releases what was held, in order', async () => {
    const page = await open()
    await page.click('[data-call=track]')
    await meter(page, 'held', 2)
    await quiet(page)
    expect(demo().collector.requests).toEqual([])
    expect(await stored(page)).toEqual({ cookies: [], local: [], session: [], records: [] })
    expect(await text(page, '#list-held')).toMatch(/Order Completed.*QA Desk/)
    expect(await text(page, '#verdict')).toContain('Undecided')

    await page.click('[data-answer=accept]')
    await demo().collector.waitFor(3)
    expect(names(demo()).slice(0, 2)).toEqual(['Desk', 'Order Completed'])
    await page.waitFor(() => document.querySelectorAll('#accepted-list > li').length === 3)
    await meter(page, 'acknowledged', 3)
    expect(await text(page, '#verdict')).toContain('Granted')
    expect(await text(page, '#list-held')).toBe('')
    expect(kept()).toEqual(demo().collector.accepted)
  })

  test('refusing destroys what was held, counts it and says why', async () => {
    const page = await open()
    await page.click('[data-call=track]')
    await page.click('[data-answer=refuse]')
    await meter(page, 'refused', 2)
    await quiet(page)
    expect(demo().collector.requests).toEqual([])
    expect(await text(page, '#list-gone')).toMatch(/Order Completed.*consent refused.*QA Desk.*consent refused/)
    expect(await text(page, '#verdict')).toContain('Refused')
    expect((await stored(page)).cookies).toEqual(['assent_consent'])
  })

  test('a choice of categories opens what it names; taking it back leaves no key and no call', async () => {
    const page = await open()
    await page.click('[data-answer=choose]')
    await page.click('#category-analytics')
    await page.click('#settings button[value=save]')
    await demo().collector.waitFor(2)
    await meter(page, 'acknowledged', 2)
    expect(await text(page, '#facts')).toContain('Ads destinationnot loaded')

    await page.click('#open-settings')
    const box = () => document.querySelector<HTMLInputElement>('#category-analytics')!.checked
    expect(await page.evaluate(box)).toBe(true)
    await page.click('#settings button[value=accept]')
    await page.waitFor(() => /Ads destinationloaded, got [1-9]/.test(document.querySelector('#facts')!.textContent!))

    demo().collector.mode = () => ({ status: 503 })
    await page.click('[data-call=track]')
    await page.waitFor(() => document.querySelector('#list-queued')?.textContent?.includes('Order Completed'))
    await page.click('#open-settings')
    await page.click('#settings button[value=refuse]')
    await page.waitFor(() => /Order Completed.*withdrawn/.test(document.querySelector('#list-gone')!.textContent!))
    const nothing = { cookies: ['assent_consent'], local: [], session: [], records: [] }
    await expect.poll(() => stored(page)).toEqual(nothing)
  })

  test('an accepted event opens to all of its JSON', async () => {
    const page = await accept()
    await page.click('#accepted-list li:last-child summary')
    await page.waitFor(() => document.querySelector('#accepted-list pre'))
    expect(JSON.parse(await text(page, '#accepted-list pre'))).toEqual(demo().collector.accepted[0])
  })

  test('arguments can be edited; what is no JSON list is not called, and said', async () => {
    const page = await accept()
    await page.evaluate(() => {
      document.querySelector<HTMLTextAreaElement>('[data-call=identify] + textarea')!.value = '["jo", {"plan": "pro"}]'
      document.querySelector<HTMLTextAreaElement>('[data-call=group] + textarea')!.value = '{"no": "list"}'
    })
    await page.click('[data-call=identify]')
    await demo().collector.waitFor(({ accepted }) => accepted.some(({ userId, traits }) => userId === 'jo' && traits))
    expect(demo().collector.accepted.at(-1)).toMatchObject({ type: 'identify', userId: 'jo', traits: { plan: 'pro' } })
    await page.click('[data-call=group]')
    await page.waitFor(() => document.querySelector('[data-call=group] + textarea[aria-invalid=true]'))
    expect(await text(page, '#call-outcome')).toContain('group was not called')
  })
})
