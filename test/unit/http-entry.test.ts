// @vitest-environment node
/** An event as text, and the body it goes out in. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { byteLength, toBody, toEntry } from '../../plugins/http/entry'
import type { AssentEvent, Json } from '../../src/types'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

const event = (context: Json = {}, more: object = {}) => ({
  type: 'track', event: 'e', messageId: 'm', timestamp: 't', properties: { a: 1 }, ...more, context, integrations: {},
}) as AssentEvent
const stamp = { decision: 'decided', categoryPreferences: { analytics: true } }
const send = (entries: string[], stamped: object = stamp) => JSON.parse(toBody(entries, JSON.stringify(stamped), 'KEY'))

test('the body of the contract, with the time of the sending', () => {
  expect(send([toEntry(event({ ip: '1' }), true)])).toEqual({
    batch: [event({ ip: '1', consent: stamp })], sentAt: '2026-01-01T00:00:00.000Z', writeKey: 'KEY',
  })
})

test('the decision is that of the sending, for every event, however often', () => {
  const entries = [toEntry(event(), true), toEntry(event({}, { messageId: 'n' }), true)]
  const consents = (stamped: object) => send(entries, stamped).batch.map(({ context }: AssentEvent) => context.consent)
  expect(consents({ a: 1 })).toEqual([{ a: 1 }, { a: 1 }])
  expect(consents({ a: 2 })).toEqual([{ a: 2 }, { a: 2 }])
})

test('without a gate the consent of the call is left as it is', () => {
  const own = { categoryPreferences: { own: true } }
  expect(send([toEntry(event({ consent: own }), false)]).batch[0].context.consent).toEqual(own)
  expect(send([toEntry(event(), false)]).batch[0].context).not.toHaveProperty('consent')
})

test('a consent that a page or a plugin made up gives way', () => {
  const forged = { categoryPreferences: { forged: true } }
  expect(send([toEntry(event({ consent: forged }), true)]).batch[0].context.consent).toEqual(stamp)
})

test.each<[what: string, event: AssentEvent]>([
  ['in its properties', event({}, { properties: { text: '"consent":0}}', context: { consent: 0 } } })],
  ['in its context', event({ consent: 'x', text: '"consent":0}}' })],
])('text that looks like the place of the stamp %s is left alone', (_, given) => {
  const { consent: _c, ...context } = given.context
  expect(send([toEntry(given, true)]).batch[0]).toEqual({ ...given, context: { ...context, consent: stamp } })
})

test('a stamp is text, whatever is in it', () => {
  const odd = { id: "$& $1 $' \\ \"", categoryPreferences: {} }
  expect(send([toEntry(event(), true)], odd).batch[0].context.consent).toEqual(odd)
  expect(JSON.parse(toBody([], '0', 'a"b\\')).writeKey).toBe('a"b\\')
})

test.each([['cycle', () => { const a: Json = {}; return (a.a = a) }], ['BigInt', () => ({ a: 1n })]])(
  'what JSON cannot hold throws: a %s', (_, make) => {
    expect(() => toEntry(event({ made: make() }), true)).toThrow(TypeError)
  })

test.each<[body: string | ArrayBuffer, bytes: number]>([
  ['', 0], ['abc', 3], ['ü', 2], ['€', 3], ['😀', 4], [new ArrayBuffer(7), 7],
])('%o is so many bytes: %d', (body, bytes) => expect(byteLength(body)).toBe(bytes))
