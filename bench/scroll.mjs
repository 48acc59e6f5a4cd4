/**
 * What scroll depth costs: 5,000 paragraphs, 4x CPU throttle, a page that changes its layout at every scroll.
 * `npm run build && node bench/scroll.mjs` prints, without and with the plugin: layouts (all, and those that a script
 * forced), the longest task of ours, what was told, and where the page was in the end.
 */
import { readFileSync } from 'node:fs'
import puppeteer from 'puppeteer-core'

const plugin = readFileSync(new URL('../dist/plugins/scroll-depth.min.js', import.meta.url), 'utf8')
const text = '<p>Lorem ipsum dolor sit amet, consetetur sadipscing elitr, sed diam nonumy eirmod tempor invidunt.</p>'
const html = `<!doctype html><title>Bench</title><div id="counter">0</div>${text.repeat(5000)}`

const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium', headless: true, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})

const run = async (measured) => {
  const page = await browser.newPage()
  await page.setContent(html)
  await page.evaluate((source, on) => {
    window.told = 0
    const analytics = { track: () => window.told++, on() {}, off() {}, emit() {} }
    window.longest = 0
    // Ours run as listeners and timers: each is timed from outside.
    const timed = (fn) => (...args) => {
      const start = performance.now()
      fn(...args)
      window.longest = Math.max(window.longest, performance.now() - start)
    }
    const { addEventListener: add, setTimeout: later } = window
    if (on) {
      window.addEventListener = (type, fn, options) => add(type, timed(fn), options)
      window.setTimeout = (fn, ms) => later(timed(fn), ms)
      ;(0, eval)(source.replace('this.assent=this.assent||{}', 'window.assent={}'))
      window.assent.scrollDepth({ thresholds: [1, 2, 5, 10, 25, 50, 75, 100] }).load({}, analytics)
    }
    const counter = document.getElementById('counter')
    add('scroll', () => { counter.textContent += ' scrolled' })
  }, plugin, measured)
  await new Promise((done) => { setTimeout(done, 500) })
  const client = await page.createCDPSession()
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const events = []
  await client.send('Performance.enable')
  const layouts = async () => {
    const { metrics } = await client.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'LayoutCount').value
  }
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents', categories: 'devtools.timeline,disabled-by-default-devtools.timeline.stack',
  })
  const before = await layouts()
  await page.mouse.move(400, 300)
  for (let i = 0; i < 60; i++) await page.mouse.wheel({ deltaY: 400 })
  await new Promise((done) => { setTimeout(done, 1000) })
  const count = (await layouts()) - before
  const ended = new Promise((done) => { client.once('Tracing.tracingComplete', done) })
  await client.send('Tracing.end')
  await ended
  const all = events.filter(({ name }) => name === 'Layout')
  // Forced from a script: the trace then knows the stack.
  const forced = all.filter(({ args }) => args?.beginData?.stackTrace?.length).length
  const { longest, told, at } = await page.evaluate(() => ({ longest: window.longest, told: window.told, at: scrollY }))
  await page.close()
  return {
    plugin: measured, layouts: count, forced, 'longest task of ours, ms': +longest.toFixed(2), events: told, at,
  }
}

console.table([await run(false), await run(true)])
await browser.close()
