// @vitest-environment node
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startCollector } from '../../demo/collector.mjs'
// @ts-expect-error plain JavaScript
import { checkCollector } from '../collector-contract/check.mjs'

type Result = { name: string; ok: boolean; fault?: string }
const closing: (() => unknown)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

test('the collector of the demo keeps the contract', async () => {
  const collector = await startCollector()
  closing.push(() => collector.close())
  const results: Result[] = await checkCollector({ url: `${collector.origin ?? `http://127.0.0.1:${collector.port}`}/v1/batch`, read: `http://127.0.0.1:${collector.port}/events` })
  expect(results.filter(({ ok }) => !ok)).toEqual([])
  expect(results).toHaveLength(8)
})

test('so does the one that the documentation shows', async () => {
  const text = fs.readFileSync(new URL('../../docs/collectors.md', import.meta.url), 'utf8')
  const [, code] = /```js\n(\/\/ collector\.mjs[^]*?)```/.exec(text)!
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'collector-')), 'collector.mjs')
  // A port that is free, and said.
  fs.writeFileSync(file, code!.replace(/\.listen\(.*\)/, '.listen(0, function () { console.log(this.address().port) })'))
  const server = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  closing.push(() => server.kill())
  const [port] = await once(server.stdout, 'data') as [Buffer]
  const url = `http://127.0.0.1:${Number(String(port))}/`
  const results: Result[] = await checkCollector({ url: `${url}v1/batch`, read: url })
  expect(results.filter(({ ok }) => !ok)).toEqual([])
  expect(results).toHaveLength(8)
})

test('a server that says yes to everything and keeps nothing is found out', async () => {
  const server = http.createServer((req, res) => {
    req.resume()
    res.writeHead(200, { 'set-cookie': 'id=1' }).end('[]')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const results: Result[] = await checkCollector({ url, read: url })
  expect(results.filter(({ ok }) => ok).map(({ name }) => name)).toEqual([
    'a batch as text/plain is accepted',
    '500 events and 450 KB in one request are accepted, or answered with 413',
  ])
})
