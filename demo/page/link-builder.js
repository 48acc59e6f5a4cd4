/** Builds landing links for the querystring API of analytics.js. */
import { copies } from './copy-button.js'
import { byId, element, setText } from './element.js'
import { address } from './setup.js'

const fields = [
  ['ajs_uid', 'User id', 'user-42'],
  ['ajs_aid', 'Anonymous id', ''],
  ['ajs_event', 'Event', 'Newsletter Opened'],
  ['ajs_trait_', 'Traits (JSON)', '{"plan": "free"}'],
  ['ajs_prop_', 'Properties (JSON)', '{"campaign": "spring"}'],
]

/** A JSON object becomes a parameter per key. */
const parametersOf = (name, value) => {
  if (!name.endsWith('_')) return { [name]: value }
  const object = JSON.parse(value || '{}')
  return Object.fromEntries(Object.entries(object).map(([key, each]) => [name + key, String(each)]))
}

export const linkBuilder = () => {
  const form = byId('link-form')
  const link = byId('link')
  const inputs = fields.map(([name, label, value]) => {
    const input = element('input', {
      name, value, id: `field-${name}`, spellcheck: false, autocomplete: 'off', 'aria-describedby': 'link-fault',
    })
    input.dataset.label = label
    form.append(element('label', { htmlFor: input.id }, label), input)
    return input
  })
  const build = () => {
    const parameters = {}
    const faults = []
    for (const input of inputs) {
      try {
        Object.assign(parameters, parametersOf(input.name, input.value))
        input.removeAttribute('aria-invalid')
      } catch {
        input.setAttribute('aria-invalid', 'true')
        faults.push(input.dataset.label)
      }
    }
    setText(byId('link-fault'), faults.map((label) => `${label}: not read, and left out of the link.`).join(' '))
    link.href = link.textContent = address(parameters)
  }
  form.addEventListener('input', build)
  form.addEventListener('submit', (event) => event.preventDefault())
  copies(byId('copy-link'), () => link.href)
  build()
}
