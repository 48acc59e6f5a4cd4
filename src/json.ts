import { attempt } from './attempt'

type Plain = Record<string, unknown>

/** Plain object in the sense of analytics.js: `[object Object]`, so class instances count and arrays do not. */
export const isObject = (value: unknown): value is Plain => ({}).toString.call(value) == '[object Object]'

/**
 * A copy in JSON's terms, taken at the call so that what the caller changes later changes nothing. Where a round trip
 * through text throws this goes on: a BigInt becomes a string; a cycle and a throwing getter become undefined.
 */
function copy(value: unknown, above: unknown[]): unknown {
  if (typeof value == 'bigint') return String(value)
  if (!value || typeof value != 'object') return value
  if (above.includes(value)) return
  const inside = [...above, value]
  const { toJSON } = value as { toJSON?(): unknown }
  if (toJSON) return copy(attempt(() => toJSON.call(value)), inside)
  if (Array.isArray(value)) return value.map((item) => copy(item, inside))
  const plain: Plain = {}
  for (const key of Object.keys(value)) {
    if (key != '__proto__') plain[key] = copy(attempt(() => (value as Plain)[key]), inside)
  }
  return plain
}

export const toObject = (value: unknown): Plain => (isObject(value) ? (copy(value, []) as Plain) : {})
