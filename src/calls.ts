import { isSnippetPage, isSound, photograph, type Photo } from './browser/page'
import { TYPES } from './hooks'
import { isObject, toObject } from './json'
import type { Callback, EventType, ID, Options } from './types'

/** A call as it was made: what, on which page, at what time. No identity in it, so it may wait for consent. */
export interface Call {
  type: EventType | 'reset' | 'anonymousId'
  /** The event of track, the name of page and screen. */
  name?: string
  category?: string
  /**
   * User id of identify, group id of group, target of alias. `''` is kept: it replaces traits without naming
   * anyone.
   */
  id?: ID
  /** Where alias comes from. */
  from?: ID
  /** Properties or traits. */
  data: Record<string, unknown>
  options: Options
  callback?: Callback
  page: Photo
  /** Epoch milliseconds. */
  time: number
}

/** Or it only says who the visitor is from then on. */
export const isEvent = ({ type }: Call): boolean => TYPES.includes(type as EventType)

const isName = (value: unknown): value is string => typeof value == 'string'
const isId = (value: unknown): value is string | number => isName(value) || typeof value == 'number'
const isCallback = (value: unknown): value is Callback => typeof value == 'function'

type Parts = Pick<Call, 'name' | 'category' | 'id' | 'from'> & { data?: unknown; options?: unknown }

/** Loose analytics.js arguments to the parts of a call, as its argument resolvers do it. */
function resolve(type: EventType, args: unknown[]): Parts {
  const [first, second, third, fourth] = args
  const [one, two] = args.filter(isObject)
  if (type == 'track') return first === one && one
    ? { name: one.event as string, data: one.properties, options: second }
    : { name: first as string, data: second, options: third }
  if (type == 'alias') {
    const [id, from] = args.filter(isId).map(String)
    return { id, from, options: one }
  }
  if (type == 'page' || type == 'screen') {
    // A single string is the name; a lone object is the properties, unless it stands in the place of the options.
    const names = args.filter(isName)
    const [name, category] = names[1] === undefined ? names : [names[1], names[0]]
    return { name, category, ...(fourth === one ? { options: one } : { data: one, options: two }) }
  }
  return first === one && one
    ? { data: one, options: second }
    : { id: isId(first) ? String(first) : null, data: second, options: third }
}

/**
 * @param args as given to `track`, `page` …; the standard snippet may have appended the page it saw
 * @throws Error when a track call names no event
 */
export function toCall(type: EventType, args: unknown[]): Call {
  const seen = args.find(isSnippetPage)
  const { data, options, ...parts } = resolve(
    type,
    args.map((arg) => (arg == seen ? undefined : arg)),
  )
  const page = seen && isSound(seen) ? seen : photograph()
  if (type == 'track' && !(parts.name && isName(parts.name))) throw new Error('Event missing')
  return {
    type,
    ...parts,
    data: toObject(data),
    options: toObject(options),
    callback: args.find(isCallback),
    page,
    time: page.d ?? Date.now(),
  }
}
