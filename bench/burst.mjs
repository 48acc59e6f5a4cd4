/**
 * What a burst costs the page: 10,000 calls at 4x CPU throttle, in one loop and in 100 clicks of 100, with real
 * IndexedDB and a real collector. `npm run build && node bench/burst.mjs [calls] [throttle]` prints, per way: the
 * time in the caller's own loop, the longest task that follows, how many were over 50 ms, the main-thread time in all,
 * requests, and what arrived. Tasks are those of a DevTools trace: what the main thread did without a break.
 */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import puppeteer from 'puppeteer-core'
import { startCollector } from '../demo/collector.mjs'

const calls = Number(process.argv[2]) || 10_000
const rate = Number(process.argv[3]) || 4
const client = readFileSync(new URL('../dist/assent.min.js', import.meta.url))
const head = '<meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">'
const html = `<!doctype html>${head}<script src="/a.js"></script>`
const site = http.createServer((req, res) => {
  res.setHeader('content-type', req.url === '/a.js' ? 'text/javascript' : 'text/html')
  res.end(req.url === '/a.js' ? client : html)
})
await new Promise((resolve) => { site.listen(0, '127.0.0.1', resolve) })
const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium', headless: true, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})

/** A task that holds a loop is the caller's own; the others are ours. */
const run = async (parts) => {
  const collector = await startCollector()
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${site.address().port}/`)
  await page.evaluate(async (endpoint) => {
    window.analytics.load('BENCH', { endpoint })
    await window.analytics.track('Warm')
  }, collector.endpoint)
  await collector.waitFor(1)
  const session = await page.createCDPSession()
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  const events = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    categories: 'devtools.timeline,disabled-by-default-devtools.timeline,blink.user_timing',
  })
  const loops = await page.evaluate(async (count, parts) => {
    const loops = []
    for (let part = 0; part < parts; part++) {
      await new Promise((resolve) => { setTimeout(resolve, parts > 1 ? 20 : 0) })
      performance.mark('burst')
      const start = performance.now()
      for (let index = 0; index < count / parts; index++) {
        window.analytics.track('Product Viewed', { index, sku: 'A-17', price: 12.5, currency: 'EUR', tags: ['a', 'b'] })
      }
      loops.push(performance.now() - start)
    }
    return loops
  }, calls, parts)
  await collector.waitFor(calls + 1, 120_000)
  await page.waitForFunction(() => window.analytics.stats().queued === 0, { timeout: 60_000, polling: 500 })
  const ended = new Promise((resolve) => { session.once('Tracing.tracingComplete', resolve) })
  await session.send('Tracing.end')
  await ended
  // The page's process is the one whose marks these are; its main thread the one they are on.
  const marks = events.filter(({ name }) => name === 'burst')
  const { pid, tid } = marks[0]
  const tasks = events
    .filter((event) => event.pid === pid && event.tid === tid && event.name === 'RunTask' && event.dur)
    .map(({ ts, dur }) => ({ ms: dur / 1000, own: marks.some((mark) => mark.ts >= ts && mark.ts <= ts + dur) }))
  const ours = tasks.filter(({ own }) => !own).map(({ ms }) => ms).sort((a, b) => b - a)
  const sum = (list) => list.reduce((total, ms) => total + ms, 0)
  const result = {
    way: parts === 1 ? `${calls} calls in one loop` : `${parts} tasks of ${calls / parts} calls`,
    'call, µs': +((sum(loops) / calls) * 1000).toFixed(1),
    'longest loop, ms': +Math.max(...loops).toFixed(1),
    'longest task with a loop, ms': +Math.max(...tasks.filter(({ own }) => own).map(({ ms }) => ms)).toFixed(1),
    'longest task after, ms': +(ours[0] ?? 0).toFixed(1),
    'over 50 ms': ours.filter((ms) => ms > 50).length,
    'main thread, ms': Math.round(sum(tasks.map(({ ms }) => ms))),
    requests: collector.requests.length,
    arrived: collector.accepted.length - 1,
    doubled: [...collector.copies.values()].filter((copies) => copies > 1).length,
  }
  await context.close()
  await collector.close()
  return result
}

try {
  console.log(`${await browser.version()}, ${rate}x throttle`)
  for (const parts of [1, 100]) console.log(await run(parts))
} finally {
  await browser.close()
  site.close()
}
