/** Methods that npm users get as promises, before there is a client and after. */
export const PROMISED = [
  'track', 'page', 'screen', 'identify', 'alias', 'group', 'user', 'reset', 'ready', 'register', 'deregister',
  'addSourceMiddleware', 'addDestinationMiddleware', 'setAnonymousId', 'trackLink', 'trackForm', 'trackClick',
  'trackSubmit', 'queryString',
] as const

export const onServer = (): boolean => typeof document == 'undefined'

/** What a server gets: a client whose calls do nothing and resolve. Whom it knows can be asked: nobody. */
export function silence<Client extends { group(): unknown }>(client: Client): Client {
  const { group } = client
  const calls = [...PROMISED, 'pageview'].filter((name) => name != 'user')
  return Object.assign(
    client,
    Object.fromEntries(calls.map((name) => [name, async () => {}])),
    { group: (...args: unknown[]) => (args.length ? Promise.resolve() : group()) },
  )
}
