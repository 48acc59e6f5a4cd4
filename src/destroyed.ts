import { callBack } from './announce'
import { toPage } from './browser/page'
import type { Call } from './calls'
import { Context } from './context'
import type { Visit } from './gate'
import type { SegmentEvent } from './types'

/** What is told of a call that never became an event: what it said, where and when, and nothing of who made it. */
export function toDestroyed({ type, name, data, page, time }: Call, reason: unknown): Context {
  const timestamp = new Date(time).toISOString()
  const event = { type, event: name, properties: data, timestamp, context: { page: toPage(page) } }
  const ctx = new Context(event as SegmentEvent)
  ctx.setFailedDelivery({ reason })
  return ctx
}

/** Tells the caller, and nobody else; the callback not amid the call. */
export function settleDestroyed({ call, settle }: Visit, reason: unknown): Context {
  const ctx = toDestroyed(call, reason)
  queueMicrotask(() => callBack(call, ctx))
  settle(ctx)
  return ctx
}
