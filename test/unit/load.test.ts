// @vitest-environment node
/** What `load` makes of its options. */
import { expect, test, vi } from 'vitest'
import { Emitter } from '../../src/emitter'
import { load, type Face, type LoadOptions } from '../../src/load'
import type { CDNSettings } from '../../src/options'

const endpoint = 'https://collect.example/v1/batch'

async function setUp(options: object) {
  const face = Object.assign(new Emitter(), { initialized: false, settings: {}, options: {} }) as Face
  const [open, refuse, report, heard] = [vi.fn(async () => {}), vi.fn(), vi.fn(), vi.fn()]
  face.on('initialize', heard)
  await load({ writeKey: 'KEY', ...options } as LoadOptions, face, open, refuse, report)
  const [given, to] = (open.mock.calls as unknown[][])[0] ?? []
  return { face, open, refuse, report, heard, given: given as Record<string, unknown> | undefined, to }
}

test('opens with the endpoint, and says so', async () => {
  const { face, given, to, heard, refuse, report } = await setUp({ endpoint, flushAt: 3 })
  expect(given).toMatchObject({ endpoint, flushAt: 3, disable: false })
  expect(to).toBe(endpoint)
  expect(face.initialized).toBe(true)
  expect(heard).toHaveBeenCalledOnce()
  expect([refuse, report].flatMap(({ mock }) => mock.calls)).toEqual([])
})

test('an option that a site left open with null is one that it did not give', async () => {
  const open = { user: null, group: null, cookie: null, storage: null, consent: null, plugins: null, disable: null }
  const { given, to, report } = await setUp({ endpoint, ...open, integrations: null, updateCDNSettings: null })
  expect(Object.keys(given!).sort()).toEqual(['disable', 'endpoint', 'writeKey'])
  expect(to).toBe(endpoint)
  expect(report).not.toHaveBeenCalled()
})

test.each([
  ['writeKey', { endpoint, writeKey: '' }],
  ['writeKey', { endpoint, writeKey: null }],
  ['endpoint', {}],
  ['endpoint', { endpoint: null }],
  ['endpoint', { endpoint: '/v1/batch' }],
  ['endpoint', { endpoint: 'ftp://collect.example/' }],
  ['endpoint', { endpoint: 'javascript:alert(1)' }],
])('a wrong %s is named, and nothing opens: %j', async (name, options) => {
  const { face, open, refuse, report } = await setUp(options)
  expect(String(report.mock.calls[0])).toContain(`TypeError: ${name} `)
  expect(refuse).toHaveBeenCalledOnce()
  expect(open).not.toHaveBeenCalled()
  expect(face.initialized).toBe(false)
})

test.each([
  [true, true], [() => true, true], [async () => true, true],
  [false, false], [() => false, false], ['yes', false], [1, false],
])('disable: %s', async (disable, off) => {
  const { given, to, heard, face } = await setUp({ endpoint, disable })
  expect([given!.disable, !!given!.disableClientPersistence, to]).toEqual([off, off, off ? undefined : endpoint])
  expect(heard).toHaveBeenCalledTimes(off ? 0 : 1)
  expect(face.initialized).toBe(true)
})

test('who sends nothing needs no endpoint', async () => {
  const { refuse, report } = await setUp({ disable: true })
  expect([refuse, report].flatMap(({ mock }) => mock.calls)).toEqual([])
})

test.each([
  [undefined, endpoint], [{}, endpoint], [{ All: false }, undefined], [{ All: false, 'Segment.io': true }, endpoint],
  [{ 'Segment.io': false }, undefined], [{ Ads: false }, endpoint],
])('with integrations %j it sends to %s', async (integrations, expected) => {
  expect((await setUp({ endpoint, integrations })).to).toBe(expected)
})

test('wrappers see settings that have integrations, and what they make of them `disable` is asked with', async () => {
  const updateCDNSettings = vi.fn((settings: CDNSettings) => ({ ...settings, remote: 1 }))
  const disable = vi.fn(() => false)
  const { face } = await setUp({ endpoint, updateCDNSettings, disable })
  expect(updateCDNSettings).toHaveBeenCalledWith({ integrations: { 'Segment.io': { apiKey: 'KEY' } } })
  expect(disable).toHaveBeenCalledWith(expect.objectContaining({ remote: 1, integrations: expect.anything() }))
  expect(face.settings.cdnSettings).toMatchObject({ remote: 1 })
})

test('a function among the options that throws is named, and calls stay harmless', async () => {
  const updateCDNSettings = () => {
    throw new Error('theirs')
  }
  const { open, refuse, report } = await setUp({ endpoint, updateCDNSettings })
  expect(String(report.mock.calls[0])).toContain('theirs')
  expect(refuse).toHaveBeenCalledOnce()
  expect(open).not.toHaveBeenCalled()
})
