/** Faults at the collector: start one, see what was expected and what came, heal it, see again. */
import { CALLS, cases } from './bench-cases.js'
import { byId, element, setText } from './element.js'

const toRow = ({ name, title, text }) => {
  const start = element('button', { type: 'button' }, title)
  const seen = element('p', { className: 'seen-count', role: 'status' }, 'Not tried yet.')
  start.dataset.fault = name
  const row = element('div', { className: 'case' }, start, element('p', { className: 'about' }, text), seen)
  return { row, start, seen }
}

/** @param desk see collector-desk.js */
export const createBench = ({ analytics, desk }) => {
  const rows = new Map(cases.map((each) => [each.name, toRow(each)]))
  const heal = element('button', { type: 'button', className: 'main', disabled: true }, 'Heal the collector')
  const status = element('p', { className: 'health', role: 'status' }, 'The collector is well.')
  /** By fault: its latest run. */
  const runs = new Map()
  let fault = null

  const show = () => {
    for (const { name, failing, healed } of cases) {
      const run = runs.get(name)
      if (!run) continue
      const expected = run.granted ? (fault === name ? failing : healed) : 0
      const { seen, row } = rows.get(name)
      const right = run.ids.size === expected
      row.dataset.right = String(right)
      const consent = run.granted ? '' : ' (no consent when they were made)'
      setText(seen, `${fault === name ? 'Failing' : 'Healed'}: expected ${expected} of ${CALLS}, seen ${run.ids.size}` +
        `${consent} ${right ? '✓' : '…'}`)
    }
  }

  const begin = async (name) => {
    const run = { id: `${name}-${Date.now()}`, ids: new Set(), granted: analytics.consent()?.analytics === true }
    runs.set(name, run)
    await desk.fault(name)
    for (let call = 1; call <= CALLS; call++) analytics.track('Bench', { fault: name, call, run: run.id })
  }

  for (const [name, { start }] of rows) start.addEventListener('click', () => begin(name))
  heal.addEventListener('click', () => desk.fault())
  const line = element('div', { className: 'health-line' }, status, heal)
  byId('bench').append(line, ...[...rows.values()].map(({ row }) => row))

  return {
    arrived({ messageId, properties }) {
      for (const run of runs.values()) if (properties?.run === run.id) run.ids.add(messageId)
      show()
    },
    /** The fault in force, whoever started it: another tab may have. */
    show(counts) {
      if (fault === counts.fault) return
      fault = counts.fault
      const broken = cases.find(({ name }) => name === fault)
      heal.disabled = !broken
      for (const [name, { start, row }] of rows) {
        start.disabled = !!broken
        row.dataset.active = String(name === fault)
      }
      setText(status, broken ? `The collector is failing: ${broken.title}.` : 'The collector is well.')
      status.dataset.broken = String(!!broken)
      show()
    },
  }
}
