/**
 * `npm start`: the page server and, on another port, the collector. Ports from PORT and COLLECTOR_PORT, or the next
 * that are free; accepted events are kept in a file under demo/data.
 */
import fs from 'node:fs'
import path from 'node:path'
import { startCollector } from './collector.mjs'
import { nextFree } from './server/next-free.mjs'
import { startPages } from './server/pages.mjs'

const dataFolder = path.join(import.meta.dirname, 'data')

/**
 * @param {object} [options]
 * @param {number} [options.port] of the page; 0 takes a free one
 * @param {number} [options.collectorPort]
 * @param {string | false} [options.file] where accepted events are kept, one JSON document per line
 */
export async function startDemo({ port = 8080, collectorPort = port && port + 1, file } = {}) {
  const name = `events-${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`
  const kept = file === false ? undefined : file ?? path.join(dataFolder, name)
  if (kept) fs.mkdirSync(path.dirname(kept), { recursive: true })
  const pages = await nextFree(port, (free) => startPages({ port: free }))
  const collector = await nextFree(collectorPort, (free) => startCollector({ port: free, file: kept }))
  pages.observe(collector)
  return {
    url: pages.url,
    collector,
    file: kept,
    close: () => Promise.all([pages.close(), collector.close()]),
  }
}

if (process.argv[1] === import.meta.filename) {
  const { PORT, COLLECTOR_PORT } = process.env
  const portOf = (text) => (text === undefined ? undefined : Number(text))
  const demo = await startDemo({ port: portOf(PORT), collectorPort: portOf(COLLECTOR_PORT) }).catch((error) => {
    console.error(`The demo cannot start: ${error.message}`)
    process.exit(1)
  })
  console.log(`
  assent, the page for QA   ${demo.url}
  collector                 ${demo.collector.endpoint}
  accepted events           ${path.relative(process.cwd(), demo.file)}

  Ctrl+C stops both.
`)
}
