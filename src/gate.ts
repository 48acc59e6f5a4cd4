import type { Call } from './calls'
import { decide, type ConsentOptions, type Decision } from './consent'
import type { Context } from './context'
import type { ConsentState } from './types'

declare const pass: unique symbol
/** Let in by the gate, and by nothing else: what lies below the gate takes its work in this type only. */
export type Admitted<T> = T & { [pass]: true }

/** A call on its way in. */
export interface Visit {
  call: Call
  settle(ctx: Context): void
}

interface Surroundings {
  /** Global Privacy Control, now. */
  gpc(): boolean
  /** The way in. Called in the order of the calls. */
  admit(visit: Admitted<Visit>): void
  destroy(visit: Visit, reason: string): void
  /** After a real change; identity, plugins and outbox follow it. Calls that were held are let in after this. */
  changed(now: Decision, before: Decision | undefined): void
  report(code: string, error: unknown): void
}

export type Gate = ReturnType<typeof createGate>

/**
 * Stands in front of identity, storage, plugins and network at once. While it does not know (the client is not loaded,
 * the page is not shown, the visitor has not decided) calls wait in its inbox, in memory only.
 */
export function createGate({ gpc, admit, destroy, changed, report }: Surroundings) {
  let inbox: Visit[] = []
  let options: ConsentOptions | undefined
  let decision: Decision | undefined
  let releasing = false
  let elsewhere: { state: ConsentState; seen: string } | undefined
  const reported = new Set<string>()

  const once = (code: string, error: unknown) => {
    if (!reported.has(code)) report(code, error)
    reported.add(code)
  }

  function read(): ConsentState | undefined {
    let state: ConsentState | undefined
    try {
      state = options?.manager?.read()
      if (state && typeof state.categories != 'object') throw new TypeError('no categories')
    } catch (error) {
      state = undefined
      once('consent_manager', error)
    }
    // Another tab has heard of a decision; it holds until our own manager says something new.
    if (elsewhere && elsewhere.seen == JSON.stringify(state)) return elsewhere.state
    elsewhere = undefined
    return state
  }

  function release() {
    if (releasing) return
    releasing = true
    while (inbox.length && decision?.open) admit(inbox.shift() as Admitted<Visit>)
    releasing = false
    if (decision?.open === false) destroyAll('refused')
  }

  function destroyAll(reason: string) {
    for (const visit of inbox.splice(0)) destroy(visit, reason)
  }

  /** Reads the manager again. True if sending is allowed from this line on. */
  function refresh(): boolean {
    if (!options) return false
    const now = decide(options, read(), gpc(), Date.now())
    const unknown = now.decided && options.requires?.find((category) => !(category in now.categories))
    if (unknown) once('unknown_category', new Error(`The consent manager knows no category "${unknown}"`))
    const before = decision
    if (JSON.stringify(now) != JSON.stringify(before)) {
      decision = now
      changed(now, before)
      release()
    }
    return decision?.open === true
  }

  return {
    refresh,

    /** From now on the visitor's decision counts. Without `consent` everything is let in, as in analytics.js. */
    start(consent: ConsentOptions | undefined): () => void {
      options = consent ?? { model: 'opt-out' }
      const early = inbox
      inbox = []
      refresh()
      // What plugins say while they are loaded (querystring identity) goes before the calls that were early.
      for (const visit of early) this.enter(visit)
      return options.manager?.subscribe(refresh) ?? (() => {})
    },

    /** Nothing comes in any more: wrong options, or a client that is switched off. */
    refuse(): void {
      decision = { open: false, decided: true, categories: {}, basis: 'none', gpc: false, tier: 'off' }
      destroyAll('refused')
    },

    enter(visit: Visit): void {
      if (decision?.open === false) destroy(visit, 'refused')
      else if (decision?.open && !inbox.length && !releasing) admit(visit as Admitted<Visit>)
      else {
        inbox.push(visit)
        if (options && inbox.length > (options.hold ?? 100)) {
          const oldest = inbox.findIndex(({ call }) => !call.options.critical)
          if (oldest >= 0) destroy(inbox.splice(oldest, 1)[0]!, 'overflow')
        }
      }
    },

    /** A decision that another tab has heard of. */
    adopt(state: ConsentState): void {
      elsewhere = undefined
      elsewhere = { state, seen: JSON.stringify(read()) }
      refresh()
    },

    /** The page is gone for good: what waited is destroyed. */
    end: () => destroyAll('page-end'),

    decision: () => decision,
    shut: () => decision?.open === false,
    waiting: () => inbox.length,

    /** All of these categories granted? A plugin that the site maps to none is closed. */
    allows(categories: string[] = options?.requires ?? []): boolean {
      return decision?.open === true && categories.every((name) => decision!.categories[name])
    },
  }
}
