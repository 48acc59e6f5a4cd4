import fs from 'node:fs'
import path from 'node:path'
import { fileOf } from './files.mjs'

const types = {
  '.css': 'text/css;charset=utf-8',
  '.js': 'text/javascript;charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
}

/** Answers with a file, in parts when asked: players seek by byte ranges. */
export const sendFile = (req, res, pathname) => {
  const file = fileOf(pathname)
  if (!file) return res.writeHead(404).end()
  const { size } = fs.statSync(file)
  const headers = {
    'content-type': types[path.extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  }
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? []
  if (from === undefined) {
    res.writeHead(200, { ...headers, 'content-length': size })
    return fs.createReadStream(file).pipe(res)
  }
  const start = Number(from)
  const end = Math.min(to ? Number(to) : Infinity, size - 1)
  if (start > end) return res.writeHead(416, { 'content-range': `bytes */${size}` }).end()
  res.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': end - start + 1 })
  return fs.createReadStream(file, { start, end }).pipe(res)
}
