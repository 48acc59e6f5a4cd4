import { http, type Http } from '../plugins/http/index'
import { querystring } from '../plugins/querystring'
import { readEnvironment } from './browser/environment'
import { watchLifecycle, whenShown } from './browser/lifecycle'
import { openTabs } from './browser/tabs'
import { toCall, type Call } from './calls'
import { isNews, toStamp, type Decision } from './consent'
import { consentCookie, record } from './consent-cookie'
import { announce } from './announce'
import { attempt } from './attempt'
import { Context } from './context'
import { createConveyor } from './conveyor'
import { toDestroyed } from './destroyed'
import { toEvent } from './events'
import { createGate, type Admitted, type Visit } from './gate'
import { createIdentity, type Identity, type Who } from './identity'
import { load, type Face, type LoadOptions } from './load'
import type { InitOptions } from './options'
import { createPipeline, type Queue } from './pipeline'
import { createReport } from './report'
import { createStats } from './stats'
import type { AnalyticsLike, Categories, ConsentState, EventType, ID, Json } from './types'

/** What tabs of a site tell each other: a decision, or (null) that everybody was forgotten. */
type Message = ConsentState | null
type Traveller = { call: Admitted<Call>; settle: Visit['settle']; who: Who }

export type Client = ReturnType<typeof createClient>

/** Puts the house together. What follows a call from top to bottom is the road of an event; nothing goes round it. */
export function createClient(face: Face, queue: Queue, version: string) {
  const { count, read } = createStats()
  const report = createReport(face)
  let options: InitOptions = {}
  let identity: Identity | undefined
  let transport: Http | undefined
  let tell = (_: Message) => {}
  let environment: Json | undefined
  let era = 0 // another begins with each withdrawal
  const early: { anonymousId?: ID; consent?: Categories } = {}

  // ---------------------------------------------------------------- the road

  /** 1. A call, as it is made. */
  const call = (type: EventType, args: unknown[]): Promise<Context> =>
    new Promise((settle) => {
      face.emit('call', type)
      gate.enter({ call: toCall(type, args), settle })
    })

  /** 2. The gate: in, waiting, or destroyed. */
  const gate = createGate({ admit, destroy, changed, report })

  /** 3. Who made it, as of now; the rest follows when the caller has gone on. */
  function admit(visit: Admitted<Visit>) {
    const call = visit.call as Admitted<Call>
    // Exempt and undecided: nothing that says who somebody is.
    if (gate.decision()!.tier == 'off' && !/^(track|page|screen)$/.test(call.type)) return destroy(visit, 'refused')
    const who = identity!.apply(call)
    if (call.type == 'reset') {
      tell(null)
      face.emit('reset')
    } else {
      count('accepted')
      conveyor.push({ ...visit, call, who })
    }
  }

  const conveyor = createConveyor(async ({ call, settle, who }: Traveller) => {
    identity!.save()
    who.anonymousId = identity!.confirm(who.anonymousId)
    // Slow when it is cold, so not before there is an event.
    environment ??= readEnvironment()
    // 4. The event.
    const ctx = new Context(
      toEvent(call, who, options.integrations, { version, environment, stats: options.stats && stats() })
    )
    const done = () => {
      attempt(() => call.callback?.(ctx))
      announce(ctx, face, queue)
      settle(ctx)
    }
    // 5. Plugins; the last of them is the transport with its outbox, which keeps nobody waiting.
    const began = era
    const goesOn = await pipeline.enrich(ctx)
    // Who was known then may be nobody now, whatever has been granted since.
    if (began != era) destroy({ call, settle }, 'refused')
    else if (goesOn) void pipeline.deliver(ctx).then(done)
    else done()
  }, report)

  const pipeline = createPipeline(face as Face & AnalyticsLike, queue, gate.permits, report)

  // ---------------------------------------------------------------- consent

  function destroy({ call, settle }: Visit, reason: string) {
    count('refused')
    const ctx = toDestroyed(call, reason)
    if (call.options.critical) attempt(() => options.consent?.onUndelivered?.(ctx.event, reason))
    settle(ctx)
  }

  const stamp = () => options.consent && toStamp(gate.decision()!, options.consent.manager!.name)
  const durable = () => gate.decision()!.tier == 'persistent' && !options.disableClientPersistence

  function decide(categories: Categories) {
    if (options.consent) record(options.consent.manager!, categories, report)
    else early.consent = categories
  }

  function changed(now: Decision, before: Decision | undefined, here: boolean, said: boolean) {
    const { open, tier, decided, categories, state } = now
    if (open === false) {
      era++
      transport?.erase()
      identity!.forget()
      for (const visit of conveyor.clear()) destroy(visit, 'refused')
    } else {
      identity!.use(tier)
      if (open && !durable() && tier != 'off') transport?.forget()
    }
    void pipeline.follow()
    if (!options.consent) return
    if (before && state && here) tell(state)
    if (!isNews(now, before)) return
    face.emit('consent', decided ? categories : undefined)
    const { event = 'Consent Updated' } = options.consent
    // Not for what was decided in another tab, nor before this page by a manager that took its time to say so.
    if (before && decided && open && event && here && said && !(state!.updatedAt! < performance.timeOrigin)) {
      const { categoryPreferences, ...rest } = stamp()!
      void call('track', [event, { categories: categoryPreferences, ...rest }])
    }
  }

  // ---------------------------------------------------------------- life

  const hear = (message: Message) => (message?.categories ? gate.adopt(message) : gate.allows() && identity!.reload())

  async function leave(ended: boolean) {
    if (ended) gate.end()
    if (!gate.refresh()) return
    await conveyor.flush()
    if (gate.allows()) transport?.leave(ended)
  }

  function back() {
    if (!gate.refresh()) return
    identity!.sync()
    void transport?.flush()
  }

  const start = (given: LoadOptions) =>
    load(given, face, (options, endpoint) => open(options, given.writeKey, endpoint), gate.refuse, report)

  /** @returns a promise that waits for plugins, destinations excepted */
  async function open(given: InitOptions, writeKey: string, endpoint?: string): Promise<void> {
    const { cookie, consent, useQueryString, initialPageview, plugins } = (options = given)
    if (initialPageview) void call('page', [])
    if (consent) {
      const manager = consent.manager ?? consentCookie(cookie, consent.policyVersion)
      options = { ...options, consent: { ...consent, manager } }
      if (early.consent) decide(early.consent)
    }
    tell = openTabs('assent:' + writeKey, hear)
    identity = createIdentity(options)
    if (early.anonymousId) identity.user.anonymousId(early.anonymousId)
    const all = [querystring(useQueryString), ...(plugins ?? [])]
    if (endpoint) {
      const allowed = () => gate.refresh()
      transport = http({ ...options, endpoint, writeKey }, { allowed, stamp, durable, count, report })
      all.push(transport)
    }
    watchLifecycle(leave, back)
    const loaded = pipeline.register(all)
    whenShown((late) => gate.start(late, options.consent))
    await loaded.then(pipeline.follow)
  }

  const stats = () => read(gate.waiting(), transport?.queued() ?? 0)

  return {
    call,
    pipeline,
    start,
    stats,
    identity: () => identity,
    flush: async () => void (await transport?.flush()),

    setAnonymousId: (id?: ID): ID => (identity ? identity.user.anonymousId(id) : (early.anonymousId = id)),

    /** A call like any other, so that it keeps its place among those that wait. */
    reset: () => gate.enter({ call: { type: 'reset', options: {}, time: new Date() } as Call, settle() {} }),

    consent(categories?: Categories): Categories | undefined {
      if (categories) decide(categories)
      const decision = gate.decision()
      return options.consent && decision?.decided ? decision.categories : undefined
    },
  }
}
