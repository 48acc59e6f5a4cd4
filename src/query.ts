import { attempt } from './attempt'

/** As analytics.js keeps what it cannot decode; URLSearchParams would put replacement characters. */
const decode = (text: string): string => {
  const spaced = text.replace(/\+/g, ' ')
  return attempt(() => decodeURIComponent(spaced)) ?? spaced
}

/** The pairs of a query string, in order, form-decoded; an invalid escape leaves that value as it stands. */
export const parseQuery = (query: string): [key: string, value: string][] =>
  query
    .replace(/^\?/, '')
    .split('&')
    .map((pair) => {
      const [, key = '', value = ''] = /^([^=]*)=?(.*)/.exec(pair)!
      return [decode(key), decode(value)]
    })
