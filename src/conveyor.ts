/** Longest slice of the main thread taken at a time, in milliseconds: half a frame. */
const SLICE = 8

/**
 * Takes items one after another, soon after the caller has gone on, in slices; or without a pause when there is no
 * later.
 */
export function createConveyor<Item>(
  work: (item: Item) => Promise<void>,
  report: (code: string, error: unknown) => void,
) {
  const items: Item[] = []
  let running: Promise<void> | undefined
  let wake: (() => void) | undefined
  let until = 0

  async function run() {
    while (items[0]) {
      if (performance.now() > until) {
        await new Promise<void>((resolve) => setTimeout((wake = resolve)))
        until = Math.max(until, performance.now() + SLICE)
      }
      try {
        // Asked again: the belt may have been cleared meanwhile.
        if (items[0]) await work(items.shift()!)
      } catch (error) {
        report('event', error)
      }
    }
    running = undefined
    until = 0
  }

  return {
    push(item: Item): void {
      items.push(item)
      running ??= run()
    },
    /** Resolves when all is through; in microtasks, unless a plugin takes longer. */
    flush(): Promise<void> | undefined {
      until = Infinity
      wake?.()
      return running
    },
    /** Empties the belt; what was on it is the caller's to deal with. */
    clear: (): Item[] => items.splice(0),
  }
}
