/** The script tag: takes over `window.analytics`, whether the snippet was there or not. The only file that acts on import. */
import { Analytics } from './analytics'

type Entry = [method: string, ...args: unknown[]]
type Stub = Entry[] & { _writeKey?: string; _loadOptions?: Record<string, unknown> }

/** Calls that prepare the client; wherever they stand in the buffer they hold for all of it, as in analytics.js. */
const FIRST = /^(setAnonymousId|on|once|off|ready|register|add(Source|Destination)Middleware|consent)$/

const script = document.currentScript
const key = script?.getAttribute('data-global-segment-analytics-key') ?? 'analytics'
const page = window as unknown as Record<string, Stub | Analytics | undefined>
const present = page[key]

if (!present || Array.isArray(present)) {
  const stub = (present ?? []) as Stub
  const analytics = (page[key] = new Analytics())
  const entries = stub.splice(0)
  const run = (entry: Entry) => analytics.push(entry)
  // What still holds the stub speaks to the client from now on.
  stub.push = (...later) => (later.forEach(run), 0)

  entries.filter(([method]) => FIRST.test(method)).forEach(run)
  const [, writeKey, options] = entries.find(([method]) => method == 'load') ?? []
  if (writeKey) void analytics.load(writeKey as string, options as never)
  else if ('_loadOptions' in stub) void analytics.load(stub._writeKey ?? keyInAddress(), stub._loadOptions)
  entries.filter(([method]) => !FIRST.test(method) && method != 'load').forEach(run)
}

/** Old snippets leave the write key in the script's address only. */
function keyInAddress(): string {
  return /\/analytics\.js\/v1\/([^/]+)/.exec((script as HTMLScriptElement | null)?.src ?? '')?.[1] ?? ''
}
