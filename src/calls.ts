import { isSnippetPage, toPage } from './browser/page'
import { isObject, toObject } from './json'
import type { Callback, EventType, Options, Page } from './types'

/** A call as it was made: what, on which page, at what time. No identity in it, so it may wait for consent. */
export interface Call {
  type: EventType | 'reset'
  /** The event of track, the name of page and screen. */
  name?: string | null
  category?: string | null
  /** User id of identify, group id of group, target of alias. `''` is kept: it replaces traits without naming anyone. */
  id?: string | null
  /** Where alias comes from. */
  from?: string | null
  /** Properties or traits. */
  data: Record<string, unknown>
  options: Options
  callback?: Callback
  page: Page
  time: Date
}

type Arguments = unknown[]
const isName = (value: unknown): value is string => typeof value == 'string'
const isId = (value: unknown): value is string | number => isName(value) || typeof value == 'number'
const toId = (value: unknown): string | null => (isId(value) ? String(value) : null)

/** Loose analytics.js arguments to the parts of a call, as in its argument resolvers. */
const resolvers: Record<EventType, (args: Arguments) => Pick<Call, 'name' | 'category' | 'id' | 'from'> & { data?: unknown; options?: unknown }> = {
  track([event, properties, options]) {
    return isObject(event)
      ? { name: event.event as string, data: event.properties, options: properties }
      : { name: event as string, data: properties, options }
  },
  page: resolvePage,
  screen: resolvePage,
  identify: resolveEntity,
  group: resolveEntity,
  alias(args) {
    const [to, from] = args.filter(isId)
    return { id: to === undefined ? undefined : toId(to), from: toId(from), options: args.find(isObject) }
  },
}

/** A single string is the name; a lone object is the properties, unless it stands in the place of the options. */
function resolvePage(args: Arguments) {
  const [first, second] = args.filter(isName)
  const [category = null, name = null] = second === undefined ? [null, first] : [first, second]
  const [data, options] = args.filter(isObject)
  return args[3] === data ? { category, name, options: data } : { category, name, data, options }
}

function resolveEntity(args: Arguments) {
  const [id, traits, options] = isObject(args[0]) ? [null, ...args] : args
  return { id: toId(id), data: traits, options }
}

/**
 * @param args as given to `track`, `page` …; the standard snippet may have appended the page it saw
 * @throws Error when a track call names no event
 */
export function toCall(type: EventType, args: Arguments, readPage: () => Page, time: Date): Call {
  const last = args[args.length - 1]
  const page = isSnippetPage(last) ? toPage(last) : readPage()
  const given = isSnippetPage(last) ? args.slice(0, -1) : args
  const callback = given.find((arg) => typeof arg == 'function') as Callback | undefined
  const { data, options, ...parts } = resolvers[type](given.map((arg) => (typeof arg == 'function' ? undefined : arg)))
  if (type == 'track' && !(isName(parts.name) && parts.name)) throw new Error('Event missing')
  return { type, ...parts, data: toObject(data), options: toObject(options), callback, page, time }
}
