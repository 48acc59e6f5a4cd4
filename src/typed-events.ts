import type { Context } from './context'
import type { Callback, EventProperties, Options, SegmentEvent } from './types'

/** Any event with any properties, unless the site says otherwise. */
export type AnyEvents = Record<string, EventProperties>

/** The spec lets a call end early with its callback, and leave an argument open with null. */
export type Loose<T> = T | Callback | null
type Rest = [options?: Loose<Options>, callback?: Callback]

/** `{ event: 'Signed Up', properties: … }`, for each event of the site. */
type Whole<Events> = {
  [Name in keyof Events & string]: { event: Name; properties?: Events[Name]; [key: string]: unknown }
}[keyof Events & string]

/** Names of the properties without which an event is not complete; never, if it may do with its name. */
type Needed<P> = { [Key in keyof P]-?: Record<never, never> extends Pick<P, Key> ? never : Key }[keyof P]
type Demands<P> = [Needed<P>] extends [never] ? false : true
/** True only where it is clear which event is meant, so that a wrong name is called wrong, and not incomplete. */
type Needs<Events, Given> = Given extends keyof Events ? Demands<Events[Given]> : false

// Methods, whose parameters the compiler takes either way: who knows its events passes where any client is wanted.
interface Open {
  track(
    event: string | SegmentEvent | { event: string; properties?: EventProperties; [key: string]: unknown },
    properties?: Loose<EventProperties>,
    ...rest: Rest
  ): Promise<Context>
}
interface Typed<Events> {
  track<Given extends (keyof Events & string) | Whole<Events>>(
    event: Given,
    ...rest: Needs<Events, Given> extends true
      ? [properties: Loose<Events[Given & keyof Events]>, ...Rest]
      : [properties?: Loose<Events[Given & keyof Events]>, ...Rest]
  ): Promise<Context>
}

/** One signature, so that `Parameters<>` gives all of it and the compiler's messages are of one line. */
export type Track<Events extends object = AnyEvents> = string extends keyof Events
  ? Open['track']
  // `object`, which is what `ReturnType<typeof AnalyticsBrowser.load>` leaves of the events.
  : [keyof Events] extends [never] ? Open['track'] : Typed<Events>['track']
