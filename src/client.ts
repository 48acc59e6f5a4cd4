import { http, type Http } from '../plugins/http/index'
import { queryOf, querystring } from '../plugins/querystring'
import { readEnvironment, readGpc } from './browser/environment'
import { watchLifecycle, whenShown } from './browser/lifecycle'
import { openTabs } from './browser/tabs'
import { toCall, type Call } from './calls'
import { toStamp, type Decision } from './consent'
import { consentCookie } from './consent-cookie'
import { Context } from './context'
import { createConveyor } from './conveyor'
import type { Emitter } from './emitter'
import { toEvent } from './events'
import { createGate, type Admitted, type Visit } from './gate'
import { createIdentity, type Identity, type Who } from './identity'
import type { InitOptions } from './options'
import { createPipeline } from './pipeline'
import { createStats } from './stats'
import type { AnalyticsLike, AssentEvent, Categories, ConsentState, EventType, ID, WritableConsentManager } from './types'

/** What tabs of a site tell each other: a decision, or that everybody was forgotten. */
type Message = { consent?: ConsentState; reset?: true }

export type Client = ReturnType<typeof createClient>

/** Puts the house together. What follows a call from top to bottom is the road of an event; nothing goes round it. */
export function createClient(face: Emitter, queue: Emitter, version: string) {
  const { count, read } = createStats()
  const named = new Set<string>()
  let options: InitOptions = {}
  let identity: Identity | undefined
  let transport: Http | undefined
  let builtIn: WritableConsentManager | undefined
  let tell: (message: Message) => void = () => {}
  const early: { anonymousId?: ID; consent?: Categories } = {}
  let environment: ReturnType<typeof readEnvironment>
  let integrations: Record<string, boolean>

  /** Everything that goes wrong is told on `error`, and once for each kind on the console. */
  function report(code: string, reason: unknown, more?: object) {
    if (!named.has(code)) console.warn('assent:', code, reason)
    named.add(code)
    face.emit('error', { code, reason, ...more })
  }

  // ---------------------------------------------------------------- the road

  /** 1. A call, as it is made. */
  async function call(type: EventType, args: unknown[]): Promise<Context> {
    face.emit('call', type)
    const made = toCall(type, args)
    return new Promise((settle) => gate.enter({ call: made, settle }))
  }

  /** 2. The gate: in, waiting, or destroyed. */
  const gate = createGate({ gpc: readGpc, admit, destroy, changed, report })

  /** 3. Who made it, as of now; the rest follows when the caller has gone on. */
  function admit({ call, settle }: Admitted<Visit>) {
    const who = identity!.apply(call as Admitted<Call>)
    if (call.type == 'reset') {
      tell({ reset: true })
      face.emit('reset')
    } else {
      count('accepted')
      conveyor.push({ call: call as Admitted<Call>, settle, who })
    }
  }

  const conveyor = createConveyor(async ({ call, settle, who }: { call: Admitted<Call>; settle: Visit['settle']; who: Who }) => {
    identity!.save()
    // 4. The event.
    const event = toEvent(call, who, identity!.nameOf(who.visitor), { environment, integrations, version, stats: options.stats ? stats() : undefined })
    const ctx = new Context(event)
    const done = () => {
      call.callback?.(ctx)
      announce(ctx)
      settle(ctx)
    }
    // 5. Plugins; the last of them is the transport with its outbox, which keeps nobody waiting.
    if (await pipeline.enrich(ctx)) void pipeline.deliver(ctx).then(done)
    else done()
  }, report)

  const pipeline = createPipeline({
    analytics: face as Emitter & AnalyticsLike,
    queue,
    report,
    allows: ({ name, type, memoryOnly }) =>
      gate.allows(type == 'destination' ? options.consent?.destinations?.[name] : undefined) || (!!memoryOnly && gate.decision()?.open !== false),
  })

  /** The events of analytics.js, with its arguments; the last one is undefined there too. */
  function announce(ctx: Context) {
    const { type, event, name = null, category = null, userId, groupId, previousId, properties, traits } = ctx.event
    const names: Record<string, unknown[]> = { track: [event], identify: [userId], group: [groupId], alias: [userId] }
    face.emit(type, ...(names[type] ?? [category, name]), previousId ?? properties ?? traits, undefined)
    const failure = ctx.failedDelivery()
    queue.emit('flush', ctx, !failure)
    if (failure) queue.emit('delivery_failure', ctx, failure.reason)
    else queue.emit('message_delivered', ctx).emit('delivery_success', ctx)
  }

  // ---------------------------------------------------------------- consent

  function destroy({ call: { type, name, data, options: given, page, time }, settle }: Visit, reason: string) {
    count('refused')
    const event = { type, event: name, properties: data, timestamp: time.toISOString(), context: { page } } as unknown as AssentEvent
    if (given.critical) options.consent?.onUndelivered?.(event, reason)
    const ctx = new Context(event)
    ctx.setFailedDelivery({ reason: new Error('consent ' + reason) })
    settle(ctx)
  }

  const stamp = () => options.consent && toStamp(gate.decision()!, options.consent.manager!.name)

  function changed(now: Decision, before: Decision | undefined) {
    if (now.open) identity!.use(now.tier)
    else if (now.open === false) {
      for (const visit of conveyor.clear()) destroy(visit, 'refused')
      transport?.erase()
      identity!.forget()
    }
    void pipeline.follow()
    if (!options.consent) return
    const { categories, decided } = now
    const told = JSON.stringify(before && [before.decided, before.categories]) != JSON.stringify([decided, categories])
    if (before && now.state) tell({ consent: now.state })
    if (told && (before || decided)) face.emit('consent', decided ? categories : undefined)
    const { event = 'Consent Updated' } = options.consent
    if (told && before && decided && now.open && event) {
      const { categoryPreferences, ...rest } = stamp()!
      void call('track', [event, { categories: categoryPreferences, ...rest }])
    }
  }

  // ---------------------------------------------------------------- life

  function hear({ consent, reset }: Message) {
    if (consent && consent.categories) gate.adopt(consent)
    if (reset && gate.allows()) identity!.reload()
  }

  async function leave(ended: boolean) {
    if (ended) gate.end()
    if (!gate.refresh()) return
    await conveyor.flush()
    if (gate.allows()) transport?.leave()
  }

  function back() {
    if (!gate.refresh()) return
    identity!.sync()
    void transport?.flush()
  }

  /** @returns a promise that waits for plugins */
  function start(given: InitOptions, endpoint: string | undefined, writeKey: string): Promise<unknown> {
    const { cookie, consent, useQueryString, plugins = [], disableClientPersistence } = (options = given)
    environment = readEnvironment()
    integrations = Object.fromEntries(Object.entries(options.integrations ?? {}).map(([name, value]) => [name, !!value]))
    if (consent) {
      builtIn = consentCookie(cookie, consent.policyVersion, readGpc)
      if (early.consent) builtIn.write(early.consent)
      options = { ...options, consent: { manager: builtIn, ...consent } }
      tell = openTabs('assent:' + writeKey, hear)
    }
    identity = createIdentity(options)
    if (early.anonymousId) identity.user.anonymousId(early.anonymousId)
    if (endpoint) {
      transport = http({ ...options, endpoint, writeKey }, {
        allowed: gate.refresh,
        stamp,
        durable: () => gate.decision()!.tier == 'persistent' && !disableClientPersistence,
        count,
        report,
      })
    }
    watchLifecycle(leave, back)
    const loaded = pipeline.register([querystring(queryOf(location), useQueryString), ...plugins, ...(transport ? [transport] : [])])
    whenShown(() => gate.start(options.consent))
    return loaded.then(pipeline.follow)
  }

  const stats = () => read(gate.waiting(), transport?.queued() ?? 0)

  return {
    call,
    gate,
    pipeline,
    start,
    stats,
    identity: () => identity,
    flush: async () => void (await transport?.flush()),

    setAnonymousId: (id?: ID): ID => (identity ? identity.user.anonymousId(id) : (early.anonymousId = id)),

    /** A call like any other, so that it keeps its place among those that wait. */
    reset: () => gate.enter({ call: { type: 'reset', options: {} } as Call, settle() {} }),

    consent(categories?: Categories): Categories | undefined {
      const { consent } = options
      if (categories) {
        if (!consent) early.consent = categories
        else if (consent.manager == builtIn) builtIn!.write(categories)
        else report('consent_manager', new Error(consent.manager!.name + ' decides here'))
      }
      const decision = gate.decision()
      return consent && decision?.decided ? decision.categories : undefined
    },
  }
}
