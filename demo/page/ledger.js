/** The audit ledger (assent/audit), shown, and exported as JSON. */
import { byId, element, setText } from './element.js'
import { setup } from './setup.js'

const SHOWN = 300
const LOOK_MS = 500

const consentOf = ({ consent, decided }) => {
  if (!decided) return 'undecided'
  const granted = Object.keys(consent ?? {}).filter((name) => consent[name])
  return granted.join(', ') || 'refused'
}

/** What a privacy officer asks first. The page's own files and this desk's line to the server are requests as well. */
const inWords = (entries) => {
  const of = (kind) => entries.filter((entry) => entry.kind === kind)
  const collector = new URL(setup.endpoint).origin
  const sent = of('request').filter(({ key }) => key?.startsWith(collector))
  // To write the answer down is the last deed before it holds.
  const kept = of('write').filter(({ key }) => !key?.startsWith('assent_'))
  const answer = kept.length < of('write').length ? ' besides the answer itself' : ''
  const looks = of('read').length && of('read').every(({ what }) => what === 'cookie') ? ' to look for an answer' : ''
  return `Before a decision: ${kept.length} written${answer}, ${of('read').length} read${looks}, ` +
    `${of('request').length} requested, ${sent.length} of that from the collector.`
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
    setText(byId('ledger-summary'), `${shown} entries. ${inWords(ledger.before())}`)
  }, LOOK_MS)
}
