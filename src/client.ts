import { http, type Http } from '../plugins/http/index'
import { querystring } from '../plugins/querystring'
import { readEnvironment } from './browser/environment'
import { watchLifecycle, whenShown } from './browser/lifecycle'
import { photograph } from './browser/page'
import { openTabs } from './browser/tabs'
import { isEvent, toCall, type Call } from './calls'
import { toStamp, toUpdate, type Decision } from './consent'
import { record, withManager } from './consent-cookie'
import { announce, callBack } from './announce'
import { attempt } from './attempt'
import { Context } from './context'
import { createConveyor, type Rest } from './conveyor'
import { settleDestroyed, toDestroyed } from './destroyed'
import { toEvent } from './events'
import { createGate, type AdmittedVisit, type Visit } from './gate'
import { createIdentity } from './identity'
import { isObject } from './json'
import { load, type Face, type LoadOptions } from './load'
import { createNews } from './news'
import type { InitOptions } from './options'
import { createPipeline, type Queue } from './pipeline'
import { createPresence } from './presence'
import { createReport } from './report'
import { createStats } from './stats'
import type { Who } from './user'
import type { Categories, ConsentState, EventType, ID, Json, Plugin } from './types'

/** Puts the house together. What follows a call from top to bottom is the road of an event; nothing goes round it. */
export function createClient(face: Face, queue: Queue, version: string) {
  const { count, read: readStats } = createStats()
  const report = createReport(face)
  let options: InitOptions = {}
  let identity = createIdentity({}, [], () => {})
  let transport: Http | undefined
  let tellTabs = (_: ConsentState | null) => {} // a decision; null: the visitor was reset
  let environment: Json | undefined
  let era = 0 // another begins with each withdrawal
  let early: Categories | undefined // decided before `load`

  // ---------------------------------------------------------------- the road

  /** 1. A call, as it is made. */
  const call = (type: EventType, args: unknown[]): Promise<Context> =>
    new Promise((settle) => {
      face.emit('call', type)
      const call = toCall(type, args)
      gate.enter({ call, settle })
      // Nobody has to decide in order to get on.
      const goOn = () => gate.allows() || callBack(call, toDestroyed(call, new Error('consent undecided')))
      if (call.callback) setTimeout(goOn, face.settings.timeout)
    })

  /** One that makes no event keeps its place among the others; once it is let in it counts from the next line on. */
  function enter(type: string, options = {}): void {
    gate.enter({ call: { type, options, time: 0 } as Call, settle() {} })
    conveyor.catchUp()
  }

  // 2. The gate: in, waiting, or destroyed.
  const gate = createGate({ admit, destroy, changed, report })

  /** 3. In. The rest follows when the caller has gone on. */
  function admit(visit: AdmittedVisit) {
    const { type } = visit.call
    // Exempt and undecided: no identify, group or alias, nothing that says who somebody is.
    if (!gate.decision()!.stores && /^(identify|group|alias)$/.test(type)) return destroy(visit, 'refused')
    if (isEvent(visit.call)) count('accepted')
    // Timers come late in a hidden page, and not at all after the last listeners of one that goes.
    if (conveyor.push(visit) && isAway()) void leave()
  }

  /** 4. Who made it, as of that call. */
  function apply({ call }: AdmittedVisit): Who {
    const who = identity.apply(call)
    if (call.type == 'reset') {
      tellTabs(null)
      face.emit('reset')
    }
    return who
  }

  async function travel(visit: AdmittedVisit, who: Who, rest: Rest): Promise<void> {
    const { call } = visit
    if (!isEvent(call)) return
    const began = era
    // Who was known then may be nobody now, whatever has been granted since.
    const live = () => began == era && gate.allows()
    // Slow when it is cold, so not before there is an event.
    environment ??= readEnvironment()
    who.anonymousId = await identity.confirm(who.anonymousId, rest)
    // 5. The event.
    const more = { version, environment, stats: options.stats && stats() }
    const ctx = new Context(toEvent(call, who, options.integrations, more))
    face.emit('dispatch_start', ctx)
    // Withdrawn on its way: nobody but the caller hears of it any more.
    const done = () =>
      began == era ? announce(visit, ctx, face, queue) : settleDestroyed(visit, new Error('consent refused'))
    // 6. Plugins. The next event waits for the first ones, not for destinations, of which the transport is one.
    const goesOn = await pipeline.enrich(ctx, live)
    if (!live()) return destroy(visit, 'refused')
    if (options.consent) ctx.event.context = { ...ctx.event.context, consent: stamp() }
    if (goesOn) return void pipeline.deliver(ctx, live).then(done, (error) => fail(visit, error))
    count('dropped', 1, 'plugin')
    done()
  }

  const fail = (visit: Visit, error: unknown) => {
    report('event', error)
    attempt(() => destroy(visit, 'failed', error))
  }
  const conveyor = createConveyor(apply, travel, fail)
  const permits = (plugin: Plugin) => !options.disable && gate.permits(plugin)
  const pipeline = createPipeline(face as Parameters<Plugin['load']>[1], queue, permits, report)

  // ---------------------------------------------------------------- consent

  function destroy(visit: Visit, reason: string, failure: unknown = new Error('consent ' + reason)) {
    if (!isEvent(visit.call)) return
    count(/^(failed|overflow)/.test(reason) ? 'dropped' : 'refused', 1, reason)
    const { event } = settleDestroyed(visit, failure)
    if (visit.call.options.critical) attempt(() => options.consent?.onUndelivered?.(event, reason))
  }

  const stamp = () => options.consent && toStamp(gate.decision()!, options.consent.manager!.name)
  const durable = () => gate.decision()?.stores === true && !options.disableClientPersistence

  const tell = createNews(face, (state) => tellTabs(state), (event) => call('track', [event, toUpdate(stamp()!)]))

  function decide(categories: Categories) {
    if (!isObject(categories)) report('consent', new TypeError('no categories'))
    else if (options.consent) record(options.consent.manager!, categories, report)
    else if (transport) report('consent', new Error('load was given no option `consent`'))
    else early = { ...categories } // as said, whatever becomes of the banner's object
  }

  /** What lies below the gate follows the decision; then the others hear of it. */
  function changed(now: Decision, before: Decision | undefined, here: boolean, said: boolean) {
    const gone = now.open === false ? withdraw() : []
    // What was said of somebody while that was refused is not said of the next visitor.
    if (before?.open === false) identity.reload()
    identity.use(now.stores)
    if (before?.stores) identity.reload(true) // another tab may have withdrawn, and granted again, unheard of here
    if (now.stores && !durable()) transport?.offDisk()
    transport?.restamp()
    void pipeline.follow()
    if (options.consent) tell(options.consent, now, before, here, said)
    // Last: who hears of one may decide anew, and is told of that after this.
    gone.forEach((visit) => destroy(visit, 'refused'))
  }

  /** Nobody is known, and nothing is kept, queued or under way. */
  function withdraw(): Visit[] {
    era++
    count('refused', transport?.queued() ?? 0)
    transport?.erase()
    identity.erase()
    return conveyor.clear()
  }

  // ---------------------------------------------------------------- life

  const { hear, leave, back, isAway } = createPresence(gate, conveyor, () => identity, () => transport)

  /** Makes what the options ask for, then starts the gate. Resolves when plugins are loaded, destinations excepted. */
  async function open(given: LoadOptions, endpoint?: string): Promise<void> {
    const { writeKey, consent, useQueryString, initialPageview, plugins } = (options = withManager(given))
    tellTabs = openTabs(writeKey, hear)
    identity = createIdentity(options, consent?.tiers?.stores ?? [], conveyor.catchUp)
    const all = [querystring(useQueryString), ...[plugins].flat() as Plugin[]]
    const around = { allowed: () => gate.refresh(), stamp, durable, count, report }
    if (endpoint) all.push((transport = http({ ...options, endpoint, writeKey }, around)))
    watchLifecycle(leave, back)
    gate.before(() => pipeline.register(all))
    whenShown((late) => gate.start(late, options.consent, early && (() => decide(early!))))
    const landing = { ...photograph(), __t: 'bpc' } // a router may go on in this very task
    await null // what was called while the script loaded goes first
    if (initialPageview) void call('page', [landing])
    await pipeline.follow()
  }
  const stats = () => readStats(gate.waiting(), conveyor.count() + (transport?.queued() ?? 0))

  return {
    call, pipeline, stats,
    start: (given: LoadOptions) => load(given, face, open, gate.refuse, report),
    identity: () => identity,
    flush: async () => void (await conveyor.through(), await transport?.flush()),
    setAnonymousId(id?: ID): ID {
      if (id === undefined) return identity.user.anonymousId()
      enter('anonymousId', { anonymousId: id })
      return (!options.user?.disable && id) || null
    },
    reset: () => enter('reset'),
    consent(categories?: Categories): Categories | undefined {
      if (categories) decide(categories)
      const decision = gate.decision()
      return decision?.decided ? { ...decision.categories } : undefined
    },
  }
}
