/** Every event that the collector has accepted, newest first; each opens to all of its JSON. */
import { copyButton } from './copy-button.js'
import { byId, element, setText, time } from './element.js'

const nameOf = ({ event, name, userId, groupId, type }) =>
  event ?? name ?? { identify: userId, alias: userId, group: groupId }[type] ?? ''

const detailOf = ({ properties, traits }) => {
  const shown = ([, value]) => typeof value !== 'object' && value !== ''
  const { percent, ...rest } = properties ?? traits ?? {}
  const pairs = Object.entries({ ...(percent && { percent }), ...rest }).filter(shown)
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
