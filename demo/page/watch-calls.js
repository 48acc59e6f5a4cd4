/** Listens in on every call of the page and of its plugins, and follows each to its end. */
const TYPES = ['track', 'page', 'screen', 'identify', 'group', 'alias']
const KEPT = 200

const labelOf = (type, [first, second]) =>
  type === 'page' || type === 'screen'
    ? [first, second].filter((part) => typeof part === 'string').join(' ') || document.title
    : typeof first === 'object' ? '' : String(first ?? '')

/**
 * The state of a call: `waiting` for the gate, `queued` when it is durable, then `accepted`; or `gone` for a reason.
 * @param changed is told of each call that is new or in another state
 */
export const watchCalls = (analytics, changed) => {
  const calls = []
  const accepted = new Set()
  /** By id: why the client gave up. It may say so before the call's own promise, which gives the id, resolves. */
  const givenUp = new Map()

  const put = (call, state, reason) => {
    if (call.state === 'gone' || call.state === 'accepted') return
    Object.assign(call, { state, reason })
    changed(call)
  }
  const find = (ids) => calls.filter(({ id }) => ids.includes(id))

  for (const type of TYPES) {
    const original = analytics[type]
    analytics[type] = (...args) => {
      const result = original(...args)
      // group() without arguments is no call.
      if (typeof result?.then !== 'function') return result
      const call = { type, label: labelOf(type, args), args, at: new Date(), state: 'waiting' }
      calls.unshift(call)
      calls.length = Math.min(calls.length, KEPT)
      changed(call)
      result.then((ctx) => {
        const failure = ctx.failedDelivery()
        call.id = ctx.event.messageId
        const withdrawn = analytics.consent()?.analytics === false && 'consent withdrawn'
        if (failure) put(call, 'gone', failure.reason.message)
        else if (accepted.has(call.id)) put(call, 'accepted')
        else if (givenUp.has(call.id) || withdrawn) put(call, 'gone', givenUp.get(call.id) ?? withdrawn)
        else put(call, 'queued')
      })
      return result
    }
  }

  analytics.on('error', ({ reason, messageIds = [], ctx }) => {
    for (const id of messageIds) givenUp.set(id, reason.message)
    for (const call of find([...messageIds, ...(ctx ? [ctx.event.messageId] : [])])) put(call, 'gone', reason.message)
  })

  return {
    calls,
    arrived({ messageId }) {
      accepted.add(messageId)
      for (const call of find([messageId])) put(call, 'accepted')
    },
    /** A withdrawal: what was durable is destroyed. */
    withdrawn() {
      for (const call of calls) if (call.state === 'queued') put(call, 'gone', 'consent withdrawn')
    },
  }
}
