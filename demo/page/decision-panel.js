/** Decision, basis, categories and identity: what is in force, in words. */
import { byId, element, setText } from './element.js'
import { model, setup } from './setup.js'

const verdicts = {
  open: ['Granted', 'Events are stored and sent.'],
  default: ['Open by default', 'Opt-out: the visitor has not objected.'],
  shut: ['Refused', 'Nothing is kept, read or sent. Calls are destroyed.'],
  waiting: ['Undecided', 'Calls wait in memory. Nothing is stored, read or sent.'],
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

  // Not at each look: managers read their cookies for it, and the ledger would be full of them.
  const ask = () => (said = safely(() => manager?.read()))
  analytics.on('consent', ask)
  ask()

  const fact = (name, value) => {
    if (!values[name]) {
      values[name] = element('dd')
      facts.append(element('div', {}, element('dt', {}, name), values[name]))
    }
    setText(values[name], value)
  }

  const stateOf = (categories, rule) => {
    if (categories) return categories.analytics === true ? 'open' : 'shut'
    return rule === 'opt-out' ? 'default' : 'waiting'
  }

  return () => {
    const categories = analytics.consent()
    const rule = said?.model ?? model
    const state = stateOf(categories, rule)
    const user = analytics.user()
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
    fact('Anonymous id', user?.anonymousId() ?? 'none')
    fact('User id', user?.id() ?? 'none')
    fact('Ads destination', ads.describe())
    return verdicts[state][0]
  }
}
