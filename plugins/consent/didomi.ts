import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'

type Enabled = Record<string, { enabled?: unknown } | undefined>

interface DidomiPage {
  Didomi: {
    shouldUserStatusBeCollected?(): unknown
    isConsentRequired?(): unknown
    getCurrentUserStatus?(): Record<string, unknown> & { purposes?: Enabled; vendors?: Enabled } | undefined
  }
  /** Queues that Didomi takes over when it arrives. */
  didomiOnReady: unknown[]
  didomiEventListeners: unknown[]
}

/**
 * Didomi. Decided when consent is required and need not be collected any more. It is not asked before it is ready:
 * what it answers then may be anything.
 *
 * @param options.categories purpose id or vendor id → the site's category
 */
export const didomi = ({ categories }: { categories?: CategoryMap } = {}): ConsentManager => {
  let ready = false
  return {
    name: 'didomi',
    absent: 'opt-in',
    read() {
      const { Didomi } = pageGlobals<DidomiPage>()
      const status = ready ? Didomi?.getCurrentUserStatus?.() : undefined
      const { purposes, vendors, regulation, updated } = status ?? {}
      if (!status || !purposes) return
      return consentState(
        Didomi?.shouldUserStatusBeCollected?.() !== false ? 'pending'
          : Didomi.isConsentRequired?.() === false ? 'not-required' : 'explicit',
        siteCategories(categories, Object.keys(purposes), (name) => (purposes[name] ?? vendors?.[name])?.enabled),
        {
          model: regulation === 'gdpr' ? 'opt-in' : regulation && regulation !== 'none' ? 'opt-out' : undefined,
          tcString: status.consent_string,
          updatedAt: typeof updated === 'string' ? Date.parse(updated) : undefined,
          id: status.user_id
        }
      )
    },
    subscribe(changed) {
      const page = pageGlobals<DidomiPage>()
      let live = true
      const listener = (): void => {
        if (!live) return
        ready = true
        changed()
      }
      const queued: [keyof DidomiPage, unknown][] = [
        ['didomiOnReady', listener],
        // Pushed before Didomi loads this misses nothing; registered once it is ready it would miss early changes.
        ['didomiEventListeners', { event: 'consent.changed', listener }]
      ]
      const queueOf = (name: keyof DidomiPage) => (page[name] ??= []) as unknown[]
      for (const [name, entry] of queued) queueOf(name).push?.(entry)
      return () => {
        // Once Didomi has taken an entry over there is no way to take it back, only to fall silent.
        live = ready = false
        for (const [name, entry] of queued) {
          const queue = queueOf(name)
          if (Array.isArray(queue) && queue.includes(entry)) queue.splice(queue.indexOf(entry), 1)
        }
      }
    }
  }
}
