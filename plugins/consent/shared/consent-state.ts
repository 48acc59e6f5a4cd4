import type { Categories, ConsentState } from '../../../src/types'

type FactName = Exclude<keyof ConsentState, 'decision' | 'basis' | 'categories'>

/** What a manager says besides, unchecked: what is empty, no time or an object is left out and never stamped. */
type Facts = { [Name in FactName]?: unknown }

/** `implied`: a default that the manager itself puts into force, such as everything under opt-out. */
type Answer = 'explicit' | 'implied' | 'not-required' | 'pending'

/**
 * A consent state out of a manager's answer. While it is pending nothing is granted, whatever defaults the manager
 * shows.
 */
export const consentState = (answer: Answer, categories: Categories, facts: Facts = {}): ConsentState => {
  const decided = answer === 'explicit' || answer === 'implied'
  const state: Record<string, unknown> = {
    decision: decided ? 'decided' : answer,
    basis: decided ? answer : undefined,
    categories: answer === 'pending' ? {} : categories
  }
  for (const name of Object.keys(facts) as FactName[]) {
    const fact = facts[name]
    if (fact && /string|number|boolean/.test(typeof fact)) state[name] = fact
  }
  return state as unknown as ConsentState
}
