/** Consent managers that a test drives, and what the tests of the hard cases ask of a page again and again. */
import type { Collector, Page } from '../harness'

export interface SiteManager {
  /** What `read` answers: a ConsentState, or nonsense. */
  state: unknown
  /** Says so, and tells the client to read again. */
  say(state: unknown): void
  tell(): void
}

declare global {
  interface Window {
    cmp: SiteManager
  }
}

const asText = (create: () => unknown) => `(${String(create)})()`

/** Keeps its state in this page only, at `window.cmp`: other tabs never hear of it. */
export const pageManager = asText(() => {
  const listeners = new Set<() => void>()
  const cmp: SiteManager = (window.cmp = {
    state: undefined,
    tell: () => listeners.forEach((changed) => changed()),
    say(state) {
      cmp.state = state
      cmp.tell()
    },
  })
  return {
    name: 'site',
    read: () => cmp.state,
    subscribe(changed: () => void) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
})

/** Keeps its state in the cookie `site_consent`, 1 or 0, and tells nobody of a change, not even in this tab. */
export const cookieManager = asText(() => ({
  name: 'site',
  read: () => {
    const [, granted] = /site_consent=(\d)/.exec(document.cookie) ?? []
    return granted && { decision: 'decided', categories: { analytics: granted === '1' } }
  },
  subscribe: () => () => {},
}))

export const decided = (categories: Record<string, unknown>, more: object = {}) =>
  ({ decision: 'decided', basis: 'explicit', categories, ...more })
export const say = (page: Page, state: unknown) =>
  page.evaluate((said: unknown) => window.cmp.say(said ?? undefined), state)

export const decide = (page: Page, categories: Record<string, boolean>) =>
  page.evaluate((said: object) => void window.analytics.consent(said), categories)
export const track = (page: Page, ...names: string[]) =>
  page.evaluate((events: string[]) => events.forEach((name) => void window.analytics.track(name)), names)
export const names = ({ accepted }: Collector) =>
  accepted.map(({ event, type }: { event?: string; type: string }) => event ?? type)
export const has = (name: string) => (collector: Collector) => names(collector).includes(name)
/** Long enough for what must not be sent to be sent, were the gate open. */
export const quiet = (page: Page, ms = 800) =>
  page.evaluate((wait: number) => new Promise<void>((resolve) => setTimeout(resolve, wait)), ms)

/**
 * For a page in a frame, which ends for good when the frame goes elsewhere; its last words can still be read here.
 * @param first code that runs in the frame
 * @param last code that runs in the frame when it has gone: after every other listener of `pagehide`
 */
export const leave = async (first: string, last: string) => {
  const frame = document.querySelector('iframe')!
  const inner = frame.contentWindow as Window & typeof globalThis & { told?: unknown[] }
  const { spied = [], told = [] } = inner
  let persisted: boolean | undefined
  inner.eval(first)
  inner.addEventListener('pagehide', (event) => {
    persisted = event.persisted
    inner.eval(last)
  })
  await new Promise((resolve) => {
    frame.onload = resolve
    frame.src = '/gone'
  })
  return { persisted, told, spied: [...spied] }
}

export const nothing = { cookies: [], local: [], session: [], records: [] }
export const onlyTheDecision = { ...nothing, cookies: ['assent_consent'] }
