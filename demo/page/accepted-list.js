/** Every event that the collector has accepted, newest first; each opens to all of its JSON. */
import { copyButton } from './copy-button.js'
import { byId, element, setText, time } from './element.js'

const nameOf = ({ event, category, name, userId, groupId, type }) =>
  event || [category, name].filter(Boolean).join(' ')
    || { identify: userId, alias: userId, group: groupId }[type] || ''

/** What QA looks for first, and what every page view has. */
const FIRST = ['percent', 'max_percent', 'watched_percent']
const LAST = ['name', 'category', 'title', 'path', 'search', 'referrer', 'url']
const rank = ([key]) => (FIRST.includes(key) ? 0 : LAST.includes(key) ? 2 : 1)

const detailOf = ({ properties, traits, category, name }) => {
  const { categories, ...rest } = properties ?? traits ?? {}
  if (categories) return Object.keys(categories).map((key) => `${key} ${categories[key] ? 'yes' : 'no'}`).join(' · ')
  const shown = ([, value]) => typeof value !== 'object' && ![category, name, ''].includes(value)
  const pairs = Object.entries(rest).filter(shown).sort((one, other) => rank(one) - rank(other))
  return pairs.slice(0, 3).map(([key, value]) => `${key} ${value}`).join(' · ')
}

const toItem = (event) => {
  const json = JSON.stringify(event, null, 2)
  const details = element('details', {},
    element('summary', {},
      element('span', { className: 'type' }, event.type), ' ',
      element('span', { className: 'label' }, nameOf(event)),
      element('time', { title: event.timestamp }, time(new Date(event.timestamp))),
      element('span', { className: 'gist' }, detailOf(event))))
  // Most are never opened.
  details.addEventListener('toggle', () => details.append(element('div', { className: 'json' },
    copyButton('the event', () => json),
    element('pre', { tabIndex: 0, role: 'region', 'aria-label': 'The event as JSON' }, json))), { once: true })
  const item = element('li', {}, details)
  item.dataset.messageId = event.messageId
  return item
}

const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

export const createAcceptedList = () => {
  const list = byId('accepted-list')
  return {
    add: (event) => list.prepend(toItem(event)),
    clear: () => list.replaceChildren(),
    /** The numbers as the collector has them. */
    show({ accepted, requests, duplicates, preflights, answers }) {
      setText(byId('accepted-count'), accepted)
      byId('accepted-empty').hidden = accepted > 0
      const said = Object.entries(answers).map(([status, count]) => `${count} × ${status}`).join(', ')
      setText(byId('wire'), requests
        ? `${plural(requests, 'request')} (${said}), ${plural(duplicates, 'duplicate')}, ${plural(preflights, 'preflight')}`
        : 'No request yet.')
    },
  }
}
