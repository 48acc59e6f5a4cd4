import type { Store } from './stores/store'
import type { AssentEvent, Categories, ConsentManager, ConsentModel, ConsentState } from './types'

/** What a site says about consent when it loads assent: README, "Consent". */
export interface ConsentOptions {
  /** Which rule holds when the manager does not say; unknown is opt-in. */
  model?: ConsentModel
  /** Categories that must all be granted before the endpoint gets anything. Without any, some category must be. */
  requires?: string[]
  /** Destination plugin name → the categories it needs; one that is not listed needs `requires`. */
  destinations?: Record<string, string[]>
  manager?: ConsentManager
  /** Categories that Global Privacy Control closes until a later explicit decision. */
  gpc?: string[]
  /** How many calls wait for a decision, at most; the oldest that is not `critical` goes first. Default 100. */
  hold?: number
  /**
   * Hears of every `critical` call that was destroyed, and why: `refused` (a no, or a withdrawal), `page-end` (the page
   * went before a decision, be it into the back/forward cache), `failed` (an error in the client). The event has no
   * identity, as the call had none.
   */
  onUndelivered?(event: AssentEvent, reason: string): void
  /** A decision older than this many days counts as undecided. */
  maxAge?: number
  /** A decision made for another version of the policy counts as undecided. */
  policyVersion?: string
  /** Name of the track event after a change of the decision, or false for none. Default `Consent Updated`. */
  event?: string | false
  /**
   * While undecided, send what has no identifier and touch no storage: for sites whose law allows audience measurement
   * without consent. An objection closes it like any refusal.
   */
  exempt?: boolean
  /** Where what is known of a visitor may be kept: `storageTiers()`. Without it, over visits. */
  tiers?: StorageTiers
}

export interface StorageTiers {
  /** Stores beside cookie and localStorage, which a withdrawal erases as well. */
  stores: Store[]
  /** Those that hold under these categories, the same array each time; undefined for the usual ones, over visits. */
  choose(categories: Categories): Store[] | undefined
}

/** The decision in force, worked out from what the manager says. */
export interface Decision {
  /** undefined: undecided under opt-in. */
  open: boolean | undefined
  /** Has the visitor answered, or is no answer needed? Under opt-out an implied answer counts. */
  decided: boolean
  categories: Categories
  basis: 'explicit' | 'implied' | 'none'
  gpc: boolean
  /**
   * Where things may be kept: true for the usual places, over visits; false while nobody may be known, as where a site
   * is exempt and the visitor has not decided.
   */
  stores: Store[] | boolean
  state?: ConsentState
}

const DAY = 864e5

/**
 * Absent is not granted, and nothing but `true` grants. Pure: the same reading gives the same decision, until `maxAge`
 * makes it stale.
 */
export function decide(options: ConsentOptions, read: ConsentState | undefined, gpc: boolean): Decision {
  const {
    requires = [],
    destinations = {},
    gpc: closes = ['advertising', 'marketing', 'sale_of_data'],
    policyVersion,
    maxAge,
    exempt,
    tiers,
  } = options
  const stale =
    (policyVersion && read?.policyVersion && read.policyVersion != policyVersion) ||
    (maxAge && Date.now() - (read?.updatedAt ?? Infinity) > maxAge * DAY)
  const state = stale ? undefined : read
  const optOut = ((read ? read.model : options.manager?.absent) ?? options.model) == 'opt-out'
  const made = state?.decision == 'decided'
  const explicit = made && state.basis != 'implied'
  const decided = explicit || (made && optOut) || state?.decision == 'not-required'
  // Without what a page may have put on Object.prototype.
  const categories: Categories = Object.create(null)
  if (optOut && !decided) for (const name of requires.concat(...Object.values(destinations))) categories[name] = true
  const given = Object.entries((optOut || decided) && state?.categories || {})
  for (const [name, granted] of given) categories[name] = granted === true
  gpc ||= state?.gpc === true
  // A decision that was made before the signal was switched on is older than the signal, and gives way to it.
  if (gpc && !(explicit && state.gpc !== false)) for (const name of closes) categories[name] = false
  const settled = decided || optOut
  // Where a site requires nothing, who grants nothing has refused.
  const said = made ? Object.values(state.categories) : []
  const refused = said.length && !said.includes(true)
  const open = settled ? !refused && requires.every((name) => categories[name]) : exempt || undefined
  return {
    open,
    stores: !!open && settled && (tiers?.choose(categories) ?? true),
    decided,
    categories,
    basis: explicit ? 'explicit' : decided ? 'implied' : 'none',
    gpc,
    state,
  }
}

/** `context.consent` of every event: the decision in force when it leaves. */
export function toStamp({ categories: categoryPreferences, basis, gpc, state }: Decision, manager: string) {
  const { categories: _, decision = 'pending', ...rest } = { ...state }
  // A copy: destinations hold it, and may write on it.
  return { ...rest, decision, basis, manager, gpc: gpc || undefined, categoryPreferences: { ...categoryPreferences } }
}

/** The properties of `Consent Updated`. */
export const toUpdate = ({ categoryPreferences: categories, ...rest }: ReturnType<typeof toStamp>) =>
  ({ categories, ...rest })

/** Has the visitor's answer come, or changed, between two decisions? */
export function isNews(now: Decision, before: Decision | undefined): boolean {
  const gist = ({ open, decided, categories }: Decision) =>
    JSON.stringify([open, decided, Object.entries(categories).sort()])
  return before ? gist(before) != gist(now) : now.decided
}
