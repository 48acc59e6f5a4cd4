import { attempt } from './attempt'

type Plain = Record<string, unknown>

/** Plain object in the sense of analytics.js: `[object Object]`, so class instances count and arrays do not. */
export const isObject = (value: unknown): value is Plain => ({}).toString.call(value) == '[object Object]'

/** Objects in one payload at most: more of them are more than 32 KB of JSON, so the event is refused anyway. */
const MOST = 2e4
const DEEPEST = 200

/**
 * A copy in JSON's terms, taken at the call so that what the caller changes later changes nothing. Where a round trip
 * through text throws this goes on: a BigInt becomes a string; a cycle, what throws, and what lies too deep become
 * undefined.
 */
export function toObject(root: unknown): Plain {
  let left = MOST

  function copy(value: unknown, above: unknown[]): unknown {
    if (typeof value == 'bigint') return String(value)
    if (!value || typeof value != 'object') return value
    if (above.includes(value) || above.length > DEEPEST || left-- < 1) return
    const inside = [...above, value]
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON == 'function') return copy(toJSON.call(value), inside)
    if (Array.isArray(value)) return value.map((item) => attempt(() => copy(item, inside)))
    const plain: Plain = {}
    for (const key of Object.keys(value)) {
      if (key != '__proto__') plain[key] = attempt(() => copy((value as Plain)[key], inside))
    }
    return plain
  }

  return attempt(() => (isObject(root) ? (copy(root, []) as Plain) : {})) ?? {}
}
