/** What a browser test may ask of a browser, in any engine. */

/** Runs in the page; closures do not travel, arguments and result go as JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type PageFunction<A extends any[], R> = ((...args: A) => R | Promise<R>) | string

export interface Page {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  back(): Promise<void>
  url(): Promise<string>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  evaluate<A extends any[], R>(fn: PageFunction<A, R>, ...args: A): Promise<R>
  /** Asks again and again until the answer is truthy, and returns it; rejects after 15 s. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  waitFor<A extends any[], R>(fn: PageFunction<A, R>, ...args: A): Promise<R>
  /** A real click, with the engine's own input events. */
  click(selector: string): Promise<void>
  /** PNG bytes, also written to `path` when given. */
  screenshot(path?: string): Promise<Uint8Array>
  close(): Promise<void>
  /** Uncaught errors and unhandled rejections of the page (empty in WebKit, which does not tell). */
  errors: string[]
  /** Lines of the page's console as `level: text` (empty in WebKit). */
  logs: string[]
  /** puppeteer's Page or selenium's WebDriver, for what only one engine can do. */
  raw: unknown
}

/** Storage and cookies of its own: a visitor. Its pages are its tabs. */
export interface Context {
  newPage(): Promise<Page>
  close(): Promise<void>
}

export interface Browser {
  newContext(): Promise<Context>
  close(): Promise<void>
}

export type EngineName = 'chromium' | 'firefox' | 'webkit'

/** The text of a call that evaluates `fn` with `args` in a page. */
export const callText = (fn: unknown, args: unknown[]): string =>
  typeof fn === 'string' ? fn : `(${String(fn)})(${args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ')})`

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export async function poll<R>(ask: () => Promise<R>, what: string, ms = 15_000): Promise<R> {
  const end = Date.now() + ms
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer) return answer
      last = answer
    } catch (error) {
      // Between two documents there is nobody to ask.
      last = error
    }
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}; last answer: ${String(last)}`)
    await sleep(20)
  }
}
