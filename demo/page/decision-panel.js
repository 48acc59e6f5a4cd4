/** Decision, basis, categories and identity: what is in force, in words. */
import { byId, element, setText } from './element.js'
import { model, setup } from './setup.js'

const verdicts = {
  open: ['Granted', 'Events are stored and sent.'],
  default: ['Open by default', 'Opt-out: the visitor has not objected.'],
  shut: ['Refused', 'Nothing is kept or sent. Calls are destroyed.'],
  waiting: ['Undecided', 'Calls wait in memory. Nothing is stored or sent.'],
}

const safely = (read) => {
  try {
    return read()
  } catch {
    // The client names it on `error`; here it counts as undecided, too.
  }
}

/**
 * @param manager the consent manager given to assent, undefined for the built-in one
 * @returns a function that brings the panel up to date
 */
export const decisionPanel = ({ analytics, manager, ads }) => {
  const verdict = byId('verdict')
  const facts = byId('facts')
  const values = {}
  let said
  let ids = []
  let stale = true

  // Not at each look: cookies are read for it, and the ledger would be full of that.
  for (const event of ['consent', 'call']) analytics.on(event, () => (stale = true))
  addEventListener('click', () => (stale = true))
  const ask = () => {
    const user = analytics.user()
    said = safely(() => manager?.read())
    ids = [user?.anonymousId(), user?.id()]
    stale = false
  }

  const fact = (name, value) => {
    if (!values[name]) {
      values[name] = element('dd')
      facts.append(element('div', {}, element('dt', {}, name), values[name]))
    }
    setText(values[name], value)
  }

  const stateOf = (categories, rule) => {
    if (categories && categories.analytics !== true) return 'shut'
    // What the manager put into force by itself was granted by nobody.
    if (categories) return said?.basis === 'implied' ? 'default' : 'open'
    return rule === 'opt-out' ? 'default' : 'waiting'
  }

  return () => {
    if (stale) ask()
    const categories = analytics.consent()
    const rule = said?.model ?? model
    const state = stateOf(categories, rule)
    verdict.dataset.state = state
    setText(verdict.firstElementChild, verdicts[state][0])
    setText(verdict.lastElementChild, verdicts[state][1])

    const chips = Object.entries(categories ?? {}).map(([name, granted]) => `${granted ? '✓' : '✕'} ${name}`)
    const list = byId('decided-categories')
    if (list.dataset.shown !== chips.join()) {
      list.dataset.shown = chips.join()
      list.replaceChildren(...chips.map((chip) =>
        element('li', { className: chip.startsWith('✓') ? 'granted' : 'closed' }, chip)))
    }
    fact('Manager', `${setup.manager.label} (${setup.manager.kind})`)
    fact('Basis', categories ? said?.basis ?? 'explicit' : rule === 'opt-out' ? 'implied' : 'none')
    fact('Model', rule)
    fact('Privacy signal', navigator.globalPrivacyControl ? 'GPC on' : 'GPC off')
    fact('Anonymous id', ids[0] ?? 'none')
    fact('User id', ids[1] ?? 'none')
    fact('Ads destination', ads.describe())
    return verdicts[state][0]
  }
}
