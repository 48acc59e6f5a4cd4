/** The test double, and what the proof makes of what it hears. */
import { expect, test, vi } from 'vitest'
import { Analytics } from '../../src/analytics'
import { recordingAnalytics } from '../../plugins/testing'
import { gatherFindings } from '../../plugins/testing/findings'
import type { BrowserRequest } from '../../plugins/testing/words'

test('it has whatever the client has', () => {
  const real = new Analytics() as unknown as Record<string, unknown>
  const double = recordingAnalytics() as unknown as Record<string, unknown>
  // `_` is private.
  const names = Object.keys(real).filter((name) => !name.startsWith('_'))
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name) => typeof double[name] != typeof real[name])).toEqual([])
})

test('calls are written down with time and decision, and answered', async () => {
  const now = () => new Date(7)
  const analytics = recordingAnalytics({ now })
  const heard = vi.fn()
  analytics.on('call', heard)
  await analytics.track('A', { a: 1 })
  analytics.consent({ ads: true })
  await analytics.page()
  expect(analytics.calls).toEqual([
    { method: 'track', args: ['A', { a: 1 }], time: now(), consent: undefined },
    { method: 'page', args: [], time: now(), consent: { ads: true } },
  ])
  expect(analytics.callsOf('track')).toEqual([['A', { a: 1 }]])
  expect(heard.mock.calls).toEqual([['track'], ['page']])
  analytics.clear()
  expect([analytics.calls, analytics.consent()]).toEqual([[], { ads: true }])
})

test('a decision is heard once, and the same again not at all', () => {
  const analytics = recordingAnalytics()
  const heard = vi.fn()
  analytics.once('consent', heard)
  const every = vi.fn()
  analytics.on('consent', every)
  analytics.consent({ ads: true })
  analytics.consent({ ads: true })
  analytics.consent({ ads: false })
  expect(heard.mock.calls).toEqual([[{ ads: true }]])
  expect(every.mock.calls).toEqual([[{ ads: true }], [{ ads: false }]])
})

const entry = (kind: 'read' | 'write' | 'request', what: string, key: string, decided = false) =>
  ({ kind, what, key, decided, at: '', ms: 0 })
const request = (url: string, type: string, method = 'GET') =>
  ({ url: () => url, resourceType: () => type, method: () => method }) as BrowserRequest
const keys = (gathered: ReturnType<typeof gatherFindings>) => gathered.findings().map(({ what, key }) => `${what} ${key}`)

test('static files of the own origin are in order, what scripts send is not', () => {
  const gathered = gatherFindings([])
  gathered.send(request('https://shop.example/', 'document'), true)
  gathered.send(request('https://shop.example/app.css', 'stylesheet'), false)
  gathered.send(request('https://shop.example/favicon.ico', 'other'), false)
  gathered.send(request('https://other.example/favicon.ico', 'other'), false)
  gathered.send(request('https://shop.example/form', 'document', 'POST'), false)
  gathered.send(request('https://fonts.example/a.woff', 'font'), false)
  gathered.record(entry('request', 'img', 'https://shop.example/logo.png'))
  gathered.record(entry('request', 'fetch', 'https://shop.example/api'))
  gathered.send(request('https://shop.example/api', 'fetch'), false)
  expect(keys(gathered)).toEqual([
    'fetch https://shop.example/api', 'other https://other.example/favicon.ico', 'document https://shop.example/form',
    'font https://fonts.example/a.woff',
  ])
})

test('cookies that come together are findings of their own, none are none', () => {
  const gathered = gatherFindings(['session'])
  gathered.record(entry('read', 'cookie', 'session; other'))
  gathered.record(entry('read', 'cookie', ''))
  gathered.receive('https://shop.example/', 'session=1; Path=/\nserver=2')
  expect(keys(gathered)).toEqual(['cookie other', 'cookie server'])
})

test('a name allows a name only, a beginning of a URL only requests', () => {
  const gathered = gatherFindings(['id', 'https://a.example/'])
  gathered.record(entry('write', 'cookie', 'id'))
  gathered.record(entry('write', 'cookie', 'id2'))
  gathered.record(entry('write', 'localStorage', 'https://a.example/key'))
  gathered.record(entry('request', 'fetch', 'https://a.example/x'))
  expect(keys(gathered)).toEqual(['cookie id2', 'localStorage https://a.example/key'])
})

test('the decision may be looked for, and be written down when there is one', () => {
  const gathered = gatherFindings([])
  gathered.record(entry('read', 'cookie', 'assent_consent'))
  expect(keys(gathered)).toEqual([])
  gathered.record(entry('write', 'cookie', 'assent_domain'))
  gathered.record(entry('write', 'cookie', 'assent_consent'))
  gathered.record(entry('write', 'cookie', 'other'))
  expect(keys(gathered)).toEqual(['cookie assent_domain', 'cookie assent_consent', 'cookie other'])
  gathered.decide()
  expect(keys(gathered)).toEqual(['cookie other'])
})

test('equal findings are counted', () => {
  const gathered = gatherFindings([])
  gathered.record(entry('write', 'cookie', 'a'))
  gathered.record(entry('write', 'cookie', 'a'))
  expect(gathered.findings()).toMatchObject([{ key: 'a', times: 2 }])
})

test('after a decision nothing is held against the page, nor what the recorder saw decided', () => {
  const gathered = gatherFindings([])
  gathered.send(request('https://c.example/batch', 'fetch', 'POST'), false)
  gathered.record(entry('request', 'fetch', 'https://c.example/batch', true))
  gathered.decide()
  gathered.record(entry('write', 'cookie', 'late'))
  gathered.send(request('https://c.example/other', 'fetch'), false)
  gathered.receive('https://c.example/', 'late=1')
  expect(keys(gathered)).toEqual([])
})
