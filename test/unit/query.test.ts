// @vitest-environment node
/** The pairs of a query string. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../src/query'

test.each<[query: string, pairs: [string, string][]]>([
  ['?a=1&b=2', [['a', '1'], ['b', '2']]],
  ['a=1', [['a', '1']]],
  ['??a=1', [['?a', '1']]],
  ['?a=1&a=2', [['a', '1'], ['a', '2']]],
  ['?a=b=c==', [['a', 'b=c==']]],
  ['?a', [['a', '']]],
  ['?a=', [['a', '']]],
  ['?=1', [['', '1']]],
  ['?a=1&&b=2', [['a', '1'], ['', ''], ['b', '2']]],
  ['', [['', '']]],
  ['?a+b=c+d', [['a b', 'c d']]],
  ['?a%20b=c%2Bd%26%3D', [['a b', 'c+d&=']]],
  ['?a=%C3%BC%F0%9F%98%80', [['a', 'ü😀']]],
  ['?a=100%&b=%zz&c=%C3', [['a', '100%'], ['b', '%zz'], ['c', '%C3']]],
  ['?%=1+2', [['%', '1 2']]],
  ['?a=50%+off', [['a', '50%+off']]],
  ['?__proto__=1&constructor=2', [['__proto__', '1'], ['constructor', '2']]],
])('"%s"', (query, pairs) => expect(parseQuery(query)).toEqual(pairs))
