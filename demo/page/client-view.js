/** What is held, on its way, and gone and why, as the client says it. */
import { byId, element, time } from './element.js'

const lists = { waiting: 'list-held', queued: 'list-queued', gone: 'list-gone' }

const toItem = ({ type, label, at, reason }) =>
  element('li', {},
    element('span', { className: 'type' }, type), ' ',
    element('span', { className: 'label' }, label),
    element('time', {}, time(at)),
    reason ? element('span', { className: 'reason' }, reason) : undefined)

/** @returns a function that shows one call where it belongs now */
export const createClientView = () => {
  const items = new WeakMap()
  return (call) => {
    items.get(call)?.remove()
    const list = lists[call.state]
    if (!list) return
    const item = toItem(call)
    items.set(call, item)
    byId(list).prepend(item)
  }
}

/** @returns a function that adds a line to what the client said */
export const createMessages = () => (kind, text) =>
  byId('messages').prepend(element('li', {},
    element('span', { className: `type ${kind}` }, kind), ' ',
    element('span', { className: 'label' }, text),
    element('time', {}, time(new Date()))))
