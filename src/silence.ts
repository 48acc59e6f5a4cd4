/** Methods that npm users get as promises, before there is a client and after. */
export const PROMISED = [
  'track', 'page', 'screen', 'identify', 'alias', 'group', 'user', 'reset', 'ready', 'register', 'deregister',
  'addSourceMiddleware', 'addDestinationMiddleware', 'setAnonymousId', 'trackLink', 'trackForm', 'trackClick',
  'trackSubmit', 'queryString',
] as const

export const onServer = (): boolean => typeof document == 'undefined'

/** What a server gets: a client whose calls do nothing and resolve. */
export const silence = <Client extends object>(client: Client): Client =>
  Object.assign(client, Object.fromEntries([...PROMISED, 'pageview'].map((name) => [name, () => Promise.resolve()])))
