import { createLedger } from '../audit/create-ledger'
import { tap } from '../audit/tap'
import type { AuditOptions } from '../audit/words'

/**
 * The recorder of `assent/audit` as the text of a script: it calls `window[report]` with each entry and each change of
 * the decision as JSON. First of all comes `"start"`, so that silence is not taken for innocence.
 */
export const recorder = (report: string, options: AuditOptions): string => `(() => {
  // Tools that keep function names leave calls of this in the text of a function.
  const __name = (fn) => fn
  const report = window[${JSON.stringify(report)}]
  if (!report) return
  const ledger = (${String(createLedger)})(${String(tap)}, ${JSON.stringify(options)})
  report.ledger = ledger
  ledger.on((news) => void report(JSON.stringify(news)))
  report('"start"')
})()`
