import type { ConsentManager } from '../../src/types'
import { consentState } from './shared/consent-state'
import { pageGlobals } from './shared/page-globals'
import { siteCategories } from './shared/site-categories'
import type { CategoryMap } from './shared/site-categories'
import { storedChange } from './shared/stored-change'
import { whenPresent } from './shared/when-present'

interface Service {
  name: string
  purposes?: unknown
  required?: unknown
}

interface Config {
  services?: Service[]
  required?: unknown
  optOut?: unknown
}

interface Manager {
  config?: Config
  confirmed?: unknown
  /** The last saved consents, or the defaults; `consents` itself moves with every unsaved switch. */
  savedConsents?: Record<string, unknown>
  storageName?: unknown
  /** Reads the cookie (or other storage) anew at each call. */
  store?: { get?(): unknown }
  watch?(watcher: { update(): void }): void
  unwatch?(watcher: { update(): void }): void
}

interface KlaroApi {
  defaultConfig?: Config
  getManager?(config?: Config): Manager | undefined
}

interface KlaroPage {
  klaro: KlaroApi
  klaroConfig: Config
}

/** The saved consents as every tab sees them; undefined when there are none or they cannot be read. */
const storedConsents = ({ store }: Manager): Record<string, unknown> | undefined => {
  try {
    const stored: unknown = JSON.parse(decodeURIComponent(`${store?.get?.()}`))
    if (stored && typeof stored === 'object') return stored as Record<string, unknown>
  } catch {
    // Not Klaro's own writing: as if there were none.
  }
}

/**
 * Klaro 0.7. Decided when its storage holds an answer for every service; what is only switched but not saved, and
 * what another tab has withdrawn, is not granted.
 *
 * @param options.categories purpose or service name → the site's category; a purpose needs all of its services
 * @param options.api the module, where it is imported instead of being the global `klaro`
 * @param options.config Klaro's configuration; default: its own default, or the global `klaroConfig`
 */
export const klaro = (
  { categories, api, config }: { categories?: CategoryMap; api?: unknown; config?: unknown } = {}
): ConsentManager => {
  let manager: Manager | undefined
  return {
    name: 'klaro',
    absent: 'opt-in',
    read() {
      const services = manager?.config?.services
      if (!manager || !Array.isArray(services)) return
      const { confirmed, savedConsents } = manager
      const settings = manager.config ?? {}
      const stored = storedConsents(manager)
      const decided = !!stored && services.every(({ name }) => typeof stored[name] === 'boolean')
      const consents = (decided ? stored : savedConsents) ?? {}
      const purposesOf = ({ purposes }: Service): unknown[] => (Array.isArray(purposes) ? purposes : [])
      const names = services.flatMap((service) => [service.name, ...purposesOf(service)]).map(String)
      return consentState(
        decided ? 'explicit' : settings.optOut && !confirmed ? 'implied' : 'pending',
        siteCategories(categories, names, (name) => {
          const meant = services.filter((service) => service.name === name || purposesOf(service).includes(name))
          return meant.length > 0 && meant.every((service) =>
            (service.required ?? settings.required) === true || consents[service.name] === true)
        }),
        { model: settings.optOut ? 'opt-out' : 'opt-in' }
      )
    },
    subscribe(changed) {
      const watcher = { update: changed }
      // Klaro makes its manager, and runs services, when the document is parsed; asking earlier would make it here.
      const find = (): Manager | undefined => {
        const page = pageGlobals<KlaroPage>()
        const klaroApi = (api as KlaroApi | undefined) ?? page.klaro
        const settings = (config as Config | undefined) ?? klaroApi?.defaultConfig ?? page.klaroConfig
        return settings && document.readyState !== 'loading' ? klaroApi?.getManager?.(settings) : undefined
      }
      const stops = [
        storedChange((name) => name === (manager?.storageName ?? 'klaro'), changed),
        whenPresent(find, changed, (found) => {
          manager = found
          // Its news are not looked at: switches are among them, and the read looks at what is saved.
          found.watch?.(watcher)
          return () => found.unwatch?.(watcher)
        })
      ]
      return () => {
        stops.forEach((stop) => stop())
        manager = undefined
      }
    }
  }
}
