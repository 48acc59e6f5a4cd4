/** Types that the peer exports and nothing here needs: for the sake of sites that import them. */
import type { ID } from './types'

export type JSONPrimitive = string | number | boolean | null
export type JSONValue = JSONPrimitive | JSONObject | JSONArray
export type JSONObject = { [member: string]: JSONValue }
export type JSONArray = JSONValue[]

/** A tracking plan: which events are wanted, and by which destinations. */
export interface Plan {
  track?: TrackPlan
  identify?: TrackPlan
  group?: TrackPlan
}
export interface TrackPlan {
  [event: string]: PlanEvent | undefined
  __default?: PlanEvent
}
export interface PlanEvent {
  enabled: boolean
  integrations?: Record<string, boolean>
}

export type StorageObject = Record<string, unknown>
export interface Store<Data extends StorageObject = StorageObject> {
  get<Key extends keyof Data>(key: Key): Data[Key] | null
  set<Key extends keyof Data>(key: Key, value: Data[Key] | null): void
  remove<Key extends keyof Data>(key: Key): void
}

/** A user or a group. */
export interface WithId {
  id(id?: ID): ID
}
