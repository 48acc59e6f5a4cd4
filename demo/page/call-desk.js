/** A button for every call, with arguments that can be edited. */
import { byId, element, setText } from './element.js'

const examples = [
  ['track', ['Order Completed', { order_id: '1001', revenue: 39.9, currency: 'EUR' }]],
  [
    'track', ['Lead Submitted', { form: 'newsletter' }, { critical: true }],
    'critical: never pushed out of a full waiting room',
  ],
  ['page', ['Shop', 'Basket', { items: 2 }]],
  ['screen', ['Checkout']],
  ['identify', ['user-42', { plan: 'free' }]],
  ['group', ['team-7', { name: 'Blue team' }]],
  ['alias', ['user-42']],
  ['setAnonymousId', ['11111111-2222-4333-8444-555555555555']],
  ['reset', []],
  ['flush', []],
]

const parse = (text) => {
  const args = JSON.parse(text)
  if (!Array.isArray(args)) throw new TypeError('arguments are a JSON list: […]')
  return args
}

const fit = (area) => {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight + 2}px`
}

/** @param say what came of a call, in words */
const toRow = (analytics, [name, args, note], say) => {
  const label = note ? `${name} (critical)` : name
  const area = element('textarea', {
    rows: 1, value: JSON.stringify(args), spellcheck: false, autocomplete: 'off',
    'aria-label': `Arguments of ${name}${note ? ` (${note})` : ''}, a JSON list`,
  })
  const call = async () => {
    try {
      const given = parse(area.value)
      area.removeAttribute('aria-invalid')
      const { held } = analytics.stats()
      const result = analytics[name](...given)
      say(analytics.stats().held > held ? `${name} is held until the visitor decides.` : `${name} was called.`)
      const ctx = await result
      const failure = ctx?.failedDelivery?.()
      if (failure) say(`${name} was destroyed: ${failure.reason.message}.`)
      else if (ctx?.event) say(`${name} was let in and is on its way.`)
    } catch (error) {
      area.setAttribute('aria-invalid', 'true')
      say(`${name} was not called: ${error.message}`)
    }
  }
  area.addEventListener('input', () => fit(area))
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) call()
  })
  const button = element('button', { type: 'button', title: note }, label)
  button.addEventListener('click', call)
  button.dataset.call = name
  new ResizeObserver(() => fit(area)).observe(button)
  return element('li', {}, button, area)
}

export const callDesk = (analytics) => {
  const say = (text) => setText(byId('call-outcome'), text)
  // What was said of a call before may not be true any more.
  analytics.on('consent', () => say(''))
  byId('call-list').append(...examples.map((example) => toRow(analytics, example, say)))
}
