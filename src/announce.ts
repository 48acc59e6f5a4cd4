import type { Call } from './calls'
import type { Context } from './context'
import type { Emitter } from './emitter'
import type { Visit } from './gate'

/** Once: a site may wait for its callback to go on, to the next page for one. */
export function callBack(call: Call, ctx: Context): void {
  const { callback } = call
  call.callback = undefined
  void (async () => callback?.(ctx))().catch(() => {})
}

/**
 * Tells everybody what became of a call: its callback, the listeners, its promise. The events are those of
 * analytics.js, with the arguments of the call; the last one is undefined there too. Names are told as they were
 * called, whatever plugins have made of them.
 */
export function announce({ call, settle }: Visit, ctx: Context, face: Emitter, queue: Emitter): void {
  callBack(call, ctx)
  const { type, name = null, category = null, id, from = null } = call as Partial<Record<keyof Call, unknown>>
  const { userId = null, groupId = null, properties, traits } = ctx.event
  const names: Record<string, unknown[]> = {
    track: [name],
    page: [category, name],
    screen: [category, name],
    identify: [userId],
    group: [groupId],
    alias: [id],
  }
  face.emit(call.type, ...names[call.type]!, type == 'alias' ? from : properties ?? traits, undefined)
  const failure = ctx.failedDelivery()
  queue.emit('flush', ctx, !failure)
  if (failure) queue.emit('delivery_failure', ctx, failure.reason)
  else queue.emit('message_delivered', ctx).emit('delivery_success', ctx)
  settle(ctx)
}
