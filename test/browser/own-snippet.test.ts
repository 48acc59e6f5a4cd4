/** The snippet that the README gives, taken from the README. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeEngines } from './harness'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const [, snippet] = /<script>\n( {2}window\.analytics = [\s\S]*?)<\/script>/.exec(readme) ?? []

describeEngines(['chromium'], (engine) => {
  const open = async (collector: { endpoint: string }) => {
    const text = snippet!.replace('https://collect.example.com/v1/batch', collector.endpoint)
    const { page } = await engine.openPage({
      collector: collector as never, script: 'none', title: 'Early', path: '/early', before: `() => { ${text} }`,
    })
    return page
  }

  test('calls wait for the script with their own time and page, and for consent', async () => {
    const collector = await engine.newCollector()
    const page = await open(collector)
    await page.evaluate(() => {
      history.pushState(null, '', '/late')
      window.analytics.track('Buffered', { n: 1 })
      // Asking is not deciding.
      window.analytics.consent()
    })
    const later = await page.evaluate(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      const script = document.createElement('script')
      script.src = '/dist/assent.min.js'
      document.head.append(script)
      return Date.now()
    })
    await page.waitFor(() => window.analytics.initialized === true)
    expect(collector.requests).toEqual([])
    await page.evaluate(() => { window.analytics.consent({ analytics: true }) })
    const events = await collector.waitFor(2)
    const [first, second] = events.map(({ type, event, context }) => [event ?? type, context.page.path])
    expect(first).toEqual(['page', '/early'])
    expect(second).toEqual(['Buffered', '/late'])
    expect(events.slice(0, 2).every(({ timestamp }) => Date.parse(String(timestamp)) < later)).toBe(true)
  })

  test('a page whose script is blocked lives on', async () => {
    const page = await open(await engine.newCollector())
    expect(await page.evaluate(() => {
      window.analytics.track('Nobody hears')
      window.analytics.consent({ analytics: true })
      return window.analytics.length
    })).toBe(4)
  })
})
