/** The audit ledger (assent/audit), shown, and exported as JSON. */
import { byId, element, setText } from './element.js'

const SHOWN = 300
const LOOK_MS = 500

const consentOf = ({ consent, decided }) => {
  if (!decided) return 'undecided'
  const granted = Object.keys(consent ?? {}).filter((name) => consent[name])
  return granted.join(', ') || 'refused'
}

const toRow = (entry) => element('tr', { className: entry.decided ? '' : 'before' },
  element('td', {}, entry.at.slice(11, 23)),
  element('td', {}, entry.kind),
  element('td', {}, [entry.what, entry.key].filter(Boolean).join(' ')),
  element('td', {}, consentOf(entry)))

const download = (text, name) => {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  element('a', { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}

export const showLedger = (ledger, analytics) => {
  ledger.watch(analytics)
  byId('export-ledger').addEventListener('click', () => download(JSON.stringify(ledger, null, 2), 'assent-ledger.json'))
  let shown = 0
  setInterval(() => {
    const entries = ledger.entries()
    if (entries.length === shown) return
    const fresh = entries.slice(Math.max(shown, entries.length - SHOWN))
    shown = entries.length
    byId('ledger-entries').prepend(...fresh.map(toRow).reverse())
    while (byId('ledger-entries').rows.length > SHOWN) byId('ledger-entries').rows[SHOWN].remove()
    setText(byId('ledger-summary'), `${shown} entries, ${ledger.before().length} of them before a decision.`)
  }, LOOK_MS)
}
