import { readGpc } from './browser/environment'
import { isEvent, type Call } from './calls'
import { decide, isNews, type ConsentOptions, type Decision } from './consent'
import type { Context } from './context'
import { isObject } from './json'
import type { ConsentState, Plugin } from './types'

declare const pass: unique symbol
/** Let in by the gate, and by nothing else: what lies below the gate takes its work in this type only. */
export type Admitted<T> = T & { [pass]: true }

/** A call on its way in. */
export interface Visit {
  call: Call
  /** Resolves the promise of the call. */
  settle(ctx: Context): void
}
export type AdmittedVisit = Visit & { call: Admitted<Call> }

const isCritical = ({ call }: Visit) => call.options.critical

interface Surroundings {
  /** The way in. Called in the order of the calls. */
  admit(visit: AdmittedVisit): void
  destroy(visit: Visit, reason: string): void
  /**
   * After a real change; identity, plugins and outbox follow it. Calls that were held are let in after this.
   * @param here not adopted from another tab
   * @param said our own manager has just told of another decision; one that a reading found others may know of
   */
  changed(now: Decision, before: Decision | undefined, here: boolean, said: boolean): void
  report(code: string, error: unknown): void
}

export type Gate = ReturnType<typeof createGate>

/**
 * Stands in front of identity, storage, plugins and network at once. While it does not know (the client is not loaded,
 * the page is not shown, the visitor has not decided) calls wait in its inbox, in memory only.
 */
export function createGate({ admit, destroy, changed, report }: Surroundings) {
  let inbox: Visit[] = []
  let options: ConsentOptions | undefined
  let decision: Decision | undefined
  let elsewhere: { state: ConsentState; seen: string } | undefined
  /** What held before the manager was told what the page had decided ahead of `load`. */
  let earlier: Decision | undefined
  let complained: unknown

  /** A manager that is broken, or knows no category that is needed, is named once. */
  function complain(error: unknown) {
    if (!complained) report('consent_manager', (complained = error))
  }

  function read(): ConsentState | undefined {
    let state: ConsentState | undefined
    try {
      const given = options!.manager?.read()
      if (given) {
        if (!isObject(given.categories)) throw new TypeError('no categories')
        // A copy that other tabs can be told.
        state = JSON.parse(JSON.stringify(given)) as ConsentState
      }
    } catch (error) {
      complain(error)
    }
    // Another tab has heard of a decision; it holds until our own manager says something new.
    if (elsewhere?.seen != JSON.stringify(state)) elsewhere = undefined
    return elsewhere?.state ?? state
  }

  function destroyAll(reason: string, gone = inbox) {
    // Out first: who hears of one may decide anew.
    inbox = inbox.filter((visit) => !gone.includes(visit))
    for (const visit of gone) destroy(visit, reason)
  }

  /** Lets in what waits, in order; what comes meanwhile queues up behind. */
  function release() {
    while (decision?.open && inbox[0]) admit(inbox.shift() as AdmittedVisit)
    if (decision?.open === false) destroyAll('refused')
  }

  const judge = () => decide(options!, read(), readGpc())

  /** Reads the manager again. True if sending is allowed from this line on. */
  function refresh(said = false): boolean {
    if (!options) return false
    const now = judge()
    // Read only now: a manager that is asked may say that it has changed, and then that has been followed already.
    const before = decision
    const unknown = now.decided && options.requires?.find((name) => !(name in now.categories))
    if (unknown) complain(new Error(`no category "${unknown}"`))
    if (JSON.stringify(now) != JSON.stringify(before)) {
      changed((decision = now), before, !elsewhere, said && isNews(now, before ?? earlier ?? now))
      release()
    }
    return decision!.open === true
  }

  const waiting = () => inbox.filter(({ call }) => isEvent(call)).length

  function enter(visit: Visit): void {
    inbox.push(visit)
    // What makes no event does not count, and is not evicted.
    if (options && !decision?.open && !(waiting() <= (options.hold ?? 100))) {
      const oldest = inbox.findIndex((each) => isEvent(each.call) && !isCritical(each))
      if (oldest >= 0) destroy(inbox.splice(oldest, 1)[0]!, 'overflow')
    }
    release()
  }

  /** Is it open, and are all of these categories granted? None at all, where a site maps a plugin to none, is no. */
  const open = (categories?: string[]): boolean =>
    !!decision?.open &&
    (!categories || (!!categories[0] && [categories].flat().every((name) => decision!.categories[name])))

  return {
    refresh,
    enter,

    /** The calls that `first` makes go before the events that wait. */
    before(first: () => unknown): void {
      const at = inbox.findIndex(({ call }) => isEvent(call))
      const events = at < 0 ? [] : inbox.splice(at)
      first()
      inbox.push(...events)
    },

    /** From now on the visitor's decision counts. Without `consent` everything is let in, as in analytics.js. */
    start(late: unknown, consent: ConsentOptions = { model: 'opt-out' }, say?: () => void): void {
      options = consent
      const early = inbox.splice(0)
      // Heard from before it is read: who is told of the first reading may decide anew.
      try {
        consent.manager?.subscribe(() => refresh(true))
      } catch (error) {
        complain(error)
      }
      if (say) {
        earlier = judge()
        say()
      }
      refresh()
      // What a plugin that had to wait for this says while it is loaded goes before the calls that were early.
      for (const visit of early) {
        // Nobody was there when a prerendered page made it.
        if (late) visit.call.time = Date.now()
        enter(visit)
      }
    },

    /** Nothing comes in any more: wrong options. */
    refuse(): void {
      decision = { open: false } as Decision
      options = undefined
      release()
    },

    /** A decision that another tab has heard of. */
    adopt(state: ConsentState): void {
      if (!options) return
      elsewhere = undefined
      const own = read()
      // A message may be older than what our own manager has heard since.
      if (!(own && own.updatedAt! > state.updatedAt!)) elsewhere = { state, seen: JSON.stringify(own) }
      refresh()
    },

    /**
     * The page goes. For good: what waits is destroyed, and what is closed stays closed. Into the cache, from which
     * hardly a page returns: only what somebody is to hear of.
     */
    end(cached: boolean): void {
      destroyAll('page-end', cached ? inbox.filter(isCritical) : inbox)
      if (!cached && !decision?.open) options = undefined
    },

    decision: () => decision,
    waiting,

    allows: () => open(),

    /** May this plugin be loaded and called now? */
    permits: ({ name, type, memoryOnly, always }: Plugin): boolean =>
      type == 'destination'
        // Where a site is exempt and nobody has decided, the endpoint is open and nothing else is.
        ? open(options?.destinations?.[name]) && (always || !!decision!.stores)
        : open() || (!!memoryOnly && decision?.open !== false),
  }
}
