import { element } from './element.js'

const SHOWN_MS = 1500

/** Lets a button copy what `text()` gives, and say that it did. */
export const copies = (button, text) => {
  const label = button.textContent
  button.addEventListener('click', async () => {
    const done = await navigator.clipboard.writeText(text()).then(() => 'Copied', () => 'Not allowed here')
    button.textContent = done
    setTimeout(() => (button.textContent = label), SHOWN_MS)
  })
  return button
}

export const copyButton = (what, text) =>
  copies(element('button', { type: 'button', className: 'quiet', 'aria-label': `Copy ${what}` }, 'Copy'), text)
