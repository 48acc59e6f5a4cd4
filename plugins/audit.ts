/**
 * Proof for the privacy officer: writes down every read, write and request of the page with the consent state at that
 * moment. Belongs before every other script. How to read it: docs/proof.md.
 */
import { createLedger } from './audit/create-ledger'
import { tap } from './audit/tap'
import type { AuditOptions, Ledger } from './audit/words'

export type { AuditOptions, DecisionMade, Entry, Kind, Ledger, LedgerExport, Moment, SummaryLine } from './audit/words'

/**
 * Begins the ledger. It stays in memory, changes nothing and never throws into the page.
 *
 * ```js
 * const ledger = assent.audit()
 * ledger.watch(analytics)
 * copy(JSON.stringify(ledger))
 * ```
 */
export const audit = (options?: AuditOptions): Ledger => createLedger(tap, options)
