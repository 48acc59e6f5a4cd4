/** A site goes on to the next page, whatever the visitor has said and whatever becomes of the events. */
import { expect, test } from 'vitest'
import { describeEngines, type Collector } from './harness'

const names = ({ accepted }: Collector) => accepted.map(({ event }) => event)
const consent = { requires: ['analytics'], event: false }

describeEngines(['chromium', 'firefox', 'webkit'], (engine) => {
  const next = (collector: Collector) => engine.serve({ script: 'none', collector, title: 'Next' })

  test.each([true, false, undefined])('in a callback; the visitor has said %j', async (said) => {
    const { page, collector } = await engine.openPage({ consent })
    await page.evaluate((address: string, analytics: boolean | undefined) => {
      if (analytics !== undefined) window.analytics.consent({ analytics })
      void window.analytics.track('Left', {}, () => (location.href = address))
    }, next(collector), said)
    await page.waitFor(() => document.title === 'Next')
    if (said) await collector.waitFor(1)
    expect(names(collector)).toEqual(said ? ['Left'] : [])
  })

  test('in a callback, while a destination never loads', async () => {
    const never = '{ name: "Never", type: "destination", isLoaded: () => false, load: () => new Promise(() => {}) }'
    const { page, collector } = await engine.openPage({ plugins: [never] })
    await page.evaluate((address: string) => {
      let end = '#before-it-is-given-up'
      window.analytics.on('error', () => (end = '#after-that'))
      void window.analytics.track('Left', {}, () => (location.href = address + end))
    }, next(collector))
    await page.waitFor(() => document.title === 'Next')
    expect(await page.evaluate(() => location.hash)).toBe('#before-it-is-given-up')
    await collector.waitFor(1)
    expect(names(collector)).toEqual(['Left'])
  })

  test.each(['card', 'own'])('by a click on what is no link: %s', async (id) => {
    const collector = await engine.newCollector()
    const address = next(collector)
    const body = `<p id="card"><b id="at-card">more</b> <a href="${address}">link</a></p>`
      + `<div id="own" href="${address}"><b id="at-own">more</b></div>`
    const { page } = await engine.openPage({ collector, body })
    await page.evaluate((id: string) => {
      void window.analytics.trackLink(document.getElementById(id), 'Clicked')
    }, id)
    await page.click(`#at-${id}`)
    await page.waitFor(() => document.title === 'Next')
    await collector.waitFor(1)
    expect(names(collector)).toEqual(['Clicked'])
  })

  test('what the collector refuses is told to who waits for it', async () => {
    const { page, collector } = await engine.openPage()
    collector.mode = () => ({ status: 400 })
    // On a busy machine an answer may take longer than a call waits for it: then it is asked again.
    const told = await page.evaluate(async () => {
      let heard: unknown
      window.analytics.queue.on('delivery_failure', (_: unknown, reason: unknown) => (heard = String(reason)))
      for (;;) {
        const failure = (await window.analytics.track('Refused')).failedDelivery()
        if (failure) return [String(failure.reason), heard]
      }
    })
    expect(told).toEqual(['Error: status 400', 'Error: status 400'])
  })
})
