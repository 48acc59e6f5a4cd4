/**
 * What QA sees and does at the collector, on the page's own origin: so that the only traffic between page and
 * collector is the client's.
 *
 * `GET /qa/stream` is a stream of events: `accepted` for each event, `cleared`, and `counts` whenever they change.
 * `POST /qa/fault?name=…` lets the collector fail (no name: heals it), `POST /qa/clear` empties its list.
 */
import { faults } from './faults.mjs'

const LOOK_MS = 150

const countsOf = ({ accepted, requests, preflights, copies }, fault) => {
  const answers = {}
  for (const { status = 'open' } of requests) answers[status] = (answers[status] ?? 0) + 1
  const duplicates = [...copies.values()].reduce((sum, count) => sum + count - 1, 0)
  return {
    accepted: accepted.length, requests: requests.length, preflights: preflights.length, duplicates, answers, fault,
  }
}

/** @returns a function that answers the requests of the desk */
export const answerDesk = (collector) => {
  const streams = new Set()
  let fault = null

  const stream = (req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const send = (name, data) => res.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
    send('cleared', {})
    for (const event of collector.accepted) send('accepted', event)
    let last
    const look = () => {
      const counts = countsOf(collector, fault)
      const text = JSON.stringify(counts)
      if (text !== last) send('counts', counts)
      last = text
    }
    look()
    const timer = setInterval(look, LOOK_MS)
    const stop = collector.onEvent((event) => send('accepted', event))
    streams.add(send)
    res.on('close', () => {
      clearInterval(timer)
      stop()
      streams.delete(send)
    })
  }

  const routes = {
    'GET /qa/stream': stream,
    'POST /qa/fault': (req, res, url) => {
      const name = url.searchParams.get('name')
      if (name && !Object.hasOwn(faults, name)) return res.writeHead(400).end()
      fault = name
      collector.mode = name ? faults[name] : undefined
      res.writeHead(204).end()
    },
    'POST /qa/clear': (req, res) => {
      collector.clear()
      for (const send of streams) send('cleared', {})
      res.writeHead(204).end()
    },
  }

  return (req, res, url) => {
    const route = routes[`${req.method} ${url.pathname}`]
    const { origin } = req.headers
    // Another site's page may not steer this one.
    if (!route || (origin && origin !== url.origin)) return res.writeHead(route ? 403 : 404).end()
    return route(req, res, url)
  }
}
