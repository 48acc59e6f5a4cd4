import Cookies from 'js-cookie'
import { attempt } from '../attempt'
import type { Store } from './store'

/** The names are those of analytics.js; `maxage` in days, 365 unless given. */
export interface CookieOptions {
  maxage?: number
  domain?: string
  path?: string
  secure?: boolean
  sameSite?: 'Strict' | 'Lax' | 'None' | string
}

/** example.test, shop.example.test … for www.shop.example.test: widest first. None for an address or a single label. */
function domains(): string[] {
  const labels = location.hostname.split('.')
  return /^[\d.]+$/.test(location.hostname) ? [] : labels.slice(1).map((_, index) => labels.slice(-2 - index).join('.'))
}

/** Cookies on the widest domain that the browser allows, which is found at the first write: one probe as a rule. */
export function cookieStore(
  { maxage = 365, path = '/', sameSite = 'Lax', secure, ...given }: CookieOptions = {}
): Store {
  let domain: string | null | undefined = given.domain ?? null
  return {
    get: (key) => attempt(() => Cookies.get(key)?.replace(/^(null|"(.*)")$/, '$2')),
    set(key, value) {
      attempt(() => {
        if (domain === null) {
          // A name of its own: another tab may be probing too.
          const probe = 'assent_domain' + Math.random()
          domain = domains().find((candidate) => {
            Cookies.set(probe, '1', { domain: candidate })
            const kept = Cookies.get(probe)
            Cookies.remove(probe, { domain: candidate })
            return kept
          })
        }
        Cookies.set(key, value as string, { expires: maxage, domain, path, secure, sameSite: sameSite as 'Lax' })
        // One of this host alone, as others have set it, would hide ours for good.
        if (domain && Cookies.get(key) != value) Cookies.remove(key, { path })
      })
    },
    /** Wherever an earlier visit may have put it: every domain level is tried until the key is gone. */
    remove(key) {
      attempt(() => {
        for (const candidate of [given.domain, undefined, ...domains()]) {
          if (Cookies.get(key)) Cookies.remove(key, { domain: candidate, path })
        }
      })
    },
  }
}
