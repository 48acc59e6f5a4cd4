/** What the server knows (manager, endpoint, hashes) and what the address asks for. */
export const setup = JSON.parse(document.getElementById('setup').textContent)

const asked = new URLSearchParams(location.search)
export const model = asked.get('model') === 'opt-out' ? 'opt-out' : 'opt-in'
/** What a banner may promise: under opt-out measuring has begun before the answer. */
export const promise = model === 'opt-out'
  ? { title: 'We measure how this page is used', text: 'You can object now or at any time.' }
  : {
    title: 'May we measure how this page is used?',
    text: 'Until you answer, assent stores, reads and sends nothing.',
  }
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
