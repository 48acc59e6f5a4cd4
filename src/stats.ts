/** The loss meter: what became of every call of this page. */
export interface Stats {
  /** Let in by the gate. */
  accepted: number
  /** Waiting for a decision, now. */
  held: number
  /** Destroyed because consent was refused, withdrawn, or never given before the page ended. */
  refused: number
  /** Given up, by reason. */
  dropped: Record<string, number>
  /** On their way and not acknowledged, now. */
  queued: number
  /** Put into a first request. */
  sent: number
  /** Put into a later request. */
  retried: number
  /** Accepted by the collector. */
  acknowledged: number
}

type Counter = Exclude<keyof Stats, 'held' | 'queued' | 'dropped'>

export function createStats() {
  const counts: Record<Counter, number> = { accepted: 0, refused: 0, sent: 0, retried: 0, acknowledged: 0 }
  const dropped: Record<string, number> = {}
  return {
    count(what: Counter | 'dropped', events = 1, reason = ''): void {
      if (what == 'dropped') dropped[reason] = (dropped[reason] ?? 0) + events
      else counts[what] += events
    },
    read: (held: number, queued: number): Stats => ({ ...counts, held, queued, dropped: { ...dropped } }),
  }
}
