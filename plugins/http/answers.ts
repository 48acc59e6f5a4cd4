import { sleep } from '../../src/sleep'

/** As long as analytics.js, by its `settings.timeout`, keeps a callback waiting. */
const PATIENCE = 300

/** For those who want to know when the collector has answered, whatever it said. */
export function createAnswers() {
  const awaited = new Map<string, () => void>()
  return {
    came: (keys: string[]): void => keys.forEach((key) => awaited.get(key)?.()),
    async wait(key: string): Promise<void> {
      await Promise.race([new Promise<void>((resolve) => awaited.set(key, resolve)), sleep(PATIENCE)])
      awaited.delete(key)
    },
  }
}
