// @vitest-environment node
/** What an answer means, and how long to wait. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { waitAfter } from '../../plugins/http/retry'

const MINUTE = 6e4
const DAY = 1440 * MINUTE
const now = Date.parse('2026-01-01T00:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test.each([200, 204, 301, 302, 304, 400, 401, 403, 404, 409, 410, 413, 422, 451])('%d is final', (status) => {
  expect(waitAfter(status, null, 0)).toBe(undefined)
  expect(waitAfter(status, '10', 3)).toBe(undefined)
})

describe.each([0, 408, 429, 500, 502, 503, 504, 599])('status %d', (status) => {
  test.each([[0, 1000], [1, 2000], [2, 4000], [9, 512e3], [10, 10 * MINUTE], [100, 10 * MINUTE], [2000, 10 * MINUTE]])(
    'after %d failures: %d ms', (tries, wait) => expect(waitAfter(status, null, tries)).toBe(wait))

  test.each<[value: string, wait: number]>([
    ['1', 1000],
    ['120', 2 * MINUTE],
    ['86400', DAY],
    ['86401', DAY],
    ['99999999999999999999999', DAY],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Thursday, 01-Jan-26 00:00:05 GMT', 5000],
    ['Fri, 01 Jan 2027 00:00:00 GMT', DAY],
  ])('Retry-After: %s', (value, wait) => expect(waitAfter(status, value, 5)).toBe(wait))

  test.each([null, undefined, '', '0', 'soon', '-5', 'Wed, 31 Dec 2025 23:59:59 GMT', 'NaN'])(
    'Retry-After: %j says nothing', (value) => expect(waitAfter(status, value, 1)).toBe(2000))
})

test.each([[0, 750], [0.5, 1000], [0.999999, 1250]])('give or take a quarter: %d', (random, wait) => {
  vi.mocked(Math.random).mockReturnValue(random)
  expect(waitAfter(500, null, 0)).toBeCloseTo(wait, 2)
  expect(waitAfter(500, '7', 0)).toBe(7000)
})
