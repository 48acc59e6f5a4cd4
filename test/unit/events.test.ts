// @vitest-environment node
/** One call and who made it: the message of analytics.js. */
import { describe, expect, test } from 'vitest'
import type { Call } from '../../src/calls'
import { toEvent } from '../../src/events'
import type { Admitted } from '../../src/gate'
import type { Integrations, Json, Options } from '../../src/types'
import type { Who } from '../../src/user'

const photo = { u: 'https://a.example/path?x=1', t: 'Title', r: 'https://r.example/' }
const page = { path: '/path', referrer: photo.r, search: '?x=1', title: 'Title', url: photo.u }
const known: Who = {
  known: true, anonymousId: 'anon', userId: 'u', traits: { t: 1 }, groupId: 'g', groupTraits: { s: 1 },
}
const visitor: Who = { ...known, userId: null, groupId: null }
const nobody: Who = { known: false, userId: null, traits: {}, groupId: null, groupTraits: {} }
const environment: Json = { userAgent: 'UA', locale: 'de', timezone: 'Europe/Berlin' }

interface Given extends Partial<Omit<Call, 'page'>> {
  who?: Who
  integrations?: Integrations
  stats?: object
  u?: string
}
const event = ({ who = known, integrations, stats, u, ...call }: Given) => toEvent(
  { type: 'track', data: {}, options: {}, time: 1e12, page: { ...photo, ...(u && { u }) }, ...call } as Admitted<Call>,
  who, integrations, { environment, version: '1.2.3', stats },
)

test('the whole of it', () => {
  const made = event({ name: 'Signed Up', data: { plan: 'pro' } })
  expect(made).toEqual({
    type: 'track',
    event: 'Signed Up',
    properties: { plan: 'pro' },
    messageId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    timestamp: '2001-09-09T01:46:40.000Z',
    anonymousId: 'anon',
    userId: 'u',
    integrations: {},
    context: { ...environment, library: { name: 'analytics.js', version: 'assent-1.2.3' }, page, campaign: {} },
  })
  expect(event({ name: 'Signed Up' }).messageId).not.toBe(made.messageId)
})

test.each<[what: string, given: Given, expected: Json]>([
  ['screen', { type: 'screen', name: 'n', category: 'c', data: { p: 1 } },
    { name: 'n', category: 'c', properties: { p: 1 } }],
  ['identify carries all traits known', { type: 'identify', id: 'u', data: { p: 1 } }, { traits: { t: 1 } }],
  ['group', { type: 'group', id: 'g', data: { p: 1 } }, { groupId: 'g', traits: { s: 1 } }],
  ['group without an id', { type: 'group', id: null }, { groupId: 'g' }],
  ['group of a client that knows no groups', { type: 'group', id: 'g', who: visitor }, { groupId: null }],
  ['alias of a known user', { type: 'alias', id: 'new' }, { userId: 'new', previousId: 'u' }],
  ['alias of a visitor', { type: 'alias', id: 'new', who: visitor }, { userId: 'new', previousId: 'anon' }],
  ['alias from', { type: 'alias', id: 'new', from: 'old' }, { userId: 'new', previousId: 'old' }],
  ['a visitor', { name: 'e', who: visitor }, { event: 'e', anonymousId: 'anon' }],
])('%s', (_, given, expected) => {
  expect(event(given)).toMatchObject({ type: given.type ?? 'track', ...expected })
})

describe('page', () => {
  test('its properties are the page, what was said, and its names', () => {
    const data = { title: 'Own', p: 1, name: 'not this' }
    expect(event({ type: 'page', name: 'n', category: 'c', data })).toMatchObject({
      name: 'n', category: 'c', properties: { ...page, title: 'Own', p: 1, name: 'n', category: 'c' },
      context: { page: { ...page, title: 'Own' } },
    })
  })

  test('without names there are none among the properties, and a property may be one', () => {
    expect(event({ type: 'page' }).properties).toEqual(page)
    expect(event({ type: 'page', data: { name: 'mine', category: 'c' } }).properties).toEqual(
      { ...page, name: 'mine', category: 'c' })
    expect(event({ type: 'page', category: '', name: '' }).properties).toEqual({ ...page, category: '' })
  })

  test('a property that takes something of the page away takes it away', () => {
    expect(event({ type: 'page', data: { title: null, referrer: undefined } }).context.page).toEqual(
      { ...page, title: null, referrer: undefined })
  })

  test('a page given in the context wins over the properties', () => {
    const options = { context: { page: { title: 'Given', more: 1 } } }
    expect(event({ type: 'page', data: { title: 'Own', path: '/own' }, options }).context.page).toEqual(
      { ...page, title: 'Given', path: '/own', more: 1 })
  })

  test('what other calls say of a title is not of the page', () => {
    expect(event({ name: 'e', data: { title: 'Book' } }).context.page).toEqual(page)
  })
})

describe('options', () => {
  test.each<[what: string, options: Options, expected: Json]>([
    ['messageId', { messageId: 'm1' }, { messageId: 'm1' }],
    ['a timestamp as text stays as it is', { timestamp: '2020-01-01' }, { timestamp: '2020-01-01' }],
    ['others go into the context', { ip: '0.0.0.0' }, { context: { ip: '0.0.0.0', page } }],
    ['traits as well', { traits: { a: 1 } }, { context: { traits: { a: 1 } } }],
    ['context', { context: { app: { name: 'a' } } }, { context: { app: { name: 'a' }, page } }],
    ['others win over context', { ip: '1', context: { ip: '2' } }, { context: { ip: '1' } }],
    ['a page beside the context', { page: { title: 'T' } }, { context: { page: { ...page, title: 'T' } } }],
    ['a library', { context: { library: { name: 'own' } } }, { context: { library: { name: 'own' } } }],
    ['a library of null is none', { context: { library: null } }, { context: { library: { name: 'analytics.js' } } }],
    ['a timestamp as a number stays a number', { timestamp: 7 as never }, { timestamp: 7 as never }],
    ['the locale may be given', { context: { locale: 'fr' } }, { context: { locale: 'fr' } }],
    ['what the browser is may not', { context: { userAgent: 'X' }, timezone: 'X' }, { context: environment }],
    ['a page in part', { context: { page: { title: 'T' } } }, { context: { page: { ...page, title: 'T' } } }],
  ])('%s', (_, options, expected) => expect(event({ options })).toMatchObject(expected))

  test('reserved ones are not in the context', () => {
    const options = {
      integrations: { A: true }, userId: 'u', anonymousId: 'a', timestamp: '2020', messageId: 'm', critical: true,
    }
    expect(event({ options }).context).toEqual(event({}).context)
  })

  test('userId counts where no user is known, and not where nobody may be', () => {
    const options = { userId: 'given' }
    expect([known, visitor, nobody].map((who) => event({ options, who }).userId)).toEqual(['u', 'given', undefined])
  })

  test('an empty message id is none, and a number is text', () => {
    expect(event({ options: { messageId: '' } }).messageId).toMatch(/^[\da-f-]{36}$/)
    expect(event({ options: { messageId: 7 as never } }).messageId).toBe('7')
  })

  test.each([undefined, null])('a context of %j is none', (context) => {
    expect(event({ options: { context } as Options }).context.page).toEqual(page)
  })
})

test('while nobody may be known the event names nobody', () => {
  const made = event({ who: nobody, options: { userId: 'given', anonymousId: 'given' } })
  expect(JSON.stringify(made)).not.toContain('given')
  expect([made.userId, made.anonymousId]).toEqual([undefined, undefined])
})

test('integrations of the site are booleans; those of the call win as they are', () => {
  const integrations = { All: true, A: { key: 1 }, B: false, C: undefined }
  expect(event({ integrations, options: { integrations: { A: { option: 1 }, D: false } } }).integrations).toEqual(
    { All: true, A: { option: 1 }, B: false, C: false, D: false })
})

test.each([
  ['?utm_source=s&utm_campaign=c&x=1', { source: 's', name: 'c' }],
  ['?utm_=1&utm_medium=a%20b', { medium: 'a b' }],
  ['?x=1', {}],
  ['?x=1?utm_source=s&utm_term=t', { source: 's', term: 't' }],
  ['', undefined],
])('the campaign in "%s"', (search, campaign) => {
  expect(event({ u: 'https://a.example/' + search }).context.campaign).toEqual(campaign)
})

test('a campaign follows the page that was given, and may itself be given', () => {
  const given = { page: { search: '?utm_source=p' } }
  expect(event({ options: { context: given } }).context.campaign).toEqual({ source: 'p' })
  expect(event({ options: { context: { ...given, campaign: { source: 'own' } } } }).context.campaign).toEqual(
    { source: 'own' })
})

test('the loss meter is there where it is wanted', () => {
  expect(event({ stats: { sent: 1 } }).context.stats).toEqual({ sent: 1 })
  expect(event({}).context).not.toHaveProperty('stats')
})
