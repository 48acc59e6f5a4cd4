import type { ConsentOptions } from './consent'
import { readGpc } from './browser/environment'
import { isObject } from './json'
import { cookieStore, type CookieOptions } from './stores/cookie'
import type { Report } from './report'
import type { Categories, ConsentManager, ConsentState, WritableConsentManager } from './types'

const KEY = 'assent_consent'

/** The built-in manager: the decision, and only the decision, in the first-party cookie `assent_consent`. */
function consentCookie(
  options: CookieOptions | undefined,
  policyVersion: string | undefined,
): WritableConsentManager {
  const { get, set } = cookieStore(options)
  let listener: (() => void) | undefined
  /** Where the browser keeps no cookie, or clings to an older one, a decision holds for this page. */
  let unkept: unknown
  return {
    name: 'assent',
    read() {
      const text = unkept ?? get(KEY)
      const kept = text && JSON.parse(text as string)
      // Decided before the site had versions is decided for none of them.
      const unversioned = { policyVersion: policyVersion && 'none' }
      if (isObject(kept)) return { ...unversioned, ...kept, decision: 'decided' } as ConsentState
    },
    subscribe(changed) {
      listener = changed
      return () => (listener = undefined)
    },
    write(categories) {
      const text = JSON.stringify({ categories, updatedAt: Date.now(), policyVersion, gpc: readGpc() })
      set(KEY, text)
      unkept = get(KEY) == text ? undefined : text
      listener?.()
    },
  }
}

/** Hands a decision to the manager, if it is one that the site itself drives. */
export function record(manager: ConsentManager | WritableConsentManager, categories: Categories, report: Report): void {
  if ('write' in manager) manager.write(categories)
  else report('consent_manager', new Error(manager.name + ' decides here'))
}

/** A site that names no manager has this one. */
export function withManager<O extends { cookie?: CookieOptions; consent?: ConsentOptions }>(options: O): O {
  const { consent, cookie } = options
  const manager = consent && (consent.manager ?? consentCookie(cookie, consent.policyVersion))
  // One category needs no list.
  const requires = [consent?.requires ?? []].flat()
  return consent ? { ...options, consent: { ...consent, manager, requires } } : options
}
