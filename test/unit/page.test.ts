/** The page of the Segment spec, from what was photographed of it. */
import { afterEach, expect, test } from 'vitest'
import { isSnippetPage, photograph, toPage } from '../../src/browser/page'

const site = 'https://a.example'

type Row = [what: string, href: string, canonical: string | null | undefined, path: string, url: string]

test.each<Row>([
  ['none', '/p?q=1', null, '/p', '/p?q=1'],
  ['none, the hash goes', '/p?q=1#part', undefined, '/p', '/p?q=1'],
  ['none, a hash of its own kind', '/p#/route?x=1#y', null, '/p', '/p'],
  ['empty', '/p?q=1', '', '/p', '/p?q=1'],
  ['absolute: with the current query', '/p?q=1', 'https://b.example/c', '/c', 'https://b.example/c?q=1'],
  ['absolute: its own query stays alone', '/p?q=1', 'https://b.example/c?own=1', '/c', 'https://b.example/c?own=1'],
  ['absolute: as it is written', '/p', 'https://b.example', '/', 'https://b.example'],
  ['absolute: its hash comes last', '/p?q=1', 'https://b.example/c#h', '/c', 'https://b.example/c?q=1#h'],
  ['absolute: a query in its hash is none', '/p?q=1', 'https://b.example/c#?h', '/c', 'https://b.example/c?q=1#?h'],
  ['a path', '/p?q=1', '/c', '/c', '/c?q=1'],
  ['a path with a query', '/p?q=1', '/c?own=1', '/c', '/c?own=1'],
  ['a relative path', '/a/b?q=1', 'c', '/a/c', '/a/c?q=1'],
  ['without a scheme', '/p?q=1', '//b.example/c', '/c', 'https://b.example/c?q=1'],
  ['no URL at all', '/p?q=1#h', 'https://', '/p', '/p?q=1'],
])('canonical link: %s', (_, href, canonical, path, url) => {
  const page = toPage({ c: canonical, u: site + href, t: 'T', r: 'https://r.example/' })
  const whole = url.startsWith('/') ? site + url : url
  expect(page).toEqual({ path, url: whole, search: new URL(href, site).search, title: 'T', referrer: 'https://r.example/' })
})

test('pages that are not of the web', () => {
  expect(toPage({ u: 'file:///C:/index.html#a', t: '', r: '' })).toMatchObject({
    path: '/C:/index.html', url: 'file:///C:/index.html',
  })
  expect(toPage({ u: 'about:blank', t: '', r: '', c: '/c' })).toMatchObject({ path: 'blank', url: 'about:blank' })
})

afterEach(() => {
  document.head.innerHTML = ''
  history.replaceState(null, '', '/')
})

test('it is photographed as it is now, and worked out later', () => {
  history.replaceState(null, '', '/one?a=1#h')
  document.title = 'One'
  document.head.insertAdjacentHTML('beforeend', '<link rel="canonical" href="two"><link rel="canonical" href="three">')
  const photo = photograph()
  history.replaceState(null, '', '/elsewhere')
  document.title = 'Elsewhere'
  document.head.innerHTML = ''
  expect(toPage(photo)).toEqual({
    path: '/two', url: 'http://localhost:3000/two?a=1', search: '?a=1', title: 'One', referrer: '',
  })
})

test.each<[value: unknown, is: boolean]>([
  [{ __t: 'bpc', u: '' }, true], [{ __t: 'other' }, false], [{}, false], [null, false], [undefined, false],
  ['bpc', false], [() => {}, false],
])('%o is a page of the snippet: %s', (value, is) => expect(isSnippetPage(value)).toBe(is))
