import { sleep } from '../../src/sleep'

/** How long a call waits for the answer: as a callback does in analytics.js, whose `settings.timeout` is 300 ms. */
const ANSWER_MS = 300

/** For those who wait until the collector has answered for a record, whatever it said. */
export function createAnswers() {
  const awaited = new Map<string, () => void>()
  /** What an answer did not want, and why, by message id: until those who have waited for it have heard. */
  const refused = new Map<string, Error>()
  return {
    refused,
    /** The collector has answered, or it is known that it will not. */
    came(keys: string[]): void {
      for (const key of keys) awaited.get(key)?.()
      setTimeout(() => refused.clear())
    },
    /** Resolves at the answer, after 300 ms at the latest. */
    async answered(key: string): Promise<void> {
      await Promise.race([new Promise<void>((resolve) => awaited.set(key, resolve)), sleep(ANSWER_MS)])
      awaited.delete(key)
    },
  }
}
