/** Forgets everything that this origin has stored, the decision included, and opens the page anew. */
const clearCookies = () => {
  for (const pair of document.cookie.split('; ')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
}

export const becomeFreshVisitor = async () => {
  clearCookies()
  for (const name of ['localStorage', 'sessionStorage']) window[name].clear()
  const names = await indexedDB.databases()
  // A page that still has one open delays its end, and no more.
  for (const { name } of names) indexedDB.deleteDatabase(name)
  location.assign(location.pathname + location.search.replace(/([?&])ajs_[^&]*/g, '$1'))
}
