/**
 * A collector as test/collector-contract/README.md describes one, for the demo, the tests and trying things by hand.
 * No dependencies. `node demo/collector.mjs [port] [file]` runs it alone.
 *
 * It can be told to misbehave: `plan` is a list of steps, one per coming POST; `mode` is a function that is asked for
 * a step when the plan is empty. A step is `{ status?, headers?, body?, delay?, abort?, hang?, cors?, accept? }`:
 * `delay` in milliseconds before the answer, `abort` cuts the connection, `hang` never answers, `cors: false` leaves
 * the CORS headers out. A batch is accepted when the status is 2xx or 3xx, or when `accept` says so:
 * `{ accept: true, abort: true }` is an answer that got lost.
 */
import fs from 'node:fs'
import http from 'node:http'
import { gunzipSync } from 'node:zlib'

/** Bytes of a body at most (test/collector-contract/README.md): what is larger is answered with 413. */
const MAX_BODY = 500_000

const read = async (req) => {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** JSON as text, or gzipped: told apart by the first two bytes, since no header says so. */
const decode = (bytes) => {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return JSON.parse((gzip ? gunzipSync(bytes, { maxOutputLength: 32 * MAX_BODY }) : bytes).toString('utf8'))
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Why a body is no batch, or undefined when it is one. */
const fault = (body) => {
  if (!isObject(body)) return 'the body is no object'
  if (!Array.isArray(body.batch) || !body.batch.length) return 'batch is no list of events'
  if (typeof body.writeKey !== 'string' || !body.writeKey) return 'writeKey is missing'
  if (typeof body.sentAt !== 'string' || Number.isNaN(Date.parse(body.sentAt))) return 'sentAt is no time'
  for (const event of body.batch) {
    if (!isObject(event) || typeof event.type !== 'string') return 'an event has no type'
    if (typeof event.messageId !== 'string' || !event.messageId) return 'an event has no messageId'
    if (Number.isNaN(Date.parse(event.timestamp))) return 'an event has no timestamp'
  }
}

/**
 * @param {object} [options]
 * @param {number} [options.port] 0, the default, takes a free one
 * @param {string} [options.host] the address to listen at
 * @param {string} [options.file] accepted events are appended to it, one JSON document per line
 * @param {object[]} [options.plan] the first steps, see above
 */
export async function startCollector({ port = 0, host = '127.0.0.1', file, plan = [] } = {}) {
  const sockets = new Set()
  const streams = new Set()
  const listeners = new Set()
  const changed = new Set()

  const collector = {
    /** Unique events in the order of their arrival. */
    accepted: [],
    /** Every POST: { method, url, headers, origin, size, gzip, status, events, body, at, fault, cut }. */
    requests: [],
    preflights: [],
    /** messageId: how many accepted copies came. */
    copies: new Map(),
    plan,
    mode: undefined,
    onEvent(callback) {
      listeners.add(callback)
      return () => listeners.delete(callback)
    },
    /** Waits for a number of events or until `wanted(collector)` holds; rejects after `ms`, with what is there. */
    waitFor(wanted, ms = 10_000) {
      const holds = typeof wanted === 'number' ? () => collector.accepted.length >= wanted : () => wanted(collector)
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!holds()) return
          clearTimeout(timer)
          changed.delete(look)
          resolve(collector.accepted)
        }
        const timer = setTimeout(() => {
          changed.delete(look)
          const names = collector.accepted.map((event) => event.event ?? event.name ?? event.type).join(', ')
          const answers = collector.requests.map((request) => request.status ?? 'open').join(', ')
          reject(new Error(`waited ${ms} ms for ${wanted}; accepted: [${names}]; answers: [${answers}]`))
        }, ms)
        changed.add(look)
        look()
      })
    },
    clear() {
      collector.accepted.length = collector.requests.length = collector.preflights.length = 0
      collector.copies.clear()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  const tell = () => changed.forEach((look) => look())

  const accept = (batch) => {
    for (const event of batch) {
      const copies = (collector.copies.get(event.messageId) ?? 0) + 1
      collector.copies.set(event.messageId, copies)
      if (copies > 1) continue
      collector.accepted.push(event)
      const line = JSON.stringify(event)
      if (file) fs.appendFileSync(file, `${line}\n`)
      for (const stream of streams) stream.write(`data: ${line}\n\n`)
      for (const callback of listeners) callback(event)
    }
  }

  const take = async (req, res, cors) => {
    const bytes = await read(req)
    const record = {
      method: req.method, url: req.url, headers: req.headers, origin: req.headers.origin, at: Date.now(),
      size: bytes.length, gzip: bytes[0] === 0x1f && bytes[1] === 0x8b, events: [], status: undefined,
    }
    collector.requests.push(record)
    res.on('close', () => {
      if (res.writableEnded) return
      record.cut = true
      tell()
    })
    try {
      record.body = decode(bytes)
      record.fault = fault(record.body)
      if (!record.fault) record.events = record.body.batch
    } catch (error) {
      record.fault = `the body does not parse: ${error.message}`
    }
    tell()

    const step = collector.plan.shift() ?? collector.mode?.(record) ?? {}
    if (step.delay) await new Promise((resolve) => setTimeout(resolve, step.delay))
    const usual = record.fault ? 400 : bytes.length > MAX_BODY ? 413 : 200
    const status = step.status ?? usual
    if (!record.fault && (step.accept ?? (status < 400 && !step.abort && !step.hang))) accept(record.events)
    record.status = step.abort ? 'abort' : step.hang ? 'hang' : status
    tell()
    if (step.hang) return
    if (step.abort) return void req.socket.destroy()
    const body = step.body ?? JSON.stringify({ success: status < 400, reason: record.fault })
    res.writeHead(status, { ...(step.cors === false ? {} : cors), 'content-type': 'application/json', ...step.headers })
    res.end(status === 204 || status === 304 ? undefined : body)
  }

  const routes = {
    'GET /health': (req, res) => res.end('ok'),
    'GET /events': (req, res, url) => {
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify(collector.accepted.slice(Number(url.searchParams.get('since')) || 0)))
    },
    'GET /stream': (req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      res.write(': open\n\n')
      streams.add(res)
      res.on('close', () => streams.delete(res))
    },
    'POST /plan': async (req, res) => {
      const steps = JSON.parse((await read(req)).toString('utf8'))
      if (!Array.isArray(steps) || !steps.every(isObject)) throw new Error('a plan is a list of steps')
      collector.plan = steps
      res.end(JSON.stringify({ steps: steps.length }))
    },
  }

  const server = http.createServer(async (req, res) => {
    const { origin } = req.headers
    const url = new URL(req.url, 'http://collector')
    const cors = origin
      ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Retry-After', vary: 'Origin' }
      : {}
    try {
      if (req.method === 'OPTIONS') {
        collector.preflights.push({ url: req.url, headers: req.headers, at: Date.now() })
        const asked = req.headers['access-control-request-headers']
        res.writeHead(204, {
          ...cors, 'access-control-allow-methods': 'POST', ...(asked ? { 'access-control-allow-headers': asked } : {}),
        })
        return void res.end()
      }
      const route = routes[`${req.method} ${url.pathname}`]
      if (route) {
        for (const [name, value] of Object.entries(cors)) res.setHeader(name, value)
        return void (await route(req, res, url))
      }
      if (req.method === 'POST') return void (await take(req, res, cors))
      res.writeHead(404, cors).end()
    } catch (error) {
      // A client that went away while it was sending, or a bad plan: not the end of the collector.
      if (!res.headersSent && !res.destroyed) res.writeHead(400, cors).end(JSON.stringify({ reason: error.message }))
    }
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve))

  collector.port = server.address().port
  collector.origin = `http://${host}:${collector.port}`
  collector.endpoint = `${collector.origin}/v1/batch`
  return collector
}

if (process.argv[1] === import.meta.filename) {
  const [port, file] = process.argv.slice(2)
  const collector = await startCollector({ port: Number(port) || 0, file }).catch((error) => {
    console.error(`The collector cannot start: ${error.message}`)
    process.exit(1)
  })
  console.log(`collector: ${collector.endpoint}\naccepted:  ${collector.origin}/events`)
}
