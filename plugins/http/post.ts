import { attempt } from '../../src/attempt'

declare global {
  /** https://wicg.github.io/pending-beacon/ : a fetch that the browser makes when the page is gone. */
  function fetchLater(url: string, init: RequestInit): unknown
}

const TIMEOUT_MS = 15e3
/** Browsers allow 64 KiB of keepalive bodies in flight per page, beacons included. */
const AWAY_BUDGET = 65536
/** What a body holds beside its events. */
const ENVELOPE_BYTES = 200

export const gzip = (body: string): Promise<ArrayBuffer> =>
  new Response(new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()

/** Status 0 for no answer, or none that may be read. */
interface Answer {
  status: number
  /** The header `Retry-After`. */
  retryAfter?: string | null
}

/** The way out: the only lines of assent that reach the network. @param allowed may anything be sent now? */
export function createPost(endpoint: string, allowed: () => boolean) {
  const flying = new Set<AbortController>()
  let net: AbortController | undefined
  let netContents: string | undefined
  let room = AWAY_BUDGET

  return {
    /**
     * A string goes as text/plain, bytes without a type: neither asks the collector for permission first.
     * @param size bytes of the body
     * @param live is it still of a visitor who may be known? Asked in the task that sends
     * @param leaving the page may be gone before there is an answer
     */
    async post(
      body: string | ArrayBuffer,
      size: number,
      live: () => boolean,
      leaving?: boolean,
    ): Promise<Answer> {
      if (!live()) return { status: 0 }
      const controller = new AbortController()
      const { signal } = controller
      const timer = setTimeout(() => controller.abort(), TIMEOUT_MS)
      // A request that the page's end would cut off is a duplicate on the next page: let it outlive the page if it may.
      const keepalive = size <= room
      // Only what may outlive the page counts.
      if (!keepalive) size = 0
      room -= size
      flying.add(controller)
      try {
        const { status, redirected, headers } = await fetch(
          endpoint,
          { method: 'POST', body, keepalive, credentials: 'omit', signal },
        )
        // A redirect is accepted, unless where it leads to it is wanted again.
        return { status: redirected && status < 408 ? 302 : status, retryAfter: headers.get('retry-after') }
      } catch {
        // Refused on the way out, by a blocker or because others have used the budget: a beacon may still pass.
        if (leaving && live() && !signal.aborted) attempt(() => navigator.sendBeacon(endpoint, body))
        return { status: 0 }
      } finally {
        clearTimeout(timer)
        flying.delete(controller)
        room += size
      }
    },

    /**
     * A request that leaves when the page is killed, where the browser has fetchLater. It takes the place of the one
     * before.
     * @param contents says what is in it, so that the same is not asked for again; without it there is none any more
     */
    setNet(contents?: string, body?: () => string): void {
      if (contents == netContents) return
      netContents = contents
      net?.abort()
      const { signal } = (net = new AbortController())
      try {
        if (contents && allowed()) fetchLater(endpoint, { method: 'POST', body: body!(), credentials: 'omit', signal })
      } catch {
        // Not here, or no room: what is stored goes with the next page.
      }
    },

    /** Bytes of events that may still go out when the page is going away. */
    room: () => room - ENVELOPE_BYTES,
    abort: () => flying.forEach((controller) => controller.abort()),
  }
}
