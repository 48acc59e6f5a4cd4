import { attempt } from '../src/attempt'
import { parseQuery } from '../src/query'
import type { Context } from '../src/context'
import type { Plugin } from '../src/types'

/** `useQueryString` of analytics.js: patterns that an id must match, or false for none of it. */
export type QuerystringOptions = boolean | Patterns
interface Patterns {
  aid?: RegExp
  uid?: RegExp
}

interface Client {
  setAnonymousId(id: string): unknown
  identify(id: string, traits: object): Promise<Context>
  track(event: string, properties: object): Promise<Context>
  emit(event: string, ...args: unknown[]): unknown
}

const LONGEST_ID = 200
const LONGEST_QUERY = 8192

/**
 * Querystring API of analytics.js: `ajs_aid` → setAnonymousId, `ajs_uid` and `ajs_trait_*` → identify, `ajs_event` and
 * `ajs_prop_*` → track. Ids are refused when longer than 200 characters or with control characters in them.
 * @see https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/querystring/
 */
export function applyQuery(query: string, client: Client, options: QuerystringOptions = true): Promise<Context[]> {
  const refuse = (what: string) => {
    client.emit('error', { code: 'querystring', reason: new Error(`${what} refused`) })
  }
  // Traits are kept: a link may not fill the visitor's storage.
  const long = query.length > LONGEST_QUERY && query.includes('ajs_')
  if (options && long) refuse('over 8 KB')
  const values = new Map(options && !long ? parseQuery(query) : [])

  const idOf = (key: 'aid' | 'uid') => {
    const id = values.get('ajs_' + key)
    if (!id) return
    if (id.length > LONGEST_ID || /[\0-\x1f\x7f]/.test(id)) refuse('ajs_' + key)
    // A fresh copy, because a /g pattern remembers where it was.
    else if (new RegExp((options as Patterns)[key] ?? '').test(id)) return id
  }
  const named = (prefix: string) =>
    Object.fromEntries(
      [...values].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value])
    )

  const aid = idOf('aid')
  const uid = idOf('uid')
  const event = values.get('ajs_event')
  if (aid) client.setAnonymousId(aid)
  return Promise.all([
    ...(uid ? [client.identify(uid, named('ajs_trait_'))] : []),
    ...(event ? [client.track(event, named('ajs_prop_'))] : []),
  ])
}

export const queryOf = (address: string): string => attempt(() => new URL(address, location.href).search) ?? ''

/**
 * Applies the query of the landing page once, or what follows the `?` of its hash; while consent is undecided the
 * calls wait like any other.
 */
export function querystring(options?: QuerystringOptions): Plugin {
  let query = location.search || location.hash.replace(/^[^?]*/, '')
  return {
    name: 'Querystring',
    type: 'utility',
    memoryOnly: true,
    isLoaded: () => true,
    load(_ctx, analytics) {
      if (query) void applyQuery(query, analytics as unknown as Client, options)
      query = ''
    },
  }
}
