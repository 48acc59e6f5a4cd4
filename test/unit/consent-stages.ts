/**
 * One stage per consent manager: what the vendor's script puts on a page, played by a stub. The contract test drives
 * them all alike; `plays` says what the visitor has said, `pretends` puts on every default without being asked.
 */
import { cookiebot } from '../../plugins/consent/cookiebot'
import { cookieConsent } from '../../plugins/consent/cookie-consent'
import { didomi } from '../../plugins/consent/didomi'
import { gpp } from '../../plugins/consent/gpp'
import { iubenda } from '../../plugins/consent/iubenda'
import { ketch } from '../../plugins/consent/ketch'
import { klaro } from '../../plugins/consent/klaro'
import { oneTrust } from '../../plugins/consent/one-trust'
import { osano } from '../../plugins/consent/osano'
import { shopify } from '../../plugins/consent/shopify'
import { tcf } from '../../plugins/consent/tcf'
import { termly } from '../../plugins/consent/termly'
import { trustArc } from '../../plugins/consent/trust-arc'
import { usercentrics } from '../../plugins/consent/usercentrics'
import { wpConsent } from '../../plugins/consent/wp-consent'
import type { ConsentManager, Json } from '../../src/types'

// What vendors put on window is theirs, and shapeless.
export const page = globalThis as Json

export interface Stage {
  name: string
  create(options?: { categories?: Record<string, string | string[]> }): ConsentManager
  /** The manager's names of two categories. */
  a: string
  b: string
  /** Globals that a content blocker would replace. */
  globals: string[]
  /** The vendor's script arrives; nobody has been asked. */
  arrives(): void
  /** The visitor has said so, here and now. */
  plays(a: boolean, b: boolean): void
  /** Defaults that look like consent. */
  pretends(): void
  /** How many listeners the manager itself keeps, where it keeps any and can give them back. */
  followers?(): number
}

const say = (type: string, target: EventTarget = window) => target.dispatchEvent(new Event(type))
const setCookie = (name: string, value: string) => {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/`
}

const oneTrustStage: Stage = {
  name: 'oneTrust', create: oneTrust, a: 'C0002', b: 'C0004', globals: ['OneTrust', 'OnetrustActiveGroups'],
  arrives() {
    page.OneTrust = {
      closed: false,
      IsAlertBoxClosed: () => page.OneTrust.closed,
      GetDomainData: () => ({
        ShowAlertNotice: true, ConsentModel: { Name: 'opt-in' },
        Groups: [{ CustomGroupId: 'C0001' }, { CustomGroupId: 'C0002 ' }, { CustomGroupId: 'C0004' }],
      }),
      OnConsentChanged() {},
    }
    page.OnetrustActiveGroups = ',C0001,'
    say('OneTrustGroupsUpdated')
  },
  plays(a, b) {
    page.OneTrust.closed = true
    page.OnetrustActiveGroups = `,C0001,${a ? 'C0002,' : ''}${b ? 'C0004,' : ''}`
    say('OneTrustGroupsUpdated')
  },
  pretends() {
    page.OnetrustActiveGroups = ',C0001,C0002,C0004,'
    say('OneTrustGroupsUpdated')
  },
}

const trustArcStage: Stage = {
  name: 'trustArc', create: trustArc, a: '2', b: '3', globals: ['truste'],
  arrives() {
    page.truste = {
      said: { source: 'implied', consentDecision: [0] },
      cma: { callApi: (name: string) => (name === 'getGDPRConsentDecision' ? page.truste.said : undefined) },
      eu: { bindMap: { categoryCount: 3, behaviorManager: 'eu', behavior: 'expressed' } },
    }
  },
  plays(a, b) {
    // The message comes first; the decision can be read some time after.
    window.postMessage(JSON.stringify({ source: 'preference_manager', message: 'submit_preferences' }), '*')
    setTimeout(() => {
      page.truste.said = { source: 'asserted', consentDecision: [1, ...(a ? [2] : []), ...(b ? [3] : [])] }
    }, 200)
  },
  pretends() {
    page.truste.said = { source: 'implied', consentDecision: [0, 1, 2, 3] }
    window.postMessage(JSON.stringify({ source: 'preference_manager', message: 'submit_preferences' }), '*')
  },
}

const cookiebotStage: Stage = {
  name: 'cookiebot', create: cookiebot, a: 'statistics', b: 'marketing', globals: ['Cookiebot'],
  arrives() {
    page.Cookiebot = {
      hasResponse: false, consented: false, declined: false, consentID: '0',
      consent: { necessary: true, preferences: false, statistics: false, marketing: false, method: null },
    }
  },
  plays(a, b) {
    const consent = { necessary: true, preferences: false, statistics: a, marketing: b, method: 'explicit' }
    Object.assign(page.Cookiebot, { hasResponse: true, consentID: 'cb1', consentUTC: new Date(1e12), consent })
    say('CookiebotOnConsentReady')
  },
  pretends() {
    page.Cookiebot.consent = { necessary: true, preferences: true, statistics: true, marketing: true, method: null }
    say('CookiebotOnLoad')
  },
}

const usercentricsV2Stage: Stage = {
  name: 'usercentrics v2', create: usercentrics, a: 'analytics', b: 'marketing', globals: ['UC_UI'],
  arrives() {
    const service = (name: string, categorySlug: string, status = false) => (
      { id: `id-${name}`, name, categorySlug, consent: { status, history: [{ type: 'implicit', status }] } })
    page.UC_UI = {
      required: true,
      services: [service('Usercentrics', 'essential', true), service('GA', 'analytics'), service('Ads', 'marketing')],
      isInitialized: () => true,
      isConsentRequired: () => page.UC_UI.required,
      getServicesBaseInfo: () => page.UC_UI.services,
      getControllerId: () => 'controller-2',
    }
    say('UC_UI_INITIALIZED')
  },
  plays(a, b) {
    page.UC_UI.required = false
    for (const service of page.UC_UI.services.slice(1)) {
      const status = service.categorySlug === 'analytics' ? a : b
      service.consent = { status, history: [...service.consent.history, { type: 'explicit', status }] }
    }
    say('UC_UI_CMP_EVENT')
  },
  pretends() {
    for (const service of page.UC_UI.services) service.consent.status = true
    say('ucEvent')
  },
}

const usercentricsV3Stage: Stage = {
  name: 'usercentrics v3', create: usercentrics, a: 'analytics', b: 'marketing', globals: ['__ucCmp'],
  arrives() {
    const given = (value: boolean, type: string) => ({ given: value, type })
    const detail = (a: boolean, b: boolean, type: string, required: boolean) => ({
      consent: { required, status: 'SOME', type, setting: { type: 'GDPR' } },
      services: {
        s0: { name: 'Usercentrics', category: 'essential', essential: true, consent: given(true, 'IMPLICIT') },
        s1: { name: 'GA', category: 'analytics', essential: false, consent: given(a, type) },
        s2: { name: 'Ads', category: 'marketing', essential: false, consent: given(b, type) },
      },
      categories: {},
    })
    page.__ucCmp = {
      detail,
      details: detail(false, false, 'IMPLICIT', true),
      isInitialized: async () => true,
      isConsentRequired: async () => page.__ucCmp.details.consent.required,
      getConsentDetails: async () => page.__ucCmp.details,
      getControllerId: async () => 'controller-3',
    }
    say('UC_UI_INITIALIZED')
  },
  plays(a, b) {
    page.__ucCmp.details = page.__ucCmp.detail(a, b, 'EXPLICIT', false)
    say('UC_CONSENT')
  },
  pretends() {
    page.__ucCmp.details = page.__ucCmp.detail(true, true, 'IMPLICIT', true)
    say('UC_CONSENT')
  },
}

const didomiStage: Stage = {
  name: 'didomi', create: didomi, a: 'measure', b: 'ads', globals: ['Didomi'],
  arrives() {
    const listeners: { event: string; listener(): void }[] = []
    const status = (a: boolean, b: boolean) => ({
      purposes: { measure: { id: 'measure', enabled: a }, ads: { id: 'ads', enabled: b } },
      vendors: { google: { id: 'google', enabled: a } },
      regulation: 'gdpr', user_id: 'didomi-1', updated: '2026-01-02T03:04:05.000Z', consent_string: 'CTC',
    })
    page.Didomi = {
      status, current: status(false, false), collect: true,
      isConsentRequired: () => true,
      shouldUserStatusBeCollected: () => page.Didomi.collect,
      getCurrentUserStatus: () => page.Didomi.current,
      tell: () => listeners.forEach(({ event, listener }) => event === 'consent.changed' && listener()),
    }
    for (const entry of page.didomiEventListeners ?? []) listeners.push(entry)
    page.didomiEventListeners = { push: (entry: (typeof listeners)[0]) => void listeners.push(entry) }
    for (const ready of page.didomiOnReady ?? []) ready(page.Didomi)
    page.didomiOnReady = { push: (ready: (api: unknown) => void) => ready(page.Didomi) }
  },
  plays(a, b) {
    page.Didomi.collect = false
    page.Didomi.current = page.Didomi.status(a, b)
    page.Didomi.tell()
  },
  pretends() {
    page.Didomi.current = page.Didomi.status(true, true)
    page.Didomi.tell()
  },
}

const osanoStage: Stage = {
  name: 'osano', create: osano, a: 'ANALYTICS', b: 'MARKETING', globals: ['Osano'],
  arrives() {
    const listeners: Record<string, ((consent?: object) => void)[]> = {}
    const of = (a: boolean, b: boolean) => (
      { ESSENTIAL: 'ACCEPT', STORAGE: 'DENY', ANALYTICS: a ? 'ACCEPT' : 'DENY', MARKETING: b ? 'ACCEPT' : 'DENY' })
    page.Osano = {
      cm: {
        of, consent: of(false, false), saved: false, mode: 'production',
        getConsent: () => ({ ...page.Osano.cm.consent }),
        addEventListener(type: string, listener: (consent?: object) => void) {
          ;(listeners[type] ??= []).push(listener)
          const { saved, consent } = page.Osano.cm
          if (type === 'osano-cm-initialized') listener(saved ? consent : undefined)
          if (type === 'osano-cm-consent-saved' && saved) setTimeout(() => listener(consent))
        },
        removeEventListener(type: string, listener: () => void) {
          listeners[type] = (listeners[type] ?? []).filter((one) => one !== listener)
        },
        tell: (type: string) => listeners[type]?.forEach((listener) => listener(page.Osano.cm.consent)),
        followers: () => Object.values(listeners).flat().length,
      },
    }
  },
  plays(a, b) {
    const { cm } = page.Osano
    Object.assign(cm, { saved: true, consent: cm.of(a, b) })
    cm.tell('osano-cm-consent-saved')
  },
  followers: () => page.Osano.cm.followers(),
  pretends() {
    page.Osano.cm.consent = page.Osano.cm.of(true, true)
    page.Osano.cm.tell('osano-cm-consent-changed')
  },
}

const iubendaStage: Stage = {
  name: 'iubenda', create: iubenda, a: '4', b: '5', globals: ['_iub'],
  arrives() {
    page._iub ??= {}
    page._iub.csConfiguration ??= { callback: {} }
    page._iub.cs = {
      consent: {},
      api: { getPreferences: () => page._iub.preference },
      tell: (preference: unknown) =>
        page._iub.csConfiguration.callback.onPreferenceExpressedOrNotNeeded?.(preference),
    }
  },
  plays(a, b) {
    page._iub.time = (page._iub.time ?? Date.parse('2026-01-01')) + 1000
    const timestamp = new Date(page._iub.time).toISOString()
    page._iub.preference = { purposes: { 1: true, 4: a, 5: b }, timestamp, id: 'iub-1' }
    setCookie('_iub_cs-12345', JSON.stringify({ ...page._iub.preference, cons: { rand: 'r1' } }))
    page._iub.cs.tell(page._iub.preference)
  },
  pretends() {
    page._iub.cs.consent = { purposes: { 1: true, 4: true, 5: true } }
  },
}

const ketchStage: Stage = {
  name: 'ketch', create: ketch, a: 'analytics', b: 'ads', globals: ['ketch'],
  arrives() {
    const listeners: [string, (data: unknown) => void][] = []
    const api = (command: string, ...args: unknown[]) => {
      if (command === 'on') listeners.push(args as [string, () => void])
      if (command === 'off') {
        const at = listeners.findIndex(([type, listener]) => type === args[0] && listener === args[1])
        if (at >= 0) listeners.splice(at, 1)
      }
      if (command === 'getConfig') (args[0] as (config: unknown) => void)(api.config)
      if (command === 'getConsent' && api.consent) return Promise.resolve(api.consent)
      return undefined
    }
    api.config = { purposes: [
      { code: 'essential', requiresOptIn: false },
      { code: 'analytics', requiresOptIn: true },
      { code: 'ads', requiresOptIn: true },
    ] }
    api.consent = undefined as unknown
    api.tell = (type: string, data: unknown) =>
      [...listeners].forEach(([heard, listener]) => heard === type && listener(data))
    api.followers = () => listeners.length
    page.ketch = api
  },
  plays(analytics, ads) {
    page.ketch.consent = { purposes: { essential: true, analytics, ads } }
    page.ketch.tell('userConsentUpdated', page.ketch.consent)
    page.ketch.tell('consent', page.ketch.consent)
  },
  followers: () => page.ketch.followers(),
  pretends() {
    page.ketch.consent = { purposes: { essential: true, analytics: false, ads: false } }
    page.ketch.tell('consent', page.ketch.consent)
  },
}

const termlyStage: Stage = {
  name: 'termly', create: termly, a: 'analytics', b: 'advertising', globals: ['Termly'],
  arrives() {
    const listeners: [string, (data: unknown) => void][] = []
    const state = (analytics: boolean, advertising: boolean) => ({ essential: true, analytics, advertising })
    page.Termly = {
      state, current: state(false, false),
      getConsentState: () => page.Termly.current,
      on(type: string, listener: (data: unknown) => void) {
        listeners.push([type, listener])
        if (type === 'initialized') listener({ uuid: page.Termly.uuid ?? null })
      },
      off(type: string, listener: () => void) {
        const at = listeners.findIndex(([heard, one]) => heard === type && one === listener)
        if (at >= 0) listeners.splice(at, 1)
      },
      followers: () => listeners.length,
      tell(type: string) {
        for (const [heard, listener] of [...listeners]) if (heard === type) listener({ uuid: page.Termly.uuid })
      },
    }
  },
  plays(a, b) {
    page.Termly.uuid = 'termly-1'
    page.Termly.current = page.Termly.state(a, b)
    page.Termly.tell('consent')
  },
  followers: () => page.Termly.followers(),
  pretends() {
    page.Termly.current = page.Termly.state(true, true)
    page.Termly.tell('initialized')
  },
}

const cookieConsentStage: Stage = {
  name: 'cookieConsent', create: cookieConsent, a: 'analytics', b: 'ads', globals: ['CookieConsent'],
  arrives() {
    const config: Record<string, unknown> = {
      categories: { necessary: {}, analytics: {}, ads: {} }, revision: 1, mode: 'opt-in', cookie: { name: 'cc_cookie' },
    }
    page.CookieConsent = {
      config,
      valid: false, preferences: [] as string[],
      getConfig: (name: string) => config[name],
      validConsent: () => page.CookieConsent.valid,
      getCookie() {
        const found = /(?:^|; )cc_cookie=([^;]*)/.exec(document.cookie)
        return found ? JSON.parse(decodeURIComponent(found[1]!)) : {}
      },
      getUserPreferences: () => ({ acceptType: '', acceptedCategories: page.CookieConsent.preferences }),
    }
    say('cc:onModalReady')
  },
  plays(a, b) {
    const categories = ['necessary', ...(a ? ['analytics'] : []), ...(b ? ['ads'] : [])]
    const time = '2026-01-02T03:04:05.678Z'
    page.CookieConsent.valid = true
    setCookie('cc_cookie', JSON.stringify({
      categories, revision: 1, consentId: 'cc-1', consentTimestamp: time, lastConsentTimestamp: time,
      expirationTime: Date.now() + 1e9,
    }))
    say('cc:onConsent')
  },
  pretends() {
    page.CookieConsent.preferences = ['necessary', 'analytics', 'ads']
    say('cc:onModalReady')
  },
}

const klaroStage: Stage = {
  name: 'klaro', create: klaro, a: 'analytics', b: 'advertising', globals: ['klaro'],
  arrives() {
    const services = [
      { name: 'session', purposes: ['functional'], required: true },
      { name: 'matomo', purposes: ['analytics'] },
      { name: 'adshop', purposes: ['advertising'] },
    ]
    const watchers = new Set<{ update(manager: unknown, name: string): void }>()
    const manager = {
      config: { services }, confirmed: false, storageName: 'klaro',
      consents: { session: true, matomo: false, adshop: false },
      savedConsents: { session: true, matomo: false, adshop: false },
      store: { get: () => /(?:^|; )klaro=([^;]*)/.exec(document.cookie)?.[1] ?? null },
      watch: (watcher: { update(): void }) => watchers.add(watcher),
      unwatch: (watcher: { update(): void }) => watchers.delete(watcher),
      followers: () => watchers.size,
      tell: (name: string) => watchers.forEach((watcher) => watcher.update(manager, name)),
    }
    page.klaroConfig = { services }
    page.klaro = { manager, getManager: (config: unknown) => (config ? manager : undefined) }
  },
  plays(a, b) {
    const { manager } = page.klaro
    manager.consents = { session: true, matomo: a, adshop: b }
    manager.savedConsents = { ...manager.consents }
    manager.confirmed = true
    setCookie('klaro', JSON.stringify(manager.consents))
    manager.tell('saveConsents')
  },
  followers: () => page.klaro.manager.followers(),
  pretends() {
    page.klaro.manager.consents = { session: true, matomo: true, adshop: true }
    page.klaro.manager.tell('consents')
  },
}

const iabListeners = () => {
  const listeners = new Map<number, (data: object, success: boolean) => void>()
  let next = 0
  return {
    add: (listener: (data: object, success: boolean) => void) => (listeners.set(next, listener), next++),
    remove: (id: number) => listeners.delete(id),
    count: () => listeners.size,
    tell: (data: object) => listeners.forEach((listener, listenerId) => listener({ ...data, listenerId }, true)),
  }
}

const tcfStage: Stage = {
  name: 'tcf', create: tcf, a: '8', b: '2', globals: ['__tcfapi'],
  arrives() {
    const listeners = iabListeners()
    const data = (a: boolean, b: boolean, eventStatus: string) => ({
      gdprApplies: true, eventStatus, tcString: 'CQ', purpose: { consents: { 1: a && b, 2: b, 8: a } },
    })
    const api = (command: string, _version: number, answer: (data: unknown, success: boolean) => void, id: number) => {
      if (command === 'addEventListener') answer({ ...api.current, listenerId: listeners.add(answer) }, true)
      if (command === 'removeEventListener') answer(listeners.remove(id), true)
    }
    api.current = data(false, false, 'cmpuishown') as object
    api.set = (a: boolean, b: boolean, eventStatus: string) => {
      api.current = data(a, b, eventStatus)
      listeners.tell(api.current)
    }
    api.followers = listeners.count
    page.__tcfapi = api
  },
  followers: () => page.__tcfapi.followers(),
  plays: (a, b) => page.__tcfapi.set(a, b, 'useractioncomplete'),
  pretends: () => page.__tcfapi.set(true, true, 'cmpuishown'),
}

const gppStage: Stage = {
  name: 'gpp', create: gpp, a: 'Sale', b: 'TargetedAdvertising', globals: ['__gpp'],
  arrives() {
    const listeners = iabListeners()
    const ping = (a: boolean, b: boolean, signalStatus: string) => ({
      signalStatus, applicableSections: [7], gppString: 'DBAA',
      parsedSections: { usnat: [{ SaleOptOut: a ? 2 : 1, TargetedAdvertisingOptOut: b ? 2 : 1 }, { Gpc: false }] },
    })
    const api = (command: string, answer: (data: unknown, success: boolean) => void, id: number) => {
      const { current } = api
      if (command === 'addEventListener')
        answer({ eventName: 'listenerRegistered', pingData: current, listenerId: listeners.add(answer) }, true)
      if (command === 'removeEventListener') answer({ eventName: 'listenerRemoved', data: listeners.remove(id) }, true)
    }
    api.current = ping(false, false, 'not ready') as object
    api.set = (a: boolean, b: boolean, status: string) => {
      api.current = ping(a, b, status)
      listeners.tell({ eventName: 'signalStatus', data: status, pingData: api.current })
    }
    api.followers = listeners.count
    page.__gpp = api
  },
  followers: () => page.__gpp.followers(),
  plays: (a, b) => page.__gpp.set(a, b, 'ready'),
  pretends: () => page.__gpp.set(true, true, 'not ready'),
}

const shopifyStage: Stage = {
  name: 'shopify', create: shopify, a: 'analytics', b: 'marketing', globals: ['Shopify'],
  arrives() {
    const privacy = {
      visitor: '' as '' | Record<string, string>,
      allowed: { analytics: false, marketing: false },
      currentVisitorConsent: () => privacy.visitor,
      analyticsProcessingAllowed: () => privacy.allowed.analytics,
      marketingAllowed: () => privacy.allowed.marketing,
      preferencesProcessingAllowed: () => false,
      saleOfDataAllowed: () => false,
    }
    page.Shopify = { customerPrivacy: privacy }
  },
  plays(analytics, marketing) {
    const word = (granted: boolean) => (granted ? 'yes' : 'no')
    const visitor = { analytics: word(analytics), marketing: word(marketing), preferences: '', sale_of_data: '' }
    Object.assign(page.Shopify.customerPrivacy, { visitor, allowed: { analytics, marketing } })
    say('visitorConsentCollected', document)
  },
  pretends() {
    page.Shopify.customerPrivacy.allowed = { analytics: true, marketing: true }
    say('visitorConsentCollected', document)
  },
}

const wpConsentStage: Stage = {
  name: 'wpConsent', create: wpConsent, a: 'statistics', b: 'marketing', globals: ['wp_has_consent', 'wp_consent_type'],
  arrives() {
    page.consent_api = { cookie_prefix: 'wp_consent' }
    page.wp_has_consent = (category: string) => {
      if (!page.wp_consent_type) return true
      const value = new RegExp(`wp_consent_${category}=(\\w+)`).exec(document.cookie)?.[1]
      return page.wp_consent_type === 'optout' && !value ? true : value === 'allow'
    }
    setCookie('wp_consent_functional', 'allow')
  },
  plays(a, b) {
    page.wp_consent_type = 'optin'
    setCookie('wp_consent_statistics', a ? 'allow' : 'deny')
    setCookie('wp_consent_marketing', b ? 'allow' : 'deny')
    say('wp_listen_for_consent_change', document)
  },
  pretends() {
    say('wp_consent_type_defined', document)
  },
}

export const stages: Stage[] = [
  oneTrustStage, trustArcStage, cookiebotStage, usercentricsV2Stage, usercentricsV3Stage, didomiStage, osanoStage,
  iubendaStage, ketchStage, termlyStage, cookieConsentStage, klaroStage, tcfStage, gppStage, shopifyStage,
  wpConsentStage,
]

const vendorGlobals = [
  ...stages.flatMap(({ globals }) => globals), 'didomiOnReady', 'didomiEventListeners', 'klaroConfig', 'consent_api',
]

/** The page as before: no vendor's globals, no cookies. */
export const clearStage = (): void => {
  for (const name of vendorGlobals) delete page[name]
  for (const pair of document.cookie.split('; ')) document.cookie = `${pair.split('=')[0]}=; path=/; max-age=0`
}
