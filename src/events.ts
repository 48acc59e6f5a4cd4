import type { Call } from './calls'
import type { Admitted } from './gate'
import type { Who } from './identity'
import { parseQuery } from './query'
import type { AssentEvent, EventType, Integrations, Json } from './types'
import { uuid } from './uuid'

/** What the client knows and the call does not. */
export interface Surroundings {
  environment: Json
  version: string
  /** Integrations of the load options, as booleans; those of the call win. */
  integrations: Integrations
  /** The loss meter, if the site wants it on its events. */
  stats?: object
}

/** `utm_source=a` → `{ source: 'a' }`; `utm_campaign` is `name` in the Segment spec. */
export function toCampaign(search: string): Record<string, string> {
  const campaign: Record<string, string> = {}
  for (const [key, value] of parseQuery(search)) {
    if (key.startsWith('utm_') && key.length > 4) campaign[key == 'utm_campaign' ? 'name' : key.slice(4)] = value
  }
  return campaign
}

/** What of a page event's own properties overrides its `context.page`. */
const pick = (data: Json, keys: string[]) => Object.fromEntries(keys.filter((key) => key in data).map((key) => [key, data[key]]))

/** One analytics.js message. Pure, but for the message id. */
export function toEvent(call: Admitted<Call>, who: Who, anonymousId: string | undefined, { environment: { locale, ...fixed }, version, integrations, stats }: Surroundings): AssentEvent {
  const { type, data, time } = call
  const name = call.name ?? undefined
  const category = call.category ?? undefined
  const { integrations: chosen, userId, anonymousId: _a, timestamp, messageId, context: given, critical: _c, ...others } = call.options
  const { page: givenPage, ...context } = (given ?? {}) as Json
  const isPage = type == 'page'
  const page = { ...call.page, ...(isPage && pick(data, Object.keys(call.page))), ...givenPage }
  const campaign = page.search && { campaign: toCampaign(page.search) }
  const library = { name: 'analytics.js', version: 'assent-' + version }

  return {
    type: type as EventType,
    messageId: (messageId as string) ?? uuid(),
    timestamp: String(timestamp ?? time.toISOString()),
    anonymousId,
    userId: anonymousId ? who.userId ?? (userId as string) : undefined,
    ...parts(),
    integrations: { ...integrations, ...chosen },
    context: { locale, library, ...campaign, ...(stats && { stats }), ...others, ...context, ...fixed, page },
  }

  function parts(): Partial<AssentEvent> {
    switch (type) {
      case 'track':
        return { event: name!, properties: data }
      case 'page':
        return { name, category, properties: { ...call.page, ...data, ...(category != null && { category }), ...(name && { name }) } }
      case 'screen':
        return { name, category, properties: data }
      case 'identify':
        return { traits: who.traits }
      case 'group':
        return { groupId: call.id || who.groupId, traits: who.groupTraits }
      default:
        // Unlike the reference, which overwrites the target of a known user's alias with that very user.
        return { userId: call.id ?? undefined, previousId: call.from ?? who.userId ?? anonymousId }
    }
  }
}
