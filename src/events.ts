import { toPage } from './browser/page'
import type { Call } from './calls'
import type { Admitted } from './gate'
import { toObject } from './json'
import type { Who } from './user'
import { parseQuery } from './query'
import type { AssentEvent, EventType, Integrations, Json } from './types'
import { uuid } from './uuid'

/** What the client knows and the call does not. */
interface Surroundings {
  environment: Json
  version: string
  /** The loss meter, if the site wants it on its events. */
  stats?: object | false
}

/** `utm_source=a` → `{ source: 'a' }`; `utm_campaign` is `name` in the Segment spec. */
const toCampaign = (search: string): Record<string, string> =>
  Object.fromEntries(
    // Links to which another query was appended have two question marks.
    parseQuery(search.replace(/\?/g, '&'))
      .filter(([key]) => /^utm_./.test(key))
      .map(([key, value]) => [key == 'utm_campaign' ? 'name' : key.slice(4), value]),
  )

const toBooleans = (integrations: Integrations): Integrations =>
  Object.fromEntries(Object.entries(integrations).map(([name, value]) => [name, !!value]))

/**
 * One analytics.js message. Pure, but for the message id.
 * @param integrations of the load options, of which the event carries whether they are on; those of the call win
 */
export function toEvent(
  call: Admitted<Call>,
  who: Who,
  integrations: Integrations = {},
  { environment: { locale, ...fixed }, version, stats }: Surroundings,
): AssentEvent {
  const { anonymousId } = who
  const { type, data, time, name, category, id } = call
  const at: Json = toPage(call.page)
  const {
    integrations: chosen,
    userId,
    anonymousId: _,
    timestamp,
    messageId,
    context: given,
    critical: __,
    ...others
  } = call.options
  const { page: givenPage, ...context }: Json = { ...given, ...others }
  const page: Json = { ...at, ...givenPage }
  // What a page call says of its page is so in the context too.
  if (type == 'page') for (const key in at) page[key] = givenPage?.[key] ?? (key in data ? data[key] : page[key])
  const parts: Record<string, () => object> = {
    track: () => ({ event: name, properties: data }),
    page: () => ({
      name,
      category,
      properties: { ...at, ...data, ...(category != null && { category }), ...(name && { name }) },
    }),
    screen: () => ({ name, category, properties: data }),
    // Copies: what plugins make of an event is not what is known.
    identify: () => ({ traits: toObject(who.traits) }),
    group: () => ({ groupId: who.groupId, traits: toObject(who.groupTraits) }),
    // Unlike the reference, which overwrites the target of a known user's alias with that very user.
    alias: () => ({ userId: id || undefined, previousId: call.from ?? who.userId ?? anonymousId }),
  }

  return {
    type: type as EventType,
    messageId: messageId ? String(messageId) : uuid(),
    timestamp: (timestamp as string) ?? new Date(time).toISOString(),
    anonymousId,
    userId: who.known ? who.userId || userId || undefined : undefined,
    ...parts[type]!(),
    integrations: { ...toBooleans(integrations), ...chosen },
    context: {
      locale,
      ...(stats && { stats }),
      ...context,
      library: context.library ?? { name: 'analytics.js', version: 'assent-' + version },
      ...(page.search && { campaign: context.campaign ?? toCampaign(String(page.search)) }),
      ...fixed,
      page,
    },
  }
}
