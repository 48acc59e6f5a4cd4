import type { Emitter } from './emitter'

export type Report = (code: string, reason: unknown, more?: object) => void

/** Everything that goes wrong is told on `error`, and once for each kind on the console. */
export function createReport(face: Emitter): Report {
  const named = new Set<string>()
  return (code, reason, more) => {
    if (!named.has(code)) console.error('assent:', code, reason)
    named.add(code)
    face.emit('error', { code, reason, ...more })
  }
}
