import type { Collector } from './collector.mjs'

export interface Demo {
  url: string
  collector: Collector
  /** Where accepted events are kept. */
  file: string | undefined
  close(): Promise<unknown>
}

export function startDemo(options?: { port?: number, collectorPort?: number, file?: string | false }): Promise<Demo>
