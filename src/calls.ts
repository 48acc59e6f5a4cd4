import { isSnippetPage, readPage, toPage } from './browser/page'
import { isObject, toObject } from './json'
import type { Callback, EventType, ID, Options, Page } from './types'

/** A call as it was made: what, on which page, at what time. No identity in it, so it may wait for consent. */
export interface Call {
  type: EventType | 'reset'
  /** The event of track, the name of page and screen. */
  name?: string
  category?: string
  /** User id of identify, group id of group, target of alias. `''` is kept: it replaces traits without naming anyone. */
  id?: ID
  /** Where alias comes from. */
  from?: ID
  /** Properties or traits. */
  data: Record<string, unknown>
  options: Options
  callback?: Callback
  page: Page
  time: Date
}

const isName = (value: unknown): value is string => typeof value == 'string'
const isId = (value: unknown): value is string | number => isName(value) || typeof value == 'number'

/** Loose analytics.js arguments to the parts of a call, as its argument resolvers do it. */
function resolve(type: EventType, args: unknown[]): Pick<Call, 'name' | 'category' | 'id' | 'from'> & { data?: unknown; options?: unknown } {
  const [first, second, third] = args
  if (type == 'track') {
    return isObject(first)
      ? { name: first.event as string, data: first.properties, options: second }
      : { name: first as string, data: second, options: third }
  }
  const [data, options] = args.filter(isObject)
  if (type == 'alias') {
    const [id, from] = args.filter(isId).map(String)
    return { id, from, options: data }
  }
  if (type == 'page' || type == 'screen') {
    // A single string is the name; a lone object is the properties, unless it stands in the place of the options.
    const [a, b] = args.filter(isName)
    const names = b === undefined ? { name: a } : { category: a, name: b }
    return data && args[3] === data ? { ...names, options: data } : { ...names, data, options }
  }
  return isObject(first) ? { data: first, options: second } : { id: isId(first) ? String(first) : null, data: second, options: third }
}

/**
 * @param args as given to `track`, `page` …; the standard snippet may have appended the page it saw
 * @throws TypeError when a track call names no event; RangeError for what JSON cannot hold
 */
export function toCall(type: EventType, args: unknown[]): Call {
  const last = args[args.length - 1]
  const page = isSnippetPage(last) ? toPage(last) : readPage()
  const isCallback = (arg: unknown) => typeof arg == 'function'
  const { data, options, ...parts } = resolve(type, args.map((arg) => (isCallback(arg) || arg == last && isSnippetPage(last) ? undefined : arg)))
  if (type == 'track' && !(parts.name && isName(parts.name))) throw new TypeError('Event missing')
  return { type, ...parts, data: toObject(data), options: toObject(options), callback: args.find(isCallback) as Callback, page, time: new Date() }
}
