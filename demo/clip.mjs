/**
 * Makes demo/assets/clip.webm, the clip of the demo and of the tests: twelve seconds, silent, no copyright but ours.
 * Chromium draws the frames as WebP, whose lossy form is one VP8 key frame; here they are put into WebM
 * (RFC 8794, RFC 9559), with a duration and an index, so that every second can be sought.
 *
 * `node demo/clip.mjs [browser]`
 */
import fs from 'node:fs'
import path from 'node:path'
import puppeteer from 'puppeteer-core'

const SECONDS = 12
const RATE = 5
const WIDTH = 160
const HEIGHT = 90

const frames = async () => {
  const browser = await puppeteer.launch({
    executablePath: process.argv[2] ?? '/usr/bin/chromium', args: ['--no-sandbox'], headless: true,
  })
  try {
    const page = await browser.newPage()
    return await page.evaluate((seconds, rate, width, height) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      const pen = canvas.getContext('2d')
      return Array.from({ length: seconds * rate }, (_, i) => {
        pen.fillStyle = `hsl(${i * 360 / seconds / rate} 45% 40%)`
        pen.fillRect(0, 0, width, height)
        pen.fillStyle = '#fff'
        pen.fillRect(0, height - 6, (width * i) / (seconds * rate), 6)
        pen.font = '40px sans-serif'
        pen.textAlign = 'center'
        pen.fillText(String(Math.floor(i / rate)), width / 2, height / 2 + 14)
        return canvas.toDataURL('image/webp', 0.5).split(',')[1]
      })
    }, SECONDS, RATE, WIDTH, HEIGHT)
  } finally {
    await browser.close()
  }
}

/** The `VP8 ` chunk of a simple WebP file: RIFF, size, WEBP, then chunks of name, size and data. */
const vp8 = (base64) => {
  const file = Buffer.from(base64, 'base64')
  for (let at = 12; at < file.length;) {
    const size = file.readUInt32LE(at + 4)
    if (file.toString('latin1', at, at + 4) === 'VP8 ') return file.subarray(at + 8, at + 8 + size)
    at += 8 + size + (size & 1)
  }
  throw new Error('no VP8 in this WebP')
}

/** An EBML element: id, size in eight bytes, data. */
const element = (id, ...parts) => {
  const data = Buffer.concat(parts)
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(data.length) | (1n << 56n))
  return Buffer.concat([Buffer.from(id, 'hex'), size, data])
}
const uint = (id, value) => element(id, Buffer.from(value.toString(16).padStart(8, '0'), 'hex'))
const text = (id, value) => element(id, Buffer.from(value))
const float = (id, value) => {
  const data = Buffer.alloc(8)
  data.writeDoubleBE(value)
  return element(id, data)
}

const webm = (images) => {
  const header = element('1a45dfa3', uint('4286', 1), uint('42f7', 1), uint('42f2', 4), uint('42f3', 8),
    text('4282', 'webm'), uint('4287', 2), uint('4285', 2))
  const info = element('1549a966', uint('2ad7b1', 1_000_000), float('4489', SECONDS * 1000),
    text('4d80', 'assent'), text('5741', 'assent'))
  const tracks = element('1654ae6b', element('ae', uint('d7', 1), uint('73c5', 1), uint('9c', 0), uint('83', 1),
    text('86', 'V_VP8'), uint('23e383', 1e9 / RATE), element('e0', uint('b0', WIDTH), uint('ba', HEIGHT))))
  const clusters = Array.from({ length: SECONDS }, (_, second) => element('1f43b675', uint('e7', second * 1000),
    ...images.slice(second * RATE, (second + 1) * RATE).map((image, i) => {
      const head = Buffer.from([0x81, 0, 0, 0x80])
      head.writeInt16BE((i * 1000) / RATE, 1)
      return element('a3', head, image)
    })))
  // All integers have four bytes, so the index is as long with its positions as without.
  const cues = (positions) => element('1c53bb6b', ...positions.map((position, second) =>
    element('bb', uint('b3', second * 1000), element('b7', uint('f7', 1), uint('f1', position)))))
  let at = info.length + tracks.length + cues(clusters.map(() => 0)).length
  const positions = clusters.map(({ length }) => (at += length) - length)
  return Buffer.concat([header, element('18538067', info, tracks, cues(positions), ...clusters)])
}

const file = path.join(import.meta.dirname, 'assets/clip.webm')
fs.mkdirSync(path.dirname(file), { recursive: true })
fs.writeFileSync(file, webm((await frames()).map(vp8)))
console.log(`${file}: ${fs.statSync(file).size} bytes`)
