/** The site under test: the built files, the packages, pages kept beside the tests, and pages that a test makes up. */
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import type { AddressInfo } from 'node:net'

const root = path.resolve(import.meta.dirname, '../../..')
const folders = ['/dist/', '/node_modules/', '/test/browser/pages/', '/demo/']

const types: Record<string, string> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript;charset=utf-8',
  '.mjs': 'text/javascript;charset=utf-8',
  '.cjs': 'text/javascript;charset=utf-8',
  '.css': 'text/css;charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
}

export interface Resource {
  body: string | Uint8Array
  headers?: Record<string, string>
  status?: number
}

export interface Site {
  readonly port: number
  /** Requests so far, as `{ host, path, headers }`. */
  readonly requests: { host: string, path: string, headers: http.IncomingHttpHeaders }[]
  /** The full URL of a path; `host` is shop.localhost unless given. */
  url(path: string, host?: string): string
  /** Serves something at a path (query ignored), on every host; a function is asked at each request. */
  add(path: string, resource: Resource | ((req: http.IncomingMessage) => Resource)): void
  close(): Promise<void>
}

const fileOf = (pathname: string): Resource | undefined => {
  const file = path.join(root, path.normalize(decodeURIComponent(pathname)))
  if (!folders.some((folder) => file.startsWith(path.join(root, folder)))) return
  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return
  const type = types[path.extname(file)] ?? 'application/octet-stream'
  return { body: fs.readFileSync(file), headers: { 'content-type': type } }
}

/** Players seek by byte ranges. */
const ranged = (req: http.IncomingMessage, res: http.ServerResponse, { status = 200, headers, body }: Resource) => {
  const bytes = Buffer.from(body)
  const usual = { 'content-type': 'text/html;charset=utf-8', 'cache-control': 'no-cache', 'accept-ranges': 'bytes' }
  const all = { ...usual, ...headers }
  const range = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '')
  if (!range) return res.writeHead(status, { ...all, 'content-length': bytes.length }).end(bytes)
  const from = Number(range[1])
  const to = Math.min(range[2] ? Number(range[2]) : Infinity, bytes.length - 1)
  if (from > to) return res.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
  const part = { 'content-range': `bytes ${from}-${to}/${bytes.length}`, 'content-length': to - from + 1 }
  res.writeHead(206, { ...all, ...part })
  return res.end(bytes.subarray(from, to + 1))
}

export async function startSite(): Promise<Site> {
  const resources = new Map<string, Resource | ((req: http.IncomingMessage) => Resource)>()
  const requests: Site['requests'] = []
  const server = http.createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://site')
    requests.push({ host: req.headers.host ?? '', path: req.url ?? '/', headers: req.headers })
    try {
      const own = resources.get(pathname)
      const found = (typeof own === 'function' ? own(req) : own) ?? fileOf(pathname)
      if (found) ranged(req, res, found)
      else res.writeHead(pathname === '/favicon.ico' ? 204 : 404).end()
    } catch (error) {
      res.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    requests,
    url: (pathname, host = 'shop.localhost') => `http://${host}:${port}${pathname}`,
    add: (pathname, resource) => void resources.set(pathname, resource),
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
