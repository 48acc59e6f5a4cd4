import type { EventType, Hook, Plugin } from './types'

export const TYPES: EventType[] = ['track', 'page', 'screen', 'identify', 'group', 'alias']

/** One function for every type of event. */
export const hooks = (hook: Hook): Pick<Plugin, EventType> => Object.fromEntries(TYPES.map((type) => [type, hook]))
