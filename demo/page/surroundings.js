/** Links to this page in surroundings that are hard to find when one needs them. */
import { byId, element, setText } from './element.js'
import { address, managerDelay, model, setup } from './setup.js'

const asked = new URLSearchParams(location.search)
const late = setup.manager.kind === 'simulated' ? {} : { manager: 'one-trust' }

const links = [
  {
    title: 'Global Privacy Control', text: 'closes advertising until a later decision',
    on: asked.get('gpc') === 'on', go: { gpc: 'on' }, back: { gpc: '' },
  },
  {
    title: 'Opt-out', text: 'open until the visitor objects',
    on: model === 'opt-out', go: { model: 'opt-out' }, back: { model: '' },
  },
  {
    title: 'Late manager', text: 'a simulated one that takes 5 s to arrive',
    on: managerDelay > 0, go: { delay: '5000', ...late }, back: { delay: '' },
  },
  {
    title: 'Storage blocked', text: 'every storage throws, cookies are ignored',
    on: asked.get('storage') === 'blocked', go: { storage: 'blocked' }, back: { storage: '' },
  },
  {
    title: 'Storage full', text: 'every write throws',
    on: asked.get('storage') === 'full', go: { storage: 'full' }, back: { storage: '' },
  },
]

export const showSurroundings = () => {
  const list = byId('surroundings')
  for (const { title, text, on, go, back } of links) {
    list.append(element('li', {},
      element('a', { href: address(on ? back : go), className: on ? 'on' : '' }, on ? `${title}: on, switch off` : title),
      ` ${text}`))
  }
  list.append(element('li', {},
    element('a', { href: address({}), target: '_blank', rel: 'noopener' }, 'A second tab'),
    ' decisions and withdrawals reach it within a second'))

  const offline = element('li')
  const look = () => setText(offline, 'Offline: switch the network off in the developer tools, then make calls. ' +
    `The browser says: ${navigator.onLine ? 'online' : 'offline'}.`)
  addEventListener('online', look)
  addEventListener('offline', look)
  look()
  list.append(offline)
}
