import type { Context } from './context'
import type { Emitter } from './emitter'

/** The events of analytics.js after each call, with its arguments; the last one is undefined there too. */
export function announce(ctx: Context, face: Emitter, queue: Emitter): void {
  const { type, event, name = null, category = null, userId, groupId, previousId, properties, traits } = ctx.event
  const names: unknown[] = type == 'page' || type == 'screen'
    ? [category, name]
    : [type == 'track' ? event : type == 'group' ? groupId : userId]
  face.emit(type, ...names, previousId ?? properties ?? traits, undefined)
  const failure = ctx.failedDelivery()
  queue.emit('flush', ctx, !failure)
  if (failure) queue.emit('delivery_failure', ctx, failure.reason)
  else queue.emit('message_delivered', ctx).emit('delivery_success', ctx)
}
