/**
 * Asks a collector everything that contract section 6 promises to clients, and says which answers are right.
 * Needs nothing but Node 20. Sends to the given address only.
 */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'

const ORIGIN = 'https://site.example'

const event = (number, more = {}) => ({
  type: 'track',
  event: 'Contract Checked',
  messageId: randomUUID(),
  timestamp: new Date().toISOString(),
  anonymousId: 'contract-kit',
  properties: { number },
  context: { library: { name: 'assent', version: 'contract-kit' } },
  integrations: {},
  ...more,
})

/** Without `read`, an address that lists accepted events as JSON, what was kept cannot be seen and is not checked. */
export async function checkCollector({ url, read, writeKey = 'contract-kit' }) {
  const toBody = (batch) => JSON.stringify({ batch, sentAt: new Date().toISOString(), writeKey })
  const post = (body, type = 'text/plain;charset=UTF-8') =>
    fetch(url, {
      method: 'POST', body, headers: { origin: ORIGIN, ...(type && { 'content-type': type }) }, redirect: 'manual',
    })
  const kept = async (ids) => {
    const list = await (await fetch(read)).json()
    return ids.map((id) => list.filter(({ messageId }) => messageId === id).length)
  }
  const accepted = ({ status }) => status >= 200 && status < 400
  const results = []
  const check = async (name, ask) => {
    try {
      const fault = await ask()
      results.push({ name, ok: !fault, fault: fault || undefined })
    } catch (error) {
      results.push({ name, ok: false, fault: String(error.cause ?? error) })
    }
  }

  await check('a batch as text/plain is accepted', async () => {
    const answer = await post(toBody([event(1), event(2)]))
    if (!accepted(answer)) return `status ${answer.status}`
  })
  await check('the answer may be read by a page of another origin', async () => {
    const allowed = (await post(toBody([event(3)]))).headers.get('access-control-allow-origin')
    if (allowed !== '*' && allowed !== ORIGIN) return `Access-Control-Allow-Origin: ${allowed}`
  })
  await check('a refusal may be read too, and tells when to come back', async () => {
    const { headers, status } = await post('no JSON')
    const allowed = headers.get('access-control-allow-origin')
    if (status < 400 || status >= 500) return `status ${status} for a body that is no batch, where 4xx is right`
    if (allowed !== '*' && allowed !== ORIGIN) return `Access-Control-Allow-Origin: ${allowed}`
    const exposed = headers.get('access-control-expose-headers') ?? ''
    if (!/retry-after|\*/i.test(exposed)) return 'Retry-After is not among Access-Control-Expose-Headers'
  })
  await check('a gzipped batch without a content type is accepted', async () => {
    const one = event(4)
    const answer = await post(gzipSync(toBody([one])), undefined)
    if (!accepted(answer)) return `status ${answer.status}`
    if (read && (await kept([one.messageId]))[0] !== 1) return 'accepted, but not kept'
  })
  await check('the same event twice is accepted twice and kept once', async () => {
    const one = event(5)
    const first = await post(toBody([one]))
    const second = await post(toBody([one, event(6)]))
    if (!accepted(first) || !accepted(second)) return `status ${first.status}, then ${second.status}`
    if (read && (await kept([one.messageId]))[0] !== 1) return `kept ${await kept([one.messageId])} times`
  })
  await check('500 events and 450 KB in one request are accepted, or answered with 413', async () => {
    const properties = { filler: 'x'.repeat(600) }
    const answer = await post(toBody(Array.from({ length: 500 }, (_, number) => event(number, { properties }))))
    if (!accepted(answer) && answer.status !== 413) return `status ${answer.status}`
  })
  await check('text of every script survives', async () => {
    const one = event(7, { event: 'Größe 寸法 👩‍👩‍👧 \u2028' })
    if (!accepted(await post(toBody([one])))) return 'refused'
    if (!read) return
    const list = await (await fetch(read)).json()
    if (!list.some(({ event: name }) => name === one.event)) return 'kept otherwise than sent'
  })
  await check('no cookie is set', async () => {
    const cookie = (await post(toBody([event(8)]))).headers.get('set-cookie')
    if (cookie) return `Set-Cookie: ${cookie}`
  })
  return results
}
