/** What an address may say about a visitor, and what it may not. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { applyQuery, queryOf, querystring, type QuerystringOptions } from '../../plugins/querystring'
import type { Context } from '../../src/context'
import type { Analytics } from '../../src/analytics'

function client() {
  const log: unknown[][] = []
  const write = (name: string) => (...args: unknown[]) => Promise.resolve((log.push([name, ...args]), name as never))
  const errors: string[] = []
  const emit = (event: string, given: unknown) => {
    const { code, reason } = given as { code: string, reason: Error }
    errors.push([event, code, reason.message].join(': '))
  }
  return { log, errors, setAnonymousId: write('aid'), identify: write('identify'), track: write('track'), emit }
}
async function apply(query: string, options?: QuerystringOptions) {
  const one = client()
  const answers = await applyQuery(query, one, options)
  return { ...one, answers }
}

test('ids first, then who it is, then what happened', async () => {
  const { log, answers } = await apply(
    '?ajs_event=Clicked&ajs_prop_b=2&ajs_uid=u&ajs_trait_a%20b=x+y&ajs_aid=anon&ajs_trait_n=1&other=1')
  expect(log).toEqual([
    ['aid', 'anon'], ['identify', 'u', { 'a b': 'x y', n: '1' }], ['track', 'Clicked', { b: '2' }],
  ])
  expect(answers).toEqual(['identify', 'track'])
})

test.each([
  '', '?', '?a=1', '?ajs_trait_a=1&ajs_prop_b=1', '?ajs_uid=&ajs_aid=&ajs_event=', '?AJS_UID=u', '?xajs_uid=u',
])('"%s" says nothing', async (query) => {
  expect(await apply(query)).toMatchObject({ log: [], errors: [], answers: [] })
})

test('of several the last counts', async () => {
  expect((await apply('?ajs_uid=a&ajs_uid=b')).log).toEqual([['identify', 'b', {}]])
})

describe('ids that are refused', () => {
  test.each<[what: string, id: string]>([
    ['longer than 200 characters', 'x'.repeat(201)],
    ['a line break', 'a%0Ab'],
    ['a null', 'a%00'],
    ['a delete', '%7f'],
    ['a tab', 'a%09b'],
  ])('%s', async (_, id) => {
    const { log, errors } = await apply(`?ajs_uid=${id}&ajs_aid=${id}&ajs_trait_a=1&ajs_event=e`)
    expect(log).toEqual([['track', 'e', {}]])
    expect(errors).toEqual(
      ['error: querystring: ajs_aid refused', 'error: querystring: ajs_uid refused'])
  })

  test.each(['x'.repeat(200), 'jane@example.com', '%C3%BC', "'; drop"])('but not %s', async (id) => {
    expect(await apply(`?ajs_uid=${id}&ajs_aid=${id}`)).toMatchObject({
      log: [['aid', decodeURIComponent(id)], ['identify', decodeURIComponent(id), {}]], errors: [],
    })
  })
})

test.each<[options: QuerystringOptions, names: string[]]>([
  [true, ['aid', 'identify', 'track']],
  [false, []],
  [{}, ['aid', 'identify', 'track']],
  [{ aid: /^\d+$/ }, ['identify', 'track']],
  [{ uid: /^\d+$/ }, ['aid', 'track']],
  [{ uid: /^u1$/, aid: /^a/ }, ['aid', 'identify', 'track']],
])('useQueryString: %o', async (options, names) => {
  const { log, errors } = await apply('?ajs_uid=u1&ajs_aid=a1&ajs_event=e', options)
  expect([log.map(([name]) => name), errors]).toEqual([names, []])
})

test('a link of over 8 KB says nothing, and a long one that is none of ours is nobody\'s business', async () => {
  const text = 'x'.repeat(9000)
  expect(await apply(`?ajs_uid=u&ajs_trait_a=${text}`)).toMatchObject({ log: [], errors: ['error: querystring: over 8 KB refused'] })
  expect(await apply(`?code=${text}`)).toMatchObject({ log: [], errors: [] })
})

describe('queryOf', () => {
  test.each([
    ['https://a.example/p?ajs_uid=u#frag', '?ajs_uid=u'], ['/p?ajs_uid=u', '?ajs_uid=u'], ['?ajs_uid=u', '?ajs_uid=u'],
    ['ajs_uid=u', ''], ['', ''], ['https://', ''],
  ])('%j → %j', (address, query) => expect(queryOf(address)).toBe(query))
})

test('a pattern with a memory matches each time', async () => {
  const options = { uid: /u/g }
  for (const _ of [1, 2, 3]) expect((await apply('?ajs_uid=u', options)).log).toHaveLength(1)
})

describe('as a plugin', () => {
  const load = (one: object, plugin = querystring()) => plugin.load({} as Context, one as Analytics)
  afterEach(() => history.replaceState(null, '', '/'))

  test.each([
    ['/?ajs_uid=u', 'u'], ['/#/route?ajs_uid=u', 'u'], ['/?ajs_uid=u#?ajs_uid=hash', 'u'],
    ['/?a=1#?ajs_uid=u', undefined], ['/#ajs_uid=u', undefined], ['/', undefined],
  ])('%s', (address, id) => {
    history.replaceState(null, '', address)
    const one = client()
    load(one)
    expect(one.log).toEqual(id ? [['identify', id, {}]] : [])
  })

  test('the query of the landing page is applied once, even if the page moves on', () => {
    history.replaceState(null, '', '/?ajs_uid=u')
    const plugin = querystring()
    history.replaceState(null, '', '/?ajs_uid=other')
    const identify = vi.fn()
    load({ identify }, plugin)
    load({ identify }, plugin)
    expect(identify.mock.calls).toEqual([['u', {}]])
  })
})
