/** Longest slice of the main thread taken at a time: half a frame. */
const SLICE_MS = 8

/** An item that takes longer is passed by: it may wait for one that comes after it, or for good. */
const PATIENCE_MS = 12e3

/** Gives others the main thread for so many milliseconds, or less if there is no later. */
export type Rest = (ms?: number) => unknown

export type Conveyor = Pick<ReturnType<typeof createConveyor>, 'hurry'>

/**
 * Takes items one after another, soon after the caller has gone on, in slices; or without a pause when there is no
 * later.
 * @param prepare done once for each item, in order: when its turn comes, or before that in `catchUp`
 * @param work the rest; the next item waits for it, twelve seconds at most
 * @param failed hears of an item whose turn ended with an error
 */
export function createConveyor<Item, Prepared>(
  prepare: (item: Item) => Prepared,
  work: (item: Item, prepared: Prepared, rest: Rest) => Promise<void>,
  failed: (item: Item, error: unknown) => void,
) {
  interface Place {
    item: Item
    begun?: boolean
    prepared?: Prepared
  }
  const waiting: Place[] = []
  let running: Promise<void> | undefined
  let wake: (() => void) | undefined
  /** The end of this slice; Infinity when there is no later. */
  let until = 0
  let inHand = 0

  const rest: Rest = async (ms) => {
    if (until < Infinity) await new Promise<void>((resolve) => setTimeout((wake = resolve), ms))
    until = Math.max(until, performance.now() + SLICE_MS)
  }
  function ready(place: Place): Prepared {
    // Begun, not done: whoever hears of one while it is prepared may ask for all of them.
    if (!place.begun) {
      place.begun = true
      place.prepared = prepare(place.item)
    }
    return place.prepared!
  }

  async function finish(place: Place) {
    try {
      await work(place.item, ready(place), rest)
    } catch (error) {
      failed(place.item, error)
    }
    inHand--
  }

  async function run() {
    // Not even a timer on the caller's time.
    await null
    while (waiting[0]) {
      if (performance.now() > until) await rest()
      // Asked again: the belt may have been cleared meanwhile.
      const place = waiting.shift()
      if (!place) break
      inHand++
      let timer
      const passed = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))
      await Promise.race([finish(place), passed])
      clearTimeout(timer)
    }
    running = undefined
    until = 0
  }

  return {
    /** @returns whether the belt stood still */
    push(item: Item): boolean {
      const still = !running
      waiting.push({ item })
      running ??= run()
      return still
    },
    /** Prepares all that waits. */
    catchUp: () => waiting.forEach(ready),
    count: () => waiting.length + inHand,
    /** Resolves when all is through. */
    through: () => running,
    /** The same without a pause: in microtasks, unless a plugin takes longer. */
    hurry(): Promise<void> | undefined {
      if (running) until = Infinity
      wake?.()
      return running
    },
    /** Empties the belt; what was on it is the caller's to deal with. */
    clear: (): Item[] => waiting.splice(0).map(({ item }) => item),
  }
}
