/** What the delivery tests say again and again. */
import { expect } from 'vitest'
import type { Collector, Page } from '../harness'
import type { Stats } from '../../../src/stats'

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Names for `count` calls. */
export const named = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix} ${index}`)

export const track = (page: Page, names: string[], text = '') =>
  page.evaluate((list: string[], text: string) => {
    for (const name of list) void window.analytics.track(name, { text })
  }, names, text)

export const statsOf = (page: Page) => page.evaluate(() => window.analytics.stats() as Stats)

/** Every error event so far; `listen` has to be among `before` or be evaluated. */
export interface Told {
  code: string
  reason: string
  messageIds?: string[]
}
export const listen = () => {
  const told: Told[] = []
  Object.assign(window, { told })
  window.analytics.on('error', ({ code, reason, messageIds }: Omit<Told, 'reason'> & { reason: unknown }) =>
    told.push({ code, reason: String(reason), messageIds }))
}
export const toldOf = (page: Page) => page.evaluate(() => (window as unknown as { told: Told[] }).told)

/** Every one of the names is there, and no other; each counted once. */
export const expectOnce = ({ accepted }: Collector, names: string[]) => {
  expect(accepted.map(({ event }) => event as string).sort()).toEqual([...names].sort())
  expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(names.length)
}

/** ... and none came in two copies either. */
export const expectSingle = (collector: Collector, names: string[]) => {
  expectOnce(collector, names)
  expect([...collector.copies.values()].filter((copies) => copies > 1)).toEqual([])
}

/** Nothing is left to do for the page, or so it says. */
export const settled = (page: Page) => page.waitFor(() => window.analytics.stats().queued === 0)
