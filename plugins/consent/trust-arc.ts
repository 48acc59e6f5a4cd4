import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { listen } from './shared/listen'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { whenPresent } from './shared/when-present'

interface TrustArcPage {
  truste: {
    cma?: { callApi?(name: string, domain: string): { source?: unknown; consentDecision?: unknown } | undefined }
    eu?: { bindMap?: { categoryCount?: unknown; behavior?: unknown } }
  }
}

/** Its own sample waits this long: the decision is not yet readable when the message arrives. */
const settling = 500

/**
 * TrustArc. Decided when the decision was asserted; where the place of the visitor is not provisioned no banner will
 * ever come and consent is not required.
 *
 * @param options.categories category number (`1` is required, `2` functional, …) → the site's category
 * @param options.domain the domain that the banner is configured for; default: the page's host name
 */
export const trustArc = (
  { categories, domain }: { categories?: CategoryMap; domain?: string } = {}
): ConsentManager => ({
  name: 'trustArc',
  absent: 'opt-in',
  read() {
    const { cma, eu } = pageGlobals<TrustArcPage>().truste ?? {}
    const { source, consentDecision: granted } =
      cma?.callApi?.('getGDPRConsentDecision', domain ?? location.hostname) ?? {}
    if (typeof source !== 'string') return
    const { categoryCount, behavior } = eu?.bindMap ?? {}
    const asserted = source === 'asserted' && Array.isArray(granted)
    const unasked = source === 'unprovisioned'
    const names = Array.from({ length: Math.min(Number(categoryCount) || 3, 20) }, (_, index) => `${index + 1}`)
    return consentState(
      asserted ? 'explicit' : unasked ? 'not-required' : 'pending',
      siteCategories(categories, names, (name) => unasked || (asserted && granted.includes(+name))),
      { model: behavior === 'implied' ? 'opt-out' : behavior === 'expressed' ? 'opt-in' : undefined }
    )
  },
  subscribe(changed) {
    let timer: ReturnType<typeof setTimeout> | undefined
    let again = false
    // Any frame can post this message, so it is worth a look at the API and nothing more; each message is followed
    // by a look that is late enough, and a flood of them by two looks a second.
    const look = (): void => {
      if (timer) again = true
      else
        timer = setTimeout(() => {
          timer = undefined
          if (again) look()
          again = false
          changed()
        }, settling)
    }
    const stops = [
      listen(window, ['message'], (event) => {
        const { data } = event as MessageEvent<unknown>
        if (typeof data === 'string' && /"(submit_preferences|remove_iframe)"/.test(data)) look()
      }),
      whenPresent(() => pageGlobals<TrustArcPage>().truste?.cma?.callApi, changed),
      () => clearTimeout(timer)
    ]
    return () => stops.forEach((stop) => stop())
  }
})
