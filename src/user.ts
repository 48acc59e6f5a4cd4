import type { ID, Traits } from './types'

/** `analytics.user()` and `analytics.group()`: each accessor reads, or sets when given a value; null clears. */
export interface User {
  id(id?: ID): ID
  anonymousId(id?: ID): ID
  traits(traits?: Traits | null): Traits | undefined
  identify(id?: ID, traits?: Traits | null): void
  logout(): void
  reset(): void
  load(): User
  save(): boolean
}

/** Who made a call, as of that call. */
export interface Who {
  /** False while there is no consent to know anybody. */
  known: boolean
  anonymousId?: string
  userId: string | null
  traits: Traits
  groupId: string | null
  groupTraits: Traits
}

// A class by name only, because classes are what analytics.js exports; identity.ts fills it. A group is the same thing.
export class User {}
export { User as Group }
