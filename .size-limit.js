/**
 * Budgets in bytes of brotli. The full file has none of its own: it is the sum of the others.
 *
 * The basic file is over what it was meant to weigh: 8,000 bytes (see CHANGELOG, "Known"). Until it gets there this
 * budget keeps it from growing unseen.
 */
import fs from 'node:fs'

const scripts = (dir) => (fs.existsSync(dir) ? fs.readdirSync(dir) : [])
  .filter((name) => name.endsWith('.min.js')).map((name) => `${dir}/${name}`)
const budget = (limit) => (path) => ({ name: path, path, limit: `${limit} B`, brotli: true })

export default [
  budget(13_600)('dist/assent.min.js'),
  ...scripts('dist/plugins').map(budget(1500)),
  ...scripts('dist/plugins/consent').map(budget(1000)),
]
