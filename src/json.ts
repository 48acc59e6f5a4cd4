import { attempt } from './attempt'

type Plain = Record<string, unknown>

/** Plain object in the sense of analytics.js: `[object Object]`, so class instances count and arrays do not. */
export const isObject = (value: unknown): value is Plain => Object.prototype.toString.call(value) == '[object Object]'

/**
 * A copy of a value as JSON would carry it, taken at the call so that what the caller changes later changes nothing.
 * Cheaper than a round trip through text, and where that throws this goes on: a BigInt becomes a string; a cycle, a
 * throwing getter and a key `__proto__` are left out.
 * @throws RangeError for what is nested too deep
 */
export function toJson(value: unknown, above: unknown[] = []): unknown {
  if (typeof value == 'bigint') return String(value)
  if (typeof value == 'number') return isFinite(value) ? value : null
  if (typeof value == 'function' || typeof value == 'symbol' || above.includes(value)) return
  if (!value || typeof value != 'object') return value
  const { toJSON } = value as { toJSON?(): unknown }
  if (typeof toJSON == 'function') return toJson(attempt(() => toJSON.call(value)), [...above, value])
  const inside = [...above, value]
  if (Array.isArray(value)) return value.map((item) => toJson(item, inside) ?? null)
  const copy: Plain = {}
  for (const key of Object.keys(value)) {
    const item = toJson(attempt(() => (value as Plain)[key]), inside)
    if (item !== undefined && key != '__proto__') copy[key] = item
  }
  return copy
}

export const toObject = (value: unknown): Plain => (isObject(value) ? (toJson(value) as Plain) : {})
