import type { Categories, ConsentState } from '../../../src/types'

type FactName = Exclude<keyof ConsentState, 'decision' | 'basis' | 'categories'>

/** What a manager says besides, unchecked: only words, finite numbers and booleans are taken over. */
export type Facts = { [Name in FactName]?: unknown }

/** `implied`: a default that the manager itself puts into force, such as everything under opt-out. */
export type Answer = 'explicit' | 'implied' | 'not-required' | 'pending'

/**
 * A consent state out of a manager's answer. While it is pending nothing is granted, whatever defaults the manager
 * shows. A time may be a date, an ISO string or epoch milliseconds.
 */
export const consentState = (answer: Answer, categories: Categories, facts: Facts = {}): ConsentState => {
  const open = answer === 'pending' || answer === 'not-required'
  const state: Record<string, unknown> = {
    decision: open ? answer : 'decided',
    categories: answer === 'pending' ? {} : categories
  }
  if (!open) state.basis = answer
  for (const name of Object.keys(facts) as FactName[]) {
    let fact = facts[name]
    if (name === 'updatedAt') fact = fact instanceof Date ? +fact : typeof fact === 'string' ? Date.parse(fact) : fact
    if ((fact && typeof fact === 'string') || typeof fact === 'boolean' || Number.isFinite(fact)) state[name] = fact
  }
  return state as unknown as ConsentState
}
