import { attempt } from './attempt'

const decode = (text: string): string => attempt(() => decodeURIComponent(text.replace(/\+/g, ' '))) ?? text

/** The pairs of a query string; what cannot be decoded stays as it is, unlike with URLSearchParams. */
export const parseQuery = (query: string): [key: string, value: string][] =>
  query
    .replace(/^\?/, '')
    .split('&')
    .map((pair) => {
      const [key = '', ...value] = pair.split('=')
      return [decode(key), decode(value.join('='))]
    })
