/** What is peculiar to each consent manager; what they share is in consent-contract.test.ts. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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
import type { ConsentManager } from '../../src/types'
import { clearStage, page, stages } from './consent-stages'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  stops.splice(0).forEach((stop) => stop())
  clearStage()
  vi.useRealTimers()
})

const stops: (() => void)[] = []
const settle = () => vi.advanceTimersByTimeAsync(2000)
const stage = (name: string) => stages.find((one) => one.name === name)!
const follow = async (manager: ConsentManager, changed: () => void = () => undefined) => {
  stops.push(manager.subscribe(changed))
  await settle()
  return manager
}
const cookie = (name: string, value: unknown) => {
  document.cookie = `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}; path=/`
}

describe('oneTrust', () => {
  const arrives = (data: object) => {
    stage('oneTrust').arrives()
    const before = page.OneTrust.GetDomainData
    page.OneTrust.GetDomainData = () => ({ ...before(), ...data })
  }

  test('under opt-out what is active is in force without an answer', () => {
    arrives({ ConsentModel: { Name: 'opt-out' } })
    page.OnetrustActiveGroups = ',C0001,C0002,'
    expect(oneTrust().read()).toEqual({
      decision: 'decided', basis: 'implied', model: 'opt-out', categories: { C0001: true, C0002: true, C0004: false },
    })
  })

  test('"implied consent" is opt-in and an unknown model is left to the site', () => {
    arrives({ ConsentModel: { Name: 'implied consent' } })
    expect(oneTrust().read()).toMatchObject({ decision: 'pending', model: 'opt-in' })
    arrives({ ConsentModel: { Name: 'notice only' } })
    expect(oneTrust().read()?.model).toBeUndefined()
  })

  test('where no banner is shown consent is not required, and its groups count', () => {
    arrives({ ShowAlertNotice: false })
    expect(oneTrust({ categories: { C0001: 'needed', C0002: 'analytics' } }).read()).toMatchObject({
      decision: 'not-required', categories: { needed: true, analytics: false },
    })
  })

  test('a group is matched whole, and the time of the answer is that of its cookie', () => {
    arrives({ Groups: [{ CustomGroupId: 'STAT' }, { CustomGroupId: 'STAT2' }] })
    page.OneTrust.closed = true
    page.OnetrustActiveGroups = ',STAT2,'
    cookie('OptanonAlertBoxClosed', '2026-01-02T03:04:05.678Z')
    expect(oneTrust().read()).toMatchObject({
      categories: { STAT: false, STAT2: true }, updatedAt: Date.parse('2026-01-02T03:04:05.678Z'),
    })
  })

  test('only a plain true closes its banner', () => {
    arrives({})
    page.OneTrust.IsAlertBoxClosed = () => 'perhaps'
    expect(oneTrust().read()?.decision).toBe('pending')
  })

  test('it is nothing yet while it only knows where the visitor is', () => {
    page.OneTrust = { geolocationResponse: { countryCode: 'DE' } }
    page.OnetrustActiveGroups = ',C0001,C0002,'
    expect(oneTrust().read()).toBeUndefined()
  })
})

describe('trustArc', () => {
  test('where it is not provisioned consent is not required', () => {
    stage('trustArc').arrives()
    page.truste.said = { source: 'unprovisioned' }
    expect(trustArc().read()).toMatchObject({ decision: 'not-required', categories: { 1: true, 2: true, 3: true } })
  })

  test('its experience tells the model, its domain is asked for', () => {
    stage('trustArc').arrives()
    page.truste.eu.bindMap.behavior = 'implied'
    const asked = vi.spyOn(page.truste.cma, 'callApi')
    expect(trustArc({ domain: 'shop.example' }).read()).toMatchObject({ decision: 'pending', model: 'opt-out' })
    expect(asked).toHaveBeenCalledWith('getGDPRConsentDecision', 'shop.example')
  })

  test('a forged message changes nothing, and a flood of them costs two reads a second', async () => {
    stage('trustArc').arrives()
    const changed = vi.fn()
    const manager = await follow(trustArc(), changed)
    changed.mockClear()
    for (let count = 0; count < 1000; count++) {
      window.dispatchEvent(new MessageEvent('message', {
        data: '{"source":"preference_manager","message":"submit_preferences","consentDecision":[1,2,3]}',
      }))
      await vi.advanceTimersByTimeAsync(1)
    }
    await settle()
    expect(manager.read()).toMatchObject({ decision: 'pending', categories: {} })
    expect(changed.mock.calls.length).toBeGreaterThan(0)
    expect(changed.mock.calls.length).toBeLessThanOrEqual(3)
  })

  test('stopped while it waits to look, it does not look', async () => {
    stage('trustArc').arrives()
    const changed = vi.fn()
    const stop = trustArc().subscribe(changed)
    changed.mockClear()
    window.dispatchEvent(new MessageEvent('message', { data: '"submit_preferences"' }))
    expect(vi.getTimerCount()).toBe(1)
    stop()
    expect(vi.getTimerCount()).toBe(0)
    await settle()
    expect(changed).not.toHaveBeenCalled()
  })

  test('a message during the wait after another one gets a look of its own', async () => {
    stage('trustArc').arrives()
    const manager = await follow(trustArc())
    const seen: unknown[] = []
    stops.push(manager.subscribe(() => seen.push(manager.read()?.decision)))
    const post = () => window.dispatchEvent(new MessageEvent('message', { data: '"submit_preferences"' }))
    post()
    await vi.advanceTimersByTimeAsync(400)
    post()
    await vi.advanceTimersByTimeAsync(200)
    page.truste.said = { source: 'asserted', consentDecision: [1] }
    await settle()
    expect(seen.at(-1)).toBe('decided')
  })
})

test('only a plain true is a grant, and nothing odd is stamped', () => {
  const { arrives, plays } = stage('cookiebot')
  arrives()
  plays(true, true)
  Object.assign(page.Cookiebot.consent, { statistics: 'false', marketing: 1 })
  Object.assign(page.Cookiebot, { consentID: { not: 'an id' }, consentUTC: new Date(NaN) })
  expect(cookiebot().read()).toEqual({
    decision: 'decided', basis: 'explicit',
    categories: { necessary: true, preferences: false, statistics: false, marketing: false },
  })
})

test('cookiebot: an implied consent is one, and a response without a method none', () => {
  const { arrives, plays } = stage('cookiebot')
  arrives()
  plays(true, false)
  expect(cookiebot().read()).toMatchObject({ basis: 'explicit', id: 'cb1', updatedAt: 1e12 })
  page.Cookiebot.consent.method = 'implied'
  expect(cookiebot().read()).toMatchObject({ decision: 'decided', basis: 'implied' })
  page.Cookiebot.consent.method = null
  expect(cookiebot().read()).toMatchObject({ decision: 'pending', categories: {} })
  Object.assign(page.Cookiebot, { hasResponse: false })
  page.Cookiebot.consent.method = 'explicit'
  expect(cookiebot().read()).toMatchObject({ decision: 'pending', categories: {} })
})

describe('usercentrics', () => {
  test('answers that land out of order: the newest question wins', async () => {
    const { arrives } = stage('usercentrics v3')
    arrives()
    const manager = await follow(usercentrics())
    const answers: ((details: unknown) => void)[] = []
    page.__ucCmp.getConsentDetails = () => new Promise((resolve) => answers.push(resolve))
    page.__ucCmp.isConsentRequired = async () => false
    window.dispatchEvent(new Event('UC_CONSENT'))
    window.dispatchEvent(new Event('UC_CONSENT'))
    await settle()
    answers[1]!(page.__ucCmp.detail(true, true, 'EXPLICIT', false))
    await settle()
    answers[0]!(page.__ucCmp.detail(false, false, 'EXPLICIT', false))
    await settle()
    expect(manager.read()?.categories).toMatchObject({ analytics: true, marketing: true })
  })

  test('a question that fails is undecided and says why; the next answer heals it', async () => {
    const { arrives, plays } = stage('usercentrics v3')
    arrives()
    plays(true, true)
    const manager = await follow(usercentrics())
    const { getConsentDetails } = page.__ucCmp
    page.__ucCmp.getConsentDetails = async () => {
      throw new Error('no network')
    }
    window.dispatchEvent(new Event('UC_CONSENT'))
    await settle()
    expect(() => manager.read()).toThrow('no network')
    page.__ucCmp.getConsentDetails = getConsentDetails
    window.dispatchEvent(new Event('UC_CONSENT'))
    await settle()
    expect(manager.read()).toMatchObject({ decision: 'decided', id: 'controller-3' })
  })

  test('it is asked again when the visitor comes back to the page', async () => {
    const { arrives } = stage('usercentrics v3')
    arrives()
    const manager = await follow(usercentrics())
    page.__ucCmp.details = page.__ucCmp.detail(true, false, 'EXPLICIT', false)
    window.dispatchEvent(new Event('focus'))
    await settle()
    expect(manager.read()?.categories).toMatchObject({ analytics: true })
    page.__ucCmp.details = page.__ucCmp.detail(false, false, 'EXPLICIT', false)
    window.dispatchEvent(new Event('pageshow'))
    await settle()
    expect(manager.read()?.categories).toMatchObject({ analytics: false })
  })

  test('an answer that lands after the stop is dropped', async () => {
    const { arrives, plays } = stage('usercentrics v3')
    arrives()
    plays(true, true)
    const manager = usercentrics()
    manager.subscribe(() => undefined)()
    await settle()
    expect(manager.read()).toBeUndefined()
  })

  test.each(['usercentrics v2', 'usercentrics v3'])('%s: to be asked again is undecided', async (version) => {
    const { arrives, plays } = stage(version)
    arrives()
    plays(true, true)
    const api = page.__ucCmp ?? page.UC_UI
    api.isConsentRequired = version.endsWith('3') ? async () => true : () => true
    expect((await follow(usercentrics())).read()?.decision).toBe('pending')
  })

  test.each(['usercentrics v2', 'usercentrics v3'])('%s: a service by its name, a category by all', async (version) => {
    const { arrives, plays } = stage(version)
    arrives()
    plays(true, false)
    const consent = { given: false, status: false }
    const add = { name: 'Matomo', category: 'analytics', categorySlug: 'analytics', consent }
    if (page.UC_UI) page.UC_UI.services.push(add)
    else page.__ucCmp.details.services.s3 = add
    const manager = await follow(usercentrics({ categories: { GA: 'ga', Matomo: 'matomo', analytics: 'all' } }))
    expect(manager.read()?.categories).toEqual({ ga: true, matomo: false, all: false })
  })

  test('before it is initialised it has nothing to say', async () => {
    const { arrives, plays } = stage('usercentrics v3')
    arrives()
    plays(true, true)
    page.__ucCmp.isInitialized = async () => false
    expect((await follow(usercentrics())).read()).toBeUndefined()
  })

  test('before it is initialised it is asked nothing else, as that may throw', async () => {
    const { arrives } = stage('usercentrics v3')
    arrives()
    page.__ucCmp.isInitialized = async () => false
    page.__ucCmp.isConsentRequired = () => {
      throw new Error('not initialised')
    }
    const manager = await follow(usercentrics())
    expect(manager.read()).toBeUndefined()
  })

  test('v2 with a promised list; where consent is not required its defaults count', async () => {
    stage('usercentrics v2').arrives()
    const { services } = page.UC_UI
    services[1].consent.status = true
    page.UC_UI.required = false
    page.UC_UI.getServicesBaseInfo = async () => services
    expect((await follow(usercentrics())).read()).toMatchObject({
      decision: 'not-required', categories: { analytics: true, marketing: false },
    })
  })

  test('v3 in California: on until switched off, and that is implied', async () => {
    stage('usercentrics v3').arrives()
    page.__ucCmp.details = page.__ucCmp.detail(true, true, 'IMPLICIT', false)
    page.__ucCmp.details.consent.setting.type = 'CCPA'
    expect((await follow(usercentrics())).read()).toMatchObject({ basis: 'implied', model: 'opt-out' })
  })
})

test('didomi: what it answers before it is ready is no answer', async () => {
  const { arrives } = stage('didomi')
  const manager = didomi()
  const stop = manager.subscribe(() => undefined)
  const ready = page.didomiOnReady
  page.didomiOnReady = []
  arrives()
  page.Didomi.collect = false
  expect(manager.read()).toBeUndefined()
  ready.forEach((entry: (api: unknown) => void) => entry(page.Didomi))
  expect(manager.read()).toMatchObject({ decision: 'decided' })
  stop()
})

test('didomi: facts, vendors, where it is not required, and its queues afterwards', async () => {
  const { arrives, plays } = stage('didomi')
  const stop = didomi().subscribe(() => undefined)
  expect([page.didomiOnReady.length, page.didomiEventListeners.length]).toEqual([1, 1])
  stop()
  expect([page.didomiOnReady.length, page.didomiEventListeners.length]).toEqual([0, 0])
  arrives()
  plays(true, false)
  expect((await follow(didomi({ categories: { google: 'analytics' } }))).read()).toEqual({
    decision: 'decided', basis: 'explicit', categories: { analytics: true }, model: 'opt-in', tcString: 'CTC',
    id: 'didomi-1', updatedAt: Date.parse('2026-01-02T03:04:05.000Z'),
  })
  page.Didomi.isConsentRequired = () => false
  expect((await follow(didomi())).read()?.decision).toBe('not-required')
})

test('osano: DENY denies, and OPT_OUT is no category', async () => {
  const { arrives, plays } = stage('osano')
  arrives()
  plays(false, false)
  page.Osano.cm.consent.OPT_OUT = 'ACCEPT'
  expect((await follow(osano())).read()?.categories).toEqual(
    { ESSENTIAL: true, STORAGE: false, ANALYTICS: false, MARKETING: false })
})

test('what the manager says after the stop, because it cannot be stopped, is not heard', async () => {
  for (const name of ['osano', 'ketch', 'termly']) {
    const { arrives, plays, create } = stage(name)
    arrives()
    plays(true, true)
    if (name === 'termly') delete page.Termly.off
    const changed = vi.fn()
    const manager = create()
    // Osano and Ketch answer a late listener some time after.
    const stop = manager.subscribe(changed)
    stop()
    changed.mockClear()
    if (name === 'termly') page.Termly.tell('consent')
    await settle()
    expect(changed).not.toHaveBeenCalled()
    expect(manager.read()?.basis).not.toBe('explicit')
  }
})

describe('iubenda', () => {
  test('the callback of the site is still called, and is there again afterwards', async () => {
    const theirs = vi.fn()
    page._iub = { csConfiguration: { callback: { onPreferenceExpressedOrNotNeeded: theirs } } }
    const { arrives, plays } = stage('iubenda')
    const manager = iubenda()
    const stop = manager.subscribe(() => undefined)
    arrives()
    plays(true, false)
    expect(theirs).toHaveBeenCalledWith(expect.objectContaining({ purposes: { 1: true, 4: true, 5: false } }))
    stop()
    expect(page._iub.csConfiguration.callback.onPreferenceExpressedOrNotNeeded).toBe(theirs)
  })

  test('not needed grants all; a choice made later does not', async () => {
    const { arrives, plays } = stage('iubenda')
    arrives()
    const manager = await follow(iubenda({ categories: { 4: 'analytics' } }))
    page._iub.cs.tell(null)
    expect(manager.read()).toMatchObject({ decision: 'not-required', categories: { analytics: true } })
    plays(false, false)
    expect(manager.read()).toMatchObject({ decision: 'decided', categories: { analytics: false } })
  })

  test('a newer choice in another tab is in the cookie', async () => {
    const { arrives, plays } = stage('iubenda')
    arrives()
    plays(true, true)
    const manager = await follow(iubenda())
    const timestamp = '2026-02-01T00:00:00Z'
    cookie('_iub_cs-12345', { timestamp, purposes: { 1: true, 4: false }, cons: { rand: 'r2' } })
    expect(manager.read()).toMatchObject({ categories: { 4: false }, id: 'r2', updatedAt: Date.parse('2026-02-01') })
    cookie('_iub_cs-12345', 'broken{')
    expect(manager.read()).toMatchObject({ categories: { 4: true } })
  })

  test('without consent per category one answer is for all; American rights have names of their own', async () => {
    stage('iubenda').arrives()
    const manager = iubenda({ categories: { 4: 'analytics', s: 'sale_of_data' } })
    page._iub.preference = { consent: true, uspr: { s: false } }
    expect(manager.read()?.categories).toEqual({ analytics: true, sale_of_data: false })
    page._iub.preference = { consent: false }
    expect(manager.read()?.categories).toEqual({ analytics: false, sale_of_data: false })
    page._iub.preference = { purposes: null }
    expect(manager.read()?.decision).toBe('pending')
  })

  test('who has used American rights alone has said something', async () => {
    stage('iubenda').arrives()
    const manager = await follow(iubenda({ categories: { s: 'sale_of_data', adv: 'advertising' } }))
    page._iub.cs.tell({ uspr: { s: false, adv: true } })
    expect(manager.read()).toMatchObject({
      decision: 'decided', basis: 'explicit', categories: { sale_of_data: false, advertising: true },
    })
  })
})

describe('ketch', () => {
  const optOut = () => {
    stage('ketch').arrives()
    page.ketch.config = { purposes: [{ code: 'analytics' }, { code: 'ads', allowsOptOut: true }] }
    page.ketch.consent = { purposes: { analytics: true, ads: true }, protocols: { gpp: 'DBAA' } }
  }

  test('in a place of opt-out what is on is implied, until something is switched off', async () => {
    optOut()
    const manager = await follow(ketch())
    expect(manager.read()).toMatchObject({ basis: 'implied', model: 'opt-out', gppString: 'DBAA' })
    page.ketch.tell('consent', { purposes: { analytics: true, ads: false } })
    expect(manager.read()).toMatchObject({ basis: 'explicit', categories: { analytics: true, ads: false } })
  })

  test('switched off by Global Privacy Control is not switched off by the visitor', async () => {
    optOut()
    page.ketch.consent = { purposes: { analytics: true, ads: false }, isGpcEnabled: true }
    expect((await follow(ketch())).read()).toMatchObject({ basis: 'implied', gpc: true })
  })

  test('until its configuration has come, nobody knows what its consent means: neither a yes nor a no', async () => {
    for (const analytics of [true, false]) {
      optOut()
      page.ketch.consent = { purposes: { analytics, ads: analytics } }
      const { ketch: api } = page
      page.ketch = Object.assign((command: string, ...args: unknown[]) =>
        command === 'getConfig' ? new Promise(() => undefined) : api(command, ...args), api)
      const manager = await follow(ketch())
      expect(manager.read()).toMatchObject({ basis: 'implied', categories: { analytics } })
      page.ketch.tell('userConsentUpdated', page.ketch.consent)
      expect(manager.read()).toMatchObject({ basis: 'explicit', categories: { analytics } })
    }
  })

  test('an opt-in that is granted is a choice; none granted is not yet one', async () => {
    stage('ketch').arrives()
    const manager = await follow(ketch())
    page.ketch.tell('consent', { purposes: { essential: true, analytics: false, ads: false } })
    expect(manager.read()?.decision).toBe('pending')
    page.ketch.tell('consent', { purposes: { essential: true, analytics: true, ads: false } })
    expect(manager.read()).toMatchObject({ basis: 'explicit', model: 'opt-in' })
  })

  test('an old answer that lands after a new event is dropped', async () => {
    stage('ketch').arrives()
    let answer: (consent: unknown) => void = () => undefined
    const { ketch: api } = page
    page.ketch = Object.assign((command: string, ...args: unknown[]) =>
      command === 'getConsent' ? new Promise((resolve) => { answer = resolve }) : api(command, ...args), api)
    const manager = await follow(ketch())
    page.ketch.tell('consent', { purposes: { analytics: true, ads: true } })
    answer({ purposes: { analytics: false, ads: false } })
    await settle()
    expect(manager.read()?.categories).toEqual({ analytics: true, ads: true })
  })
})

test('termly: a returning visitor counts by name, or where the site says that it always asks first', async () => {
  const { arrives } = stage('termly')
  arrives()
  expect(termly({ asksFirst: true }).read()).toMatchObject({ decision: 'pending', categories: {} })
  page.Termly.current = page.Termly.state(true, false)
  expect((await follow(termly())).read()).toMatchObject({ decision: 'decided', basis: 'implied' })
  expect(termly({ asksFirst: true }).read()).toMatchObject({ basis: 'explicit', categories: { analytics: true } })
  page.Termly.uuid = 'returning'
  expect((await follow(termly())).read()).toMatchObject({ basis: 'explicit', id: 'returning' })
})

describe('cookieConsent', () => {
  const { arrives, plays } = stage('cookieConsent')
  const stored = () => page.CookieConsent.getCookie()

  test('facts', () => {
    arrives()
    plays(true, false)
    expect(cookieConsent().read()).toMatchObject({
      model: 'opt-in', id: 'cc-1', policyVersion: '1', updatedAt: Date.parse('2026-01-02T03:04:05.678Z'),
    })
  })

  test('what another tab did to the cookie counts, both ways, though the API says otherwise', async () => {
    arrives()
    plays(true, true)
    const changed = vi.fn()
    page.cookieStore = new EventTarget()
    const manager = await follow(cookieConsent(), changed)
    cookie('cc_cookie', { ...stored(), categories: ['necessary'] })
    page.cookieStore.dispatchEvent(Object.assign(new Event('change'), { changed: [{ name: 'cc_cookie' }] }))
    expect(changed).toHaveBeenCalledTimes(1)
    expect(manager.read()?.categories).toMatchObject({ analytics: false, ads: false })
    page.cookieStore.dispatchEvent(Object.assign(new Event('change'), { changed: [{ name: 'other' }] }))
    expect(changed).toHaveBeenCalledTimes(1)
    document.cookie = 'cc_cookie=; max-age=0; path=/'
    page.cookieStore.dispatchEvent(Object.assign(new Event('change'), { deleted: [{ name: 'cc_cookie' }] }))
    expect(changed).toHaveBeenCalledTimes(2)
    expect(manager.read()).toMatchObject({ decision: 'pending', categories: {} })
    delete page.cookieStore
  })

  test('a change of its entry in localStorage is heard', async () => {
    arrives()
    const changed = vi.fn()
    await follow(cookieConsent(), changed)
    changed.mockClear()
    window.dispatchEvent(new StorageEvent('storage', { key: 'unrelated' }))
    expect(changed).not.toHaveBeenCalled()
    window.dispatchEvent(new StorageEvent('storage', { key: 'cc_cookie' }))
    window.dispatchEvent(new StorageEvent('storage', { key: null }))
    expect(changed).toHaveBeenCalledTimes(2)
  })

  test('a new revision is undecided, unless the site does not use revisions', () => {
    arrives()
    plays(true, true)
    page.CookieConsent.config.revision = 2
    page.CookieConsent.valid = false
    expect(cookieConsent().read()).toMatchObject({ decision: 'pending', categories: {} })
    page.CookieConsent.config.revision = 0
    page.CookieConsent.valid = true
    expect(cookieConsent().read()?.decision).toBe('decided')
  })

  test('one that is over is undecided', () => {
    arrives()
    plays(true, true)
    cookie('cc_cookie', { ...stored(), expirationTime: Date.now() - 1 })
    expect(cookieConsent().read()?.decision).toBe('pending')
  })

  test('under opt-out what is enabled is in force before a choice', () => {
    arrives()
    Object.assign(page.CookieConsent, { preferences: ['necessary', 'analytics'] })
    page.CookieConsent.config.mode = 'opt-out'
    expect(cookieConsent().read()).toMatchObject({
      basis: 'implied', model: 'opt-out', categories: { necessary: true, analytics: true, ads: false },
    })
  })

  test('the module may be handed in', () => {
    arrives()
    plays(true, false)
    const api = page.CookieConsent
    delete page.CookieConsent
    expect(cookieConsent({ api }).read()?.categories).toMatchObject({ analytics: true })
  })
})

describe('klaro', () => {
  const { arrives, plays } = stage('klaro')

  test('a switch that is not saved is not granted, before and after a choice', async () => {
    arrives()
    plays(false, false)
    const manager = await follow(klaro())
    page.klaro.manager.consents.matomo = true
    page.klaro.manager.tell('consents')
    expect(manager.read()?.categories).toMatchObject({ analytics: false, matomo: false, session: true })
  })

  test('what another tab saved or erased counts', async () => {
    arrives()
    plays(true, true)
    const manager = await follow(klaro())
    cookie('klaro', { session: false, matomo: false, adshop: true })
    // A required service is on whatever is stored.
    expect(manager.read()?.categories).toMatchObject({ session: true, analytics: false, advertising: true })
    document.cookie = 'klaro=; max-age=0; path=/'
    expect(manager.read()?.decision).toBe('pending')
    document.cookie = 'klaro=%7Bbroken; path=/'
    expect(manager.read()?.decision).toBe('pending')
  })

  test('a service that was added since is not answered for', async () => {
    arrives()
    plays(true, true)
    const manager = await follow(klaro())
    page.klaro.manager.config.services.push({ name: 'new', purposes: ['analytics'] })
    expect(manager.read()).toMatchObject({ decision: 'pending', categories: {} })
  })

  test('under opt-out its defaults are in force', async () => {
    arrives()
    Object.assign(page.klaro.manager.config, { optOut: true })
    page.klaro.manager.savedConsents = { session: true, matomo: true, adshop: false }
    expect((await follow(klaro())).read()).toMatchObject({
      basis: 'implied', model: 'opt-out', categories: { analytics: true, advertising: false },
    })
  })

  test('it does not make a manager before Klaro would', async () => {
    arrives()
    const made = vi.spyOn(page.klaro, 'getManager')
    const ready = vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading')
    await follow(klaro())
    expect(made).not.toHaveBeenCalled()
    ready.mockReturnValue('interactive')
    await settle()
    expect(made).toHaveBeenCalledTimes(1)
    ready.mockRestore()
  })
})

describe('tcf', () => {
  const { arrives, plays } = stage('tcf')
  const tell = async (data: object) => {
    arrives()
    page.__tcfapi.current = { gdprApplies: true, eventStatus: 'tcloaded', tcString: 'CQ', ...data }
    return (await follow(tcf({ categories: { 1: 'store', li7: 'li', v755: 'vendor', s1: 'place', p8: 'own' } }))).read()
  }

  test('every list of the string can be named, and absent is closed', async () => {
    expect(await tell({
      purpose: { consents: { 1: true }, legitimateInterests: { 7: true } }, vendor: { consents: { 755: true } },
      specialFeatureOptins: { 1: true }, publisher: { consents: { 8: true } },
    })).toMatchObject({
      decision: 'decided', model: 'opt-in', tcString: 'CQ',
      categories: { store: true, li: true, vendor: true, place: true, own: true },
    })
    expect((await tell({ purpose: { consents: { 7: true, 8: true, 755: true } } }))?.categories).toEqual(
      { store: false, li: false, vendor: false, place: false, own: false })
  })

  test('where the GDPR does not apply everything is granted; where that is not known nothing is', async () => {
    expect(await tell({ gdprApplies: false, tcString: undefined })).toMatchObject({
      decision: 'not-required', categories: { store: true, li: true, vendor: true, place: true, own: true },
    })
    expect(await tell({ gdprApplies: undefined })).toMatchObject({ decision: 'pending', categories: {} })
    expect(await tell({ tcString: '', purpose: { consents: { 1: true } } })).toMatchObject({ decision: 'pending' })
  })

  test('showing the banner again takes nothing back; an API that fails does', async () => {
    arrives()
    const manager = await follow(tcf())
    plays(true, true)
    page.__tcfapi.set(false, false, 'cmpuishown')
    expect(manager.read()?.categories).toMatchObject({ 8: true, 2: true })
    plays(false, false)
    expect(manager.read()).toMatchObject({ decision: 'decided', categories: { 8: false, 2: false } })
    const { current } = page.__tcfapi
    for (const data of [current, null]) {
      page.__tcfapi = (...[, , answer]: [string, number, (data: unknown, ok: boolean) => void]) => answer(data, false)
      expect((await follow(tcf())).read()).toBeUndefined()
    }
  })

  test('stopped while only a stub was there, it takes its place in the queue back', async () => {
    const queue: unknown[][] = []
    page.__tcfapi = (...args: unknown[]) => queue.push(args)
    const changed = vi.fn()
    tcf().subscribe(changed)()
    changed.mockClear()
    arrives()
    const api = page.__tcfapi
    const commands: unknown[] = []
    page.__tcfapi = Object.assign((...args: unknown[]) => {
      commands.push(args[0])
      api(...args)
    }, api)
    queue.forEach((args) => page.__tcfapi(...args))
    expect(commands).toEqual(['addEventListener', 'removeEventListener'])
    commands.length = 0
    api.set(true, true, 'useractioncomplete')
    expect(changed).not.toHaveBeenCalled()
    expect(commands).toEqual([])
  })
})

describe('gpp', () => {
  const ready = async (ping: object, categories?: Record<string, string>) => {
    stage('gpp').arrives()
    page.__gpp.current = { signalStatus: 'ready', applicableSections: [7], ...ping }
    return (await follow(gpp({ categories }))).read()
  }

  test('a section may be a list of subsections or one object', async () => {
    const fields = { SaleOptOut: 1, SharingOptOut: 0, TargetedAdvertisingOptOut: 2, OtherOptOut: null }
    for (const usnat of [fields, [fields, { Gpc: false }]]) {
      expect(await ready({ parsedSections: { usnat } })).toMatchObject({
        decision: 'decided', basis: 'explicit', model: 'opt-out',
        categories: { Sale: false, Sharing: true, TargetedAdvertising: true, Other: false },
      })
    }
  })

  test('who has not opted out has not consented; who is opted out by a signal has not spoken', async () => {
    expect(await ready({ parsedSections: { usca: { SaleOptOut: 2 } } })).toMatchObject({ basis: 'implied' })
    expect(await ready({ parsedSections: { usca: [{ SaleOptOut: 1 }, { Gpc: true }] } })).toMatchObject({
      basis: 'implied', gpc: true, categories: { Sale: false },
    })
  })

  test('several sections must all agree', async () => {
    const parsedSections = { usnat: { SaleOptOut: 2, SharingOptOut: 1 }, usca: { SaleOptOut: 1, SharingOptOut: 2 } }
    expect((await ready({ parsedSections }))?.categories).toEqual({ Sale: false, Sharing: false })
  })

  test('what the sections do not restrict is granted where they are in force, and only there', async () => {
    const categories = { unrestricted: 'analytics', Sale: 'ads' }
    const parsedSections = { usnat: { SaleOptOut: 1 } }
    expect((await ready({ parsedSections }, categories))?.categories).toEqual({ analytics: true, ads: false })
    expect(await ready({ parsedSections, applicableSections: [2] }, categories)).toMatchObject({ decision: 'pending' })
    expect(await ready({ parsedSections, applicableSections: [0] }, categories)).toMatchObject({ decision: 'pending' })
    expect(await ready({ parsedSections, applicableSections: [] }, categories)).toMatchObject({ decision: 'pending' })
    expect(await ready({ parsedSections, applicableSections: [-1] }, categories)).toMatchObject({
      decision: 'not-required', categories: { analytics: true, ads: true },
    })
  })

  test('a change under way takes nothing back', async () => {
    const { arrives, plays } = stage('gpp')
    arrives()
    const manager = await follow(gpp())
    plays(true, true)
    page.__gpp.set(false, false, 'not ready')
    expect(manager.read()?.categories).toMatchObject({ Sale: true })
    page.__gpp.set(false, false, 'ready')
    expect(manager.read()?.categories).toMatchObject({ Sale: false })
  })
})

test('shopify: other spellings are answers too, and a region that needs none is implied', () => {
  stage('shopify').arrives()
  const { customerPrivacy } = page.Shopify
  customerPrivacy.allowed = { analytics: true, marketing: false }
  expect(shopify().read()).toMatchObject({ basis: 'implied', model: 'opt-out', categories: { analytics: true } })
  customerPrivacy.visitor = { analytics: 'true', marketing: 'false' }
  expect(shopify().read()).toMatchObject({ basis: 'explicit', categories: { analytics: true, marketing: false } })
  customerPrivacy.visitor = { analytics: '', marketing: '' }
  customerPrivacy.allowed.analytics = false
  expect(shopify().read()).toMatchObject({ decision: 'pending', categories: {} })
})

test('wpConsent: its yes before a type counts for nothing; opt-out is implied until something is stored', () => {
  stage('wpConsent').arrives()
  expect(page.wp_has_consent('marketing')).toBe(true)
  expect(wpConsent().read()).toBeUndefined()
  page.wp_consent_type = 'optout'
  expect(wpConsent().read()).toMatchObject({ basis: 'implied', model: 'opt-out', categories: { statistics: true } })
  page.consent_api.cookie_prefix = 'other'
  cookie('wp_consent_marketing', 'deny')
  expect(wpConsent().read()?.basis).toBe('implied')
  page.consent_api.cookie_prefix = 'wp_consent'
  expect(wpConsent().read()).toMatchObject({ basis: 'explicit', categories: { marketing: false, statistics: true } })
})
