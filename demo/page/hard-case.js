/** Runs before every other script: brings about the surroundings that the address asks for. */
(() => {
  const asked = new URLSearchParams(location.search)
  const refuse = () => {
    throw new DOMException('Storage is blocked in this demo', 'SecurityError')
  }
  const full = () => {
    throw new DOMException('Storage is full in this demo', 'QuotaExceededError')
  }

  if (asked.get('gpc') === 'on') {
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true, configurable: true })
  }
  if (asked.get('storage') === 'blocked') {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
      Object.defineProperty(window, name, { get: refuse })
    }
    Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })
  }
  if (asked.get('storage') === 'full') {
    Storage.prototype.setItem = full
    for (const name of ['add', 'put']) IDBObjectStore.prototype[name] = full
  }
})()
