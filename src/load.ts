import { attempt } from './attempt'
import type { Emitter } from './emitter'
import type { AnalyticsBrowserSettings, CDNSettings, InitOptions } from './options'
import type { Report } from './report'

export interface LoadOptions extends InitOptions {
  writeKey: string
  cdnSettings?: CDNSettings
}

/** The part of the public face that loading fills in. */
export interface Face extends Emitter {
  initialized: boolean
  settings: AnalyticsBrowserSettings & { cdnSettings: CDNSettings; timeout: number }
  options: InitOptions
}

/**
 * Makes sense of the options of `load`; those that are wrong are named, and every call is refused.
 * @param open starts the client, with the endpoint or without a transport
 */
export async function load(
  options: LoadOptions,
  face: Face,
  open: (options: LoadOptions, endpoint?: string) => Promise<void>,
  refuse: () => void,
  report: Report,
): Promise<void> {
  try {
    // A site may leave an option open with null.
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as LoadOptions
    const { writeKey, endpoint, integrations = {}, disable, updateCDNSettings } = given
    const unseen = options.cdnSettings ?? { integrations: { 'Segment.io': { apiKey: writeKey } } }
    const cdnSettings = updateCDNSettings?.(unseen) ?? unseen
    const settings = Object.assign(face.settings, { writeKey, cdnSettings })
    Object.assign(face, { options, integrations })
    const off = typeof disable == 'function' ? await disable(cdnSettings) : disable === true
    if (!writeKey) throw new TypeError('writeKey is missing')
    const address = attempt(() => new URL(endpoint!).href)
    // fetch refuses one with a user in it.
    if (!off && !/^https?:\/\/[^/@]+\//.test(address!)) throw new TypeError('endpoint must be a full http(s) URL')
    if (off) await open({ ...given, disable: true, disableClientPersistence: true })
    else await open(
      { ...given, disable: false },
      integrations['Segment.io'] ?? integrations.All ?? true ? endpoint : undefined,
    )
    face.initialized = true
    if (!off) face.emit('initialize', settings, options)
  } catch (error) {
    report('load', error)
    refuse()
  }
}
