import { sleep } from '../../src/sleep'

/** Longer than a request may take: a tab that dies while it sends keeps the others waiting no longer than this. */
const LEASE_MS = 3e4
const ASK_AGAIN_MS = 500

/**
 * One sender at a time over all tabs of a site.
 * @param signal leaves the queue: a page that waits in the back/forward cache must not be handed the turn
 * @param claim takes the turn for so many milliseconds, or gives it back (0); false if another tab has it
 */
export async function locked(
  name: string,
  work: () => Promise<void>,
  signal: AbortSignal,
  claim: (ms: number) => Promise<boolean>,
): Promise<void> {
  let begun: Promise<void> | undefined
  try {
    await navigator.locks.request(name, { signal }, () => (begun = work()))
  } catch {
    if (signal.aborted && !begun) return
    // There are no locks on plain http, and none for an opaque origin.
    while (!begun && !(await claim(LEASE_MS))) await sleep(ASK_AGAIN_MS)
    await (begun ?? work().finally(() => claim(0)))
  }
}
