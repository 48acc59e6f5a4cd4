/** What the server knows (manager, endpoint, hashes) and what the address asks for. */
export const setup = JSON.parse(document.getElementById('setup').textContent)

const asked = new URLSearchParams(location.search)
export const model = asked.get('model') === 'opt-out' ? 'opt-out' : 'opt-in'
/** Milliseconds until a simulated manager arrives. */
export const managerDelay = Math.min(Number(asked.get('delay')) || 0, 60_000)

/** This page's address with some parameters changed; what is undefined goes. */
export const address = (changes) => {
  const url = new URL(location.pathname, location.href)
  for (const name of ['manager', 'model', 'delay', 'gpc', 'storage']) {
    const value = name in changes ? changes[name] : asked.get(name)
    if (value) url.searchParams.set(name, value)
  }
  for (const [name, value] of Object.entries(changes)) {
    if (name.startsWith('ajs_') && value) url.searchParams.set(name, value)
  }
  return url.href
}
