/** The page's own origin: the page, the built files, the real consent managers, and what QA sees of the collector. */
import http from 'node:http'
import { answerDesk } from './desk.mjs'
import { composePage } from './compose-page.mjs'
import { policyOf } from './policy.mjs'
import { sendFile } from './send-file.mjs'
import { managerOf } from './managers.mjs'

/** Both that `localhost` may mean: browsers try the second first, where another program may be listening. */
const HOSTS = ['127.0.0.1', '::1']

const listen = (server, port, host) =>
  new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve))

const close = (server) => new Promise((resolve) => {
  server.close(resolve)
  server.closeAllConnections()
})

export async function startPages({ port }) {
  let collector
  let desk

  const answer = async (req, res) => {
    try {
      const url = new URL(req.url, `http://${req.headers.host}`)
      if (url.pathname.startsWith('/qa/')) return await desk(req, res, url)
      if (url.pathname !== '/') return sendFile(req, res, url.pathname)
      const manager = managerOf(url.searchParams.get('manager'))
      const policy = policyOf({ collector: collector.origin, manager })
      res.writeHead(200, {
        'content-type': 'text/html;charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-cache',
        'referrer-policy': 'strict-origin-when-cross-origin',
        'x-content-type-options': 'nosniff',
      })
      res.end(composePage({ collector, manager, origin: url.origin }))
    } catch (error) {
      if (error instanceof URIError) return res.writeHead(400).end()
      console.error(error)
      if (!res.headersSent) res.writeHead(500)
      res.end()
    }
  }
  const servers = HOSTS.map(() => http.createServer(answer))
  await listen(servers[0], port, HOSTS[0])
  const taken = servers[0].address().port
  try {
    await listen(servers[1], taken, HOSTS[1])
  } catch (error) {
    // A machine without IPv6 does without.
    if (error.code === 'EADDRINUSE') {
      await close(servers[0])
      throw error
    }
  }

  return {
    url: `http://localhost:${taken}/`,
    observe(observed) {
      collector = observed
      desk = answerDesk(observed)
    },
    close: () => Promise.all(servers.map(close)),
  }
}
