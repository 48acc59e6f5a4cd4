import type { Kind, Note } from './words'

type Fn = (...args: unknown[]) => unknown
type Seen = (args: unknown[], caller: unknown, result: unknown, self: object) => void

/**
 * Stands behind every way of a page to its storage and to the network, and notes what passes. Nothing else changes:
 * same names, `this`, results and errors. Complete in itself, like the ledger.
 */
export function tap(note: Note): () => void {
  const page = window as unknown as Record<string, { prototype?: object } | undefined>
  const stops: (() => void)[] = []
  const names = new Map<object, string>()

  /** Puts `seen` behind a function, or behind the getter (to read) or setter of a property. */
  function replace(kind: Kind, owner: object | undefined, name: string, seen: Seen) {
    const old = owner && Reflect.getOwnPropertyDescriptor(owner, name)
    if (!old?.configurable) return
    const part = old.value ? 'value' : kind == 'read' ? 'get' : 'set'
    const original = old[part] as Fn
    const trap = (target: Fn, ...given: unknown[]): unknown => {
      const result = (Reflect[Array.isArray(given[0]) ? 'construct' : 'apply'] as Fn)(target, ...given)
      try {
        seen(given.find(Array.isArray) as unknown[], trap, result, given[0] as object)
      } catch {
        // Not worth the page's peace.
      }
      return result
    }
    const ours = new Proxy(original, { apply: trap, construct: trap as () => object })
    Reflect.defineProperty(owner!, name, { ...old, [part]: ours })
    stops.push(() => {
      const now = Reflect.getOwnPropertyDescriptor(owner!, name)
      // Others may have put theirs over ours since: that stays, and ours is silent below it.
      if (now?.[part] == ours) Reflect.defineProperty(owner!, name, { ...now, [part]: original })
    })
  }

  // A kind; then what it is called, whose it is, by which names.
  for (const rows of [
    'read, Document cookie,cookieStore CookieStore get getAll,storage Storage getItem key,' +
      'indexedDB IDBFactory databases,caches CacheStorage has match keys',
    'write, Document cookie,cookieStore CookieStore set delete,storage Storage setItem removeItem clear,' +
      'caches CacheStorage open delete,indexedDB IDBFactory open deleteDatabase',
    'request,img HTMLImageElement src,script HTMLScriptElement src,iframe HTMLIFrameElement src,' +
      'xhr XMLHttpRequest open,beacon Navigator sendBeacon, window fetch fetchLater WebSocket EventSource',
  ]) {
    const [kind, ...members] = rows.split(',') as [Kind, ...string[]]
    for (const row of members) {
      const [what, owner, ...list] = row.split(' ')
      for (const name of list) {
        replace(kind, page[owner!]?.prototype ?? page[owner!], name, ([first = '*', second], caller, result, self) => {
          const given = first as { url?: string; name?: string }
          const key = what == 'xhr' ? second
            : name == 'key' ? result
              : name != 'cookie' ? given.url ?? given.name ?? given
                : kind == 'read' ? (result as string).replace(/=[^;]*/g, '') : (first as string).replace(/[=;].*/, '')
          note(kind, names.get(self) ?? (what || name), key, caller)
        })
      }
    }
  }

  for (const what of ['localStorage', 'sessionStorage']) {
    let taken = false
    replace('read', window, what, (_args, _caller, result) => {
      const storage = result as Storage
      names.set(storage, what)
      if (taken) return
      taken = true
      // `localStorage.id = 1` calls no function: what has changed shows when the script that took the storage is done.
      const before: Record<string, unknown> = { ...storage }
      queueMicrotask(() => {
        taken = false
        for (const key in { ...before, ...storage }) {
          if (before[key] != storage[key]) note('write', what, key)
        }
      })
    })
  }

  // What no script asked for by a function: markup, style sheets, what was there before us.
  const resources = new PerformanceObserver((list) => {
    for (const { initiatorType, name, startTime } of list.getEntries() as PerformanceResourceTiming[]) {
      note('request', initiatorType, name, 0, startTime)
    }
  })
  resources.observe({ type: 'resource', buffered: true })

  return () => {
    resources.disconnect()
    stops.forEach((stop) => stop())
  }
}
