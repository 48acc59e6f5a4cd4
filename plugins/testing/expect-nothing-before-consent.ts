import type { DecisionMade, Entry } from '../audit/words'
import { gatherFindings } from './findings'
import { recorder } from './recorder'
import type { Allowed, BrowserPage, BrowserRequest, BrowserResponse, Finding } from './words'

export interface ProofOptions {
  /** Opens the page and does what a visitor does who leaves the banner alone. Default: reloads the open page. */
  action?(): unknown
  /**
   * What is in order without consent: the name of a cookie, key or database, the beginning of a URL, a pattern of
   * either, or a function. Always in order are: to look for assent's own decision, to write it down as it is made, and
   * static files of the page's own origin (GET; not what `fetch`, XHR, beacons and sockets send).
   */
  allow?: Allowed[]
  /** Milliseconds to go on watching after the action. Default 2000. */
  timeout?: number
}

/** Thrown by `expectNothingBeforeConsent`; `findings` is the list of its message. */
export interface ProofError extends Error {
  findings: Finding[]
}

const line = ({ kind, what, key, by, times }: Finding) =>
  `  ${kind.padEnd(7)} ${what} ${key}${times > 1 ? ` (${times} times)` : ''}${by ? `\n            by ${by}` : ''}`

/**
 * Fails with a list of all that a page stored, read or sent before the visitor decided anything.
 *
 * ```js
 * await expectNothingBeforeConsent(page, { action: () => page.goto('https://shop.example/'), allow: ['session'] })
 * ```
 * @param page a Page of Playwright, or of puppeteer, in a fresh context: who has been here before has decided already
 * @throws ProofError with `findings`; Error when no document was seen, so that nothing is proved
 */
export async function expectNothingBeforeConsent(page: BrowserPage, options: ProofOptions = {}): Promise<void> {
  const { action = () => page.reload(), allow = [], timeout = 2000 } = options
  const gathered = gatherFindings(allow)
  const name = `assentReport${Math.random().toString(36).slice(2)}`
  const pending: Promise<unknown>[] = []
  let started = 0

  await page.exposeFunction(name, (text) => {
    const news = JSON.parse(text) as 'start' | Entry | DecisionMade
    if (news == 'start') started++
    else if ('kind' in news) gathered.record(news)
    else if (news.categories) gathered.decide()
  })
  const script = recorder(name, { values: true, limit: 10_000 })
  await (page.addInitScript ? page.addInitScript(script) : page.evaluateOnNewDocument?.(script))

  const onRequest = (request: BrowserRequest) => {
    let top = false
    try {
      top = request.isNavigationRequest() && request.frame() == page.mainFrame()
    } catch {
      // Of a service worker: no frame.
    }
    gathered.send(request, top)
  }
  const onResponse = (response: BrowserResponse) => {
    if (gathered.isDecided()) return
    const headers = response.allHeaders?.() ?? Promise.resolve(response.headers())
    pending.push(headers.then(({ 'set-cookie': cookies }) => {
      if (cookies) gathered.receive(response.url(), cookies)
    }, () => {}))
  }
  page.on('request', onRequest)
  page.on('response', onResponse)
  try {
    await action()
    await new Promise((resolve) => setTimeout(resolve, timeout))
    // A decision after which nothing was done is not known yet; and what the page has reported is here when it answers.
    await page.evaluate(`window[${JSON.stringify(name)}]?.ledger?.watch(window.analytics ?? [])`)
    await Promise.all(pending)
  } finally {
    page.off('request', onRequest)
    page.off('response', onResponse)
  }

  if (!started) throw new Error('nothing is proved: no page was opened; give an action that opens one')
  const findings = gathered.findings()
  if (!findings.length) return
  const count = findings.length == 1 ? '1 thing' : `${findings.length} things`
  const message = `${count} stored, read or sent before a decision at ${page.url()}:\n${findings.map(line).join('\n')}`
  throw Object.assign(new Error(message), { name: 'ProofError', findings }) satisfies ProofError
}
