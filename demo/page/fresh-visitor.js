/** Forgets everything that this origin has stored, the decision included, and opens the page anew. */
const done = (request, event) => new Promise((resolve, reject) => {
  request[event] = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

/** Where storage is blocked there is nothing to clear. */
const attempt = (work) => Promise.resolve().then(work).catch(() => {})

const clearCookies = () => {
  for (const pair of document.cookie.split('; ')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
}

/** Emptied and not deleted: to delete one that another tab has open would have to wait for that tab. */
const clearDatabases = async () => {
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name), 'onsuccess')
    const stores = [...database.objectStoreNames]
    if (stores.length) {
      const transaction = database.transaction(stores, 'readwrite')
      for (const store of stores) transaction.objectStore(store).clear()
      await done(transaction, 'oncomplete')
    }
    database.close()
  }
}

const clearKeys = () => {
  clearCookies()
  for (const name of ['localStorage', 'sessionStorage']) attempt(() => window[name].clear())
}

export const becomeFreshVisitor = async () => {
  await attempt(clearDatabases)
  const url = new URL(location.href)
  for (const name of [...url.searchParams.keys()]) if (name.startsWith('ajs_')) url.searchParams.delete(name)
  clearKeys()
  // Until the page is gone, the client may put back an id that it misses.
  addEventListener('pagehide', clearKeys)
  location.assign(url)
}
