/** A page that is not kind: what it needs to put the whole house together, with a collector that notes what arrives. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, vi } from 'vitest'
import { Analytics } from '../../src/analytics'
import type { InitOptions } from '../../src/options'
import type { AssentEvent, Categories, ConsentState, Plugin } from '../../src/types'

export const endpoint = 'https://collect.example/v1/batch'
export const consent = { requires: ['analytics'], event: false as const }
export const page = { sent: [] as AssentEvent[], gone: new AbortController(), answer: (): unknown => undefined }
export const names = () => page.sent.map(({ event }) => event)
export const wait = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))

let site = 0

/** Listeners, cookies and stubs go with the page. */
export function newPage(): void {
  beforeEach(() => {
    Object.assign(page, { sent: [], gone: new AbortController(), answer: () => undefined })
    const { signal } = page.gone
    for (const target of [window, document]) {
      const add = target.addEventListener.bind(target) as (...args: unknown[]) => void
      vi.spyOn(target, 'addEventListener').mockImplementation(((type: string, listener: unknown, more?: object) =>
        add(type, listener, { ...more, signal })) as never)
    }
    vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
      await page.answer()
      page.sent.push(...(JSON.parse(body) as { batch: AssentEvent[] }).batch)
      return { status: 200, redirected: false, headers: new Headers() }
    })
  })
  afterEach(() => {
    page.gone.abort()
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    localStorage.clear()
    for (const pair of document.cookie.split('; ')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
  })
}

export function setUp(options: InitOptions = {}, before?: (analytics: Analytics) => unknown) {
  const analytics = new Analytics()
  const errors = vi.fn()
  analytics.on('error', errors)
  before?.(analytics)
  void analytics.load(`HOSTILE${++site}`, { endpoint, ...options })
  return { analytics, errors, key: `HOSTILE${site}` }
}

/** Of a visitor who said so on an earlier page. */
export function decidedBefore(categories: Categories): void {
  document.cookie = `assent_consent=${encodeURIComponent(JSON.stringify({ categories, updatedAt: 1 }))}; path=/`
}

/** What a reset in another tab does. */
export function forgetVisitor(): void {
  for (const pair of document.cookie.split('; ')) {
    if (pair.startsWith('ajs_')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
  }
  localStorage.clear()
}

/** All that was called has arrived, or is known not to. */
export async function arrive(analytics: Analytics) {
  await wait(30)
  await analytics.flush()
}

/** A consent manager that the test speaks for. */
export function driven(state?: ConsentState) {
  let changed = () => {}
  const manager = { name: 'm', read: () => state, subscribe: (call: () => void) => ((changed = call), () => {}) }
  const say = (next: ConsentState) => {
    state = next
    changed()
  }
  return { manager, say }
}

export const plugin = (more: Partial<Plugin>): Plugin =>
  ({ name: 'p', type: 'destination', isLoaded: () => true, load() {}, ...more })
