import type { Entry } from '../audit/words'
import type { Allowed, BrowserRequest, Finding } from './words'

/** Cookies in which assent keeps a decision, and finds the domain for it. */
const decisionCookie = /^assent_(consent$|domain)/

const withoutHash = (url: string) => url.replace(/#.*/, '')
const originOf = (url: string) => {
  try {
    return new URL(url).origin
  } catch {
    return undefined
  }
}

/** What pages are made of, as against what scripts say: names of the recorder and of the browser's own requests. */
const dynamic = /^(fetch|fetchlater|xhr|xmlhttprequest|beacon|ping|websocket|eventsource|other)$/i

/**
 * Gathers what the recorder in the page tells and what the browser really sent. The recorder knows who did it and under
 * which decision; the browser knows of everything.
 */
export function gatherFindings(allow: Allowed[]) {
  const origins = new Set<string | undefined>()
  const recorded = new Map<string, Finding>()
  const sent = new Map<string, Finding & { own: boolean }>()
  const known = new Set<string>()
  let decided = false

  function add<F extends Finding>(map: Map<string, F>, finding: F) {
    const id = [finding.kind, finding.what, finding.key, finding.by].join('\n')
    const before = map.get(id)
    if (before) before.times++
    else map.set(id, finding)
  }

  /** A file of the page, or the icon that the browser looks for by itself. */
  const isOwn = ({ kind, what, key }: Finding) =>
    kind == 'request' && origins.has(originOf(key)) &&
    (!dynamic.test(what) || (what == 'other' && new URL(key).pathname == '/favicon.ico'))
  const isAllowed = (finding: Finding) => allow.some((rule) =>
    typeof rule == 'function' ? rule(finding)
      : typeof rule == 'string' ? finding.key == rule || (finding.kind == 'request' && finding.key.startsWith(rule))
        : new RegExp(rule).test(finding.key))

  return {
    /** From now on the visitor has decided. A decision is written down the moment before it holds. */
    decide() {
      decided = true
      for (const [id, { key, what }] of recorded) if (what == 'cookie' && decisionCookie.test(key)) recorded.delete(id)
    },

    record({ kind, what, key, by, decided: allowed }: Entry) {
      if (kind == 'request') known.add(withoutHash(key))
      if (decided || allowed) return
      // Who asks for cookies gets all of them, each a finding of its own; where there are none, nothing was read.
      const keys = kind == 'read' && what == 'cookie' ? key.split('; ').filter(Boolean) : [key]
      for (const one of keys) {
        if (kind != 'read' || one != 'assent_consent') add(recorded, { kind, what, key: one, by, times: 1 })
      }
    },

    send(request: BrowserRequest, top: boolean) {
      const key = withoutHash(request.url())
      if (!/^(http|ws)/.test(key)) return
      // The visitor goes there: that is the page itself.
      if (top) return void origins.add(originOf(key))
      const what = request.resourceType()
      const own = request.method() == 'GET'
      if (!decided) add(sent, { kind: 'request', what, key, times: 1, own })
    },

    /** Cookies that a server set. */
    receive(url: string, header: string) {
      if (decided) return
      for (const cookie of header.split('\n')) {
        add(recorded, { kind: 'write', what: 'cookie', key: cookie.split('=')[0]!.trim(), by: url, times: 1 })
      }
    },

    isDecided: () => decided,
    findings(): Finding[] {
      const unheard = [...sent.values()].filter(({ key }) => !known.has(key))
        .map(({ own, ...finding }) => ({ finding, own: own && isOwn(finding) }))
      const heard = [...recorded.values()].map((finding) => ({ finding, own: isOwn(finding) }))
      return [...heard, ...unheard].filter(({ own }) => !own).map(({ finding }) => finding)
        .filter((finding) => !isAllowed(finding))
    },
  }
}
