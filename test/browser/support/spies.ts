/**
 * What a page keeps, reads or sends, written down as it happens. Runs in the page before any other script.
 * The record is `window.spied`; BroadcastChannel and locks are no storage and are not in it.
 */
export interface Spied {
  /** cookie.get, cookie.set, storage.(open|get|set|remove), idb, caches, opfs, net or insert. */
  kind: string
  what: string
  value?: string
}

declare global {
  interface Window {
    spied: Spied[]
  }
}

export function installSpies(): void {
  const log: Spied[] = (window.spied = [])
  const note = (kind: string, what: unknown, value?: unknown) =>
    void log.push({ kind, what: String(what), ...(value === undefined ? {} : { value: String(value) }) })

  // Whatever stands on these objects: the spies only pass on.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  type Open = any
  const method = (owner: Open, name: string, kind: string, what: (self: Open, args: Open[]) => [unknown, unknown?]) => {
    const original = owner?.[name]
    if (typeof original !== 'function') return
    owner[name] = function (this: Open, ...args: Open[]) {
      note(kind, ...what(this, args))
      return original.apply(this, args)
    }
  }
  const accessor = (owner: Open, name: string, get?: () => void, set?: (self: Open, value: Open) => void) => {
    const original = owner && Object.getOwnPropertyDescriptor(owner, name)
    if (!original?.configurable) return
    Object.defineProperty(owner, name, {
      ...original,
      ...(original.get && { get(this: Open) {
        get?.()
        return original.get!.call(this)
      } }),
      ...(original.set && { set(this: Open, value: Open) {
        set?.(this, value)
        original.set!.call(this, value)
      } }),
    })
  }
  const first = (_: Open, args: Open[]): [unknown, unknown?] => [args[0], args[1]]
  const each = (owner: Open, names: string[], kind: string) =>
    names.forEach((name) => method(owner, name, kind, (_, args) => [`${name} ${args[0] ?? ''}`.trim()]))

  accessor(Document.prototype, 'cookie',
    () => note('cookie.get', ''),
    (_, value) => note('cookie.set', String(value).split('=')[0], value))
  const { CookieStore, fetchLater } = window as Open
  each(CookieStore?.prototype, ['get', 'getAll'], 'cookie.get')
  each(CookieStore?.prototype, ['set', 'delete'], 'cookie.set')

  accessor(window, 'localStorage', () => note('storage.open', 'localStorage'))
  accessor(window, 'sessionStorage', () => note('storage.open', 'sessionStorage'))
  method(Storage.prototype, 'getItem', 'storage.get', first)
  method(Storage.prototype, 'key', 'storage.get', first)
  method(Storage.prototype, 'setItem', 'storage.set', first)
  method(Storage.prototype, 'removeItem', 'storage.remove', first)
  method(Storage.prototype, 'clear', 'storage.remove', () => ['*'])

  each(window.IDBFactory?.prototype, ['open', 'deleteDatabase', 'databases'], 'idb')
  each((window as Open).CacheStorage?.prototype, ['open', 'match', 'has', 'keys', 'delete'], 'caches')
  each((window as Open).StorageManager?.prototype, ['getDirectory', 'persist'], 'opfs')

  const address = (input: Open) => input?.url ?? input
  method(window, 'fetch', 'net', (_, [input]) => [`fetch ${address(input)}`])
  if (fetchLater) method(window, 'fetchLater', 'net', (_, [input]) => [`fetchLater ${address(input)}`])
  method(XMLHttpRequest.prototype, 'open', 'net', (_, args) => [`xhr ${args[1]}`])
  method(Navigator.prototype, 'sendBeacon', 'net', (_, args) => [`beacon ${args[0]}`])
  for (const name of ['WebSocket', 'EventSource']) {
    const Original = (window as Open)[name]
    if (Original) (window as Open)[name] = new Proxy(Original, {
      construct(target, args: Open) {
        note('net', `${name} ${args[0]}`)
        return new target(...args)
      },
    })
  }

  const loads = 'script,link,iframe,img,object,embed'
  const source = (element: Open) => element.src || element.href || element.data || ''
  for (const [name, property] of [['Script', 'src'], ['IFrame', 'src'], ['Image', 'src'], ['Link', 'href']] as const) {
    accessor((window as Open)[`HTML${name}Element`]?.prototype, property, undefined,
      (_, value) => note('insert', `${name}.${property}`, value))
  }
  const inserted = (_: Open, args: Open[]): [unknown, unknown?] => {
    const nodes = args.filter((node) => node instanceof Element && node.matches(loads))
    return [nodes.map((node) => `${node.localName} ${source(node)}`.trim()).join(', ')]
  }
  const insertion = (owner: Open, names: string[]) => names.forEach((name) => {
    const original = owner[name]
    owner[name] = function (this: Open, ...args: Open[]) {
      const [what] = inserted(this, args)
      if (what) note('insert', what)
      return original.apply(this, args)
    }
  })
  insertion(Node.prototype, ['appendChild', 'insertBefore', 'replaceChild'])
  insertion(Element.prototype, ['append', 'prepend', 'before', 'after', 'replaceWith', 'insertAdjacentElement'])
}
