import { Analytics } from '../analytics'

type Entry = [method: string, ...args: unknown[]]
type Stub = Entry[] & { _writeKey?: string; _loadOptions?: Record<string, unknown> }

/** Calls that prepare the client; wherever they stand in the buffer they hold for all of it, as in analytics.js. */
const FIRST = /^(setAnonymousId|on|once|off|ready|register|add(Source|Destination)Middleware|consent)$/

/** Takes over `window.analytics`, whether the snippet was there or not. To be called while the script itself runs. */
export function takeOver(): void {
  const script = document.currentScript as HTMLScriptElement | null
  const key = script?.getAttribute('data-global-segment-analytics-key') ?? 'analytics'
  const page = window as unknown as Record<string, Stub | Analytics | undefined>
  const found = Object(page[key] ?? []) as Stub
  // An element whose id is `analytics` is a global too.
  const stub: Stub = 'nodeType' in found ? [] : found
  // A client is there already: the script came twice. Or something of another's is.
  if (!Array.isArray(stub)) return void ('load' in stub || console.error(`assent: window.${key} is taken`))
  const analytics = (page[key] = new Analytics())
  const run = (entry: Entry) => analytics.push(entry)
  const entries = stub.splice(0)
  // What still holds the stub speaks to the client from now on.
  stub.push = (...later) => (later.forEach(run), 0)

  entries.filter(([method]) => FIRST.test(method)).forEach(run)
  const [, writeKey, options] = entries.find(([method]) => method == 'load') ?? []
  // Old snippets leave the write key in the script's address only.
  const address = /\/analytics\.js\/v1\/([^/]+)/.exec(script?.src ?? '')?.[1] ?? ''
  if (writeKey) void analytics.load(writeKey as string, options as never)
  else if ('_loadOptions' in stub) void analytics.load(stub._writeKey ?? address, stub._loadOptions)
  entries.filter(([method]) => !FIRST.test(method) && method != 'load').forEach(run)
}
