import type { AuditOptions, DecisionMade, Entry, Ledger, Note, SummaryLine, Tap, Watched } from './words'

/**
 * The book itself: in memory only, it stores and sends nothing. Complete in itself (what it needs comes as arguments),
 * so that its text can be sent into a page: see ../testing/recorder.ts.
 */
export function createLedger(tap: Tap, { limit = 2000, values }: AuditOptions = {}): Ledger {
  const entries: Entry[] = []
  const decisions: DecisionMade[] = []
  const listeners = new Set<(news: Entry | DecisionMade) => void>()
  let dropped = 0
  let busy = false
  let known: string | undefined
  let watched: Watched | undefined
  let stop: undefined | (() => void)

  const time = (ms = performance.now()) => ({ at: new Date(performance.timeOrigin + ms).toJSON(), ms })
  const clean = (url: string) => (values ? url : url.replace(/([?&][^=&]*=)[^&#]*|#.*/g, '$1'))

  function tell<News extends Entry | DecisionMade>(list: News[], news: News) {
    list.push(news)
    listeners.forEach((listener) => listener(news))
  }

  /** Asks the client: its events come after the deeds that follow from a decision, its answer does not. */
  function look() {
    if (busy) return
    busy = true
    try {
      // Before the script has come it is an array, which would take the question for a call.
      const client = [watched, (window as { analytics?: unknown }).analytics]
        .find((one) => one && !(one as unknown[]).pop) as Required<Watched>
      const categories = client.consent()
      const text = JSON.stringify(categories)
      if (known != text) {
        known = text
        tell(decisions, { ...time(), categories })
      }
    } catch {
      // No client, or one that has no answer: no decision.
    }
    busy = false
  }

  const note: Note = (kind, what, name, caller, at) => {
    // What the client does to answer is not the page's doing.
    if (busy) return
    let key = '' + name
    if (kind == 'request') {
      key = clean(new URL(key, document.baseURI).href)
      // The rest never leaves the page: data:, blob:, about:
      if (!/^[hw]/.test(key)) return
    }
    if (!caller && entries.some((entry) => entry.key == key && entry.kind == kind)) return
    if (entries.length >= limit) return void dropped++
    look()
    const moment = time(at)
    const consent = decisions.filter((decision) => decision.ms <= moment.ms).pop()?.categories
    const trace = { stack: '' }
    // Not in every engine.
    if (caller) (Error as { captureStackTrace?(...args: unknown[]): void }).captureStackTrace?.(trace, caller)
    const by = /[a-z-]+:\S+(?=:\d+:\d)/.exec(trace.stack)?.[0]
    tell(entries, { kind, what, key, ...moment, consent, decided: !!consent, by: by && clean(by) })
  }

  const { at: from } = time()
  try {
    stop = tap(note)
  } catch {
    // No page: on a server there is nothing to write down.
  }

  return {
    watch(analytics) {
      watched = analytics
      watched.on?.('consent', look)
      look()
    },
    entries: () => [...entries],
    before: () => entries.filter((entry) => !entry.decided),
    summary() {
      const lines: Record<string, SummaryLine> = {}
      for (const entry of entries) {
        const id = JSON.stringify({ ...entry, at: 0, ms: 0 })
        ;(lines[id] = lines[id] ?? { ...entry, times: 0 }).times++
      }
      return Object.values(lines)
    },
    toJSON: () => ({
      page: clean(document.URL), userAgent: navigator.userAgent, from, to: time().at, dropped, decisions, entries,
    }),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop() {
      stop?.()
      busy = true
    },
  }
}
