/** The demo's own banner and settings: the banner waits and takes no focus; the settings are a modal dialog. */
import { byId, element, setText } from './element.js'
import { model, promise } from './setup.js'

const choices = [
  { name: 'necessary', title: 'Necessary', text: 'Keeps this answer, and nothing else.', fixed: true },
  { name: 'analytics', title: 'Analytics', text: 'How this page is used: calls, reading and watching.' },
  { name: 'advertising', title: 'Advertising', text: 'A second destination, which needs this category as well.' },
]

const all = (granted) => Object.fromEntries(choices.map(({ name, fixed }) => [name, fixed || granted]))

/**
 * @param save takes the categories that the visitor chose
 * @param decided gives the categories in force, or undefined
 */
export const privacyChoice = ({ save, decided }) => {
  const banner = byId('banner')
  const settings = byId('settings')
  // What the banner promises has to be true under opt-out as well, where measuring has begun.
  if (model === 'opt-out') {
    setText(byId('banner-title'), promise.title)
    setText(byId('banner-text'),
      'You can object now, or at any time under “Privacy settings”: then it stops, and what was stored is erased.')
    setText(byId('settings-text'), 'Choose what this site may do. What you refuse stops at once.')
  }
  const boxes = new Map()

  for (const { name, title, text, fixed } of choices) {
    const box = element('input', {
      type: 'checkbox', name, id: `category-${name}`, disabled: !!fixed, 'aria-describedby': `about-${name}`,
    })
    boxes.set(name, box)
    byId('categories').append(element('div', { className: 'category' }, box,
      element('label', { htmlFor: box.id }, title),
      element('p', { id: `about-${name}` }, text)))
  }

  const room = () =>
    document.documentElement.style.setProperty('--banner-room', banner.hidden ? '0px' : `${banner.offsetHeight + 24}px`)
  const show = (shown) => {
    const leaving = !shown && banner.contains(document.activeElement)
    banner.hidden = !shown
    // Where the answer can be changed is where to go on from.
    if (leaving) byId('open-settings').focus()
    room()
  }
  new ResizeObserver(room).observe(banner)

  const answers = {
    accept: () => save(all(true)),
    refuse: () => save(all(false)),
    choose: open,
    save: () => save(Object.fromEntries([...boxes].map(([name, box]) => [name, box.checked]))),
  }

  function open() {
    const now = decided() ?? all(false)
    for (const [name, box] of boxes) box.checked = box.disabled || now[name] === true
    settings.returnValue = ''
    settings.showModal()
    byId('settings-title').focus()
  }

  banner.addEventListener('click', ({ target }) => answers[target.dataset.answer]?.())
  // Escape closes without an answer; the browser gives the focus back to where it was.
  settings.addEventListener('close', () => answers[settings.returnValue]?.())

  return {
    open,
    offer: () => show(!decided()),
    /** The visitor answered, here or in another tab. */
    follow: () => show(!decided() && !banner.hidden),
  }
}
