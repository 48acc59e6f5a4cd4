/** Elements without HTML in strings, which the policy of the page forbids. */

/** @param {Record<string, unknown>} properties attributes with a dash or of aria as such, the rest as properties */
export const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue
    if (/-|^(role|for|list)$/.test(name)) made.setAttribute(name, value)
    else made[name] = value
  }
  made.append(...children.filter((child) => child !== undefined))
  return made
}

export const byId = (id) => document.getElementById(id)

/** Writes only what has changed, so that a screen reader hears, and a selection loses, nothing for nothing. */
export const setText = (node, text) => {
  if (node.textContent !== String(text)) node.textContent = text
}

export const time = (date) => date.toLocaleTimeString([], { hour12: false })
