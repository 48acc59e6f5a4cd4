import { listen } from './listen'
import { pageGlobals } from './page-globals'
import { whenPresent } from './when-present'

type Name = '__tcfapi' | '__gpp'
type Answer = (data: unknown, success: unknown) => void
interface Api {
  call(command: string, parameter: unknown, answer: Answer): void
  close?(): void
}

/** TCF's commands carry its version; those of GPP have the callback in its place. */
const version = { __tcfapi: 2, __gpp: '1.1' }

const inThisPage = (name: Name): Api | undefined => {
  const api = pageGlobals<Record<Name, (...args: unknown[]) => void>>()[name]
  if (typeof api !== 'function') return
  return {
    call: (command, parameter, answer) =>
      name === '__tcfapi' ? api(command, version[name], answer, parameter) : api(command, answer, parameter)
  }
}

/** The API of a page around this one, which marks itself by a frame named `…Locator` and takes messages. */
const inPageAbove = (name: Name): Api | undefined => {
  let above: Window = window
  while (above !== above.parent) {
    above = above.parent
    try {
      if (!(above.frames as unknown as Record<string, unknown>)[`${name}Locator`]) continue
    } catch {
      continue
    }
    const manager = above
    const callId = `assent${Math.random()}`
    let answer: Answer | undefined
    const close = listen(window, ['message'], (event) => {
      const { data, source } = event as MessageEvent<unknown>
      // Any frame can post a message: only the page that was asked may answer, and only this question.
      if (source !== manager) return
      try {
        const message = typeof data === 'string' ? JSON.parse(data) : data
        const answered = message[`${name}Return`]
        if (answered.callId === callId) answer?.(answered.returnValue, answered.success)
      } catch {
        // Some other conversation.
      }
    })
    return {
      close,
      call(command, parameter, take) {
        answer ??= take
        manager.postMessage({ [`${name}Call`]: { command, parameter, version: version[name], callId } }, '*')
      }
    }
  }
}

/**
 * Registers a listener with an IAB API, of this page or of one above it, once there is one: a stub will do, it queues.
 * `heard` gets each answer. Returns the stop, which takes the registration back.
 */
export const iabApi = (name: Name, changed: () => void, heard: Answer): (() => void) =>
  whenPresent(() => inThisPage(name) ?? inPageAbove(name), changed, ({ call, close }) => {
    let live = true
    let registration: unknown
    const unregister = (): void => {
      if (registration != null) call('removeEventListener', registration, () => undefined)
    }
    call('addEventListener', undefined, (data, success) => {
      const { listenerId } = (data ?? {}) as { listenerId?: unknown }
      const isFirst = registration == null
      registration ??= listenerId
      if (live) heard(data, success)
      // Queued by a stub and stopped before the API came.
      else if (isFirst) unregister()
    })
    return () => {
      live = false
      unregister()
      close?.()
    }
  })
