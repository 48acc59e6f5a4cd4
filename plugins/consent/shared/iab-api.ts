import { listen } from './listen'
import { whenPresent } from './when-present'

type Answer = (data: unknown, success: unknown) => void
type Call = (command: string, answer: Answer | undefined, parameter?: unknown) => void

/**
 * Registers a listener with `__tcfapi` or `__gpp`, of this page or of a page above it (which marks itself by a frame
 * named `…Locator` and takes messages), once there is one: a stub will do, it queues.
 * `heard` gets each answer. Returns the stop, which takes the registration back.
 */
export const iabApi = (name: string, changed: () => void, heard: Answer): (() => void) => {
  const callId = Math.random()
  let live = true
  let above: Window | undefined
  let call: Call | undefined
  let registration: unknown

  const unregister = (): void => call?.('removeEventListener', () => undefined, registration)
  const hear: Answer = (data, success) => {
    registration ??= (data as { listenerId?: unknown } | null)?.listenerId
    if (live) heard(data, success)
    // Queued by a stub, and stopped before the API came.
    else unregister()
  }
  const find = (): Call | undefined => {
    // Looked up at each call: the real API takes the place of its stub.
    const page = window as unknown as Record<string, (...args: unknown[]) => void>
    if (typeof page[name] === 'function')
      return (command, answer, parameter) =>
        // Only TCF's commands carry their version.
        name === '__gpp' ? page[name]?.(command, answer, parameter) : page[name]?.(command, 2, answer, parameter)
    let frame: Window = window
    while (!above && frame !== frame.parent) {
      frame = frame.parent
      try {
        if ((frame as unknown as Record<string, unknown>)[`${name}Locator`]) above = frame
      } catch {
        // Of another origin, and without such a frame.
      }
    }
    return above && ((command, answer, parameter) =>
      above?.postMessage({
        [`${name}Call`]: {
          command, parameter, version: name === '__gpp' ? '1.1' : 2, callId: answer === hear && callId
        }
      }, '*'))
  }

  const stops = [
    listen(window, ['message'], (event) => {
      const { data, source } = event as MessageEvent
      const answer = data?.[`${name}Return`]
      // Any frame can post a message: only the page that was asked may answer, and only this question.
      if (above && source === above && answer?.callId === callId) hear(answer.returnValue, answer.success)
    }),
    whenPresent(find, changed, (found) => {
      call = found
      call('addEventListener', hear)
    })
  ]
  return () => {
    live = false
    if (registration !== undefined) unregister()
    stops.forEach((stop) => stop())
  }
}
