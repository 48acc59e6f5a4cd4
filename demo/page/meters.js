/** The client's own numbers: `analytics.stats()`. */
import { byId, element, setText } from './element.js'

const meters = [
  ['held', 'Held', 'waiting for a decision'],
  ['queued', 'Queued', 'not delivered yet'],
  ['acknowledged', 'Delivered', 'the collector said so'],
  ['retried', 'Retried', 'put into a later request'],
  ['refused', 'Destroyed', 'for want of consent'],
  ['dropped', 'Given up', 'with an error event'],
]

/** What is given up is counted by reason. */
const total = (value) =>
  typeof value === 'number' ? value : Object.values(value).reduce((sum, count) => sum + count, 0)

/** @returns a function that brings the meters up to date and returns the numbers */
export const createMeters = (analytics) => {
  const nodes = new Map()
  for (const [name, title, text] of meters) {
    const value = element('dd', {}, '0')
    value.dataset.meter = name
    nodes.set(name, value)
    byId('meters').append(element('div', {}, element('dt', {}, title, element('small', {}, text)), value))
  }
  return () => {
    const stats = analytics.stats()
    for (const [name, node] of nodes) {
      const number = total(stats[name])
      setText(node, number)
      node.dataset.zero = String(number === 0)
    }
    return stats
  }
}
