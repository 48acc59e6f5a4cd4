import type { Emitter } from './emitter'

export type Report = (code: string, reason: unknown, more?: { plugin?: string; [detail: string]: unknown }) => void

/**
 * Everything that goes wrong is told on `error`, and once for each kind, and plugin, on the console. A little later, so
 * that a listener which is set right after `load` hears of it.
 */
export function createReport(face: Emitter): Report {
  const named = new Set<string>()
  return (code, reason, more) => {
    const kind = more?.plugin ? `${code} ${more.plugin}` : code
    if (!named.has(kind)) console.error('assent:', kind, reason)
    named.add(kind)
    queueMicrotask(() => face.emit('error', { code, reason, ...more }))
  }
}
