/** The demo for everybody: names, focus, contrast, narrow screens. */
import type { Page as RawPage, SerializedAXNode } from 'puppeteer-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDemo, type Demo } from '../../demo/server.mjs'
import { describeEngines, type Page } from './harness'

const raw = (page: Page) => page.raw as RawPage
const CONTROLS = ['button', 'link', 'textbox', 'combobox', 'checkbox', 'dialog', 'region']

const flat = (node: SerializedAXNode): SerializedAXNode[] => [node, ...(node.children ?? []).flatMap(flat)]
/** As assistive technology has them. */
const controls = async (page: Page) =>
  flat((await raw(page).accessibility.snapshot())!).filter(({ role }) => CONTROLS.includes(role))
const nameless = async (page: Page) =>
  (await controls(page)).filter(({ name }) => !name?.trim()).map(({ role }) => role)

/** Texts whose contrast (WCAG 2.2, 1.4.3) is too low for their size; what is disabled is exempt. */
const faint = () => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const rgba = (color: string) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (color: number[]) => {
    const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    const [r, g, b] = color.map((part) => linear(part / 255))
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const ground = (node: Element | null): number[] => {
    if (!node) return [255, 255, 255, 255]
    const color = rgba(getComputedStyle(node).backgroundColor)
    return color[3] === 255 ? color : ground(node.parentElement)
  }
  return [...document.querySelectorAll<HTMLElement>('body *')].flatMap((node) => {
    const own = [...node.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent!.trim())
    if (!own || !node.checkVisibility() || node.closest('option, :disabled')) return []
    const { color, fontSize, fontWeight } = getComputedStyle(node)
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700)
    const [light, dark] = [luminance(rgba(color)), luminance(ground(node))].sort((a, b) => b - a)
    const ratio = (light! + 0.05) / (dark! + 0.05)
    return ratio < (large ? 3 : 4.5) ? [`${node.textContent!.slice(0, 40)}: ${ratio.toFixed(2)}`] : []
  })
}

describeEngines(['chromium'], (engine) => {
  let demo: Demo
  let page: Page

  beforeEach(async () => {
    demo = await startDemo({ port: 0, file: false })
    page = await (await engine.newContext()).newPage()
    await page.goto(demo.url)
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent)
  })
  afterEach(() => demo.close())

  const decide = async () => {
    await page.click('[data-answer=accept]')
    await demo.collector.waitFor(2)
    await page.waitFor(() => document.querySelectorAll('#accepted-list > li').length > 1)
    await page.click('#accepted-list summary')
  }

  test('every control has a name, in every state', async () => {
    expect((await controls(page)).length).toBeGreaterThan(40)
    expect(await nameless(page)).toEqual([])
    await page.click('[data-answer=choose]')
    expect((await controls(page)).map(({ name }) => name)).toContain('Privacy settings')
    expect(await nameless(page)).toEqual([])
    await raw(page).keyboard.press('Escape')
    await decide()
    expect(await nameless(page)).toEqual([])
  })

  test('the settings keep the focus while they are open, and give it back', async () => {
    await raw(page).focus('#open-settings')
    await raw(page).keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('settings-title')
    const visited = new Set<string>()
    for (let presses = 0; presses < 20; presses++) {
      await raw(page).keyboard.press('Tab')
      visited.add(await page.evaluate(() => {
        const { activeElement: now } = document
        if (now === document.body) return 'browser'
        return now!.closest('#settings') ? (now as HTMLButtonElement).value : 'outside'
      }))
    }
    expect([...visited]).toEqual(expect.arrayContaining(['refuse', 'accept', 'save']))
    expect([...visited]).not.toContain('outside')
    await raw(page).keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('open-settings')
    expect(await page.evaluate(() => document.querySelector<HTMLElement>('#banner')!.hidden)).toBe(false)
  })

  test('the banner is answered by keyboard, without the focus being lost', async () => {
    await raw(page).focus('[data-answer=refuse]')
    await raw(page).keyboard.press('Enter')
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent === 'Refused')
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('open-settings')
  })

  test.each(['light', 'dark'])('texts stand out from what they stand on: %s', async (value) => {
    await raw(page).emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
      .toBe(value === 'dark' ? 'rgb(18, 22, 24)' : 'rgb(245, 244, 240)')
    expect(await page.evaluate(faint)).toEqual([])
    await page.click('[data-answer=choose]')
    expect(await page.evaluate(faint)).toEqual([])
    await raw(page).keyboard.press('Escape')
    await decide()
    await page.click('[data-fault=unavailable]')
    await page.waitFor(() => document.querySelector('[data-active=true]'))
    expect(await page.evaluate(faint)).toEqual([])
  })

  test.each([360, 800, 1400])('nothing is wider than a screen of %i pixels', async (width) => {
    await raw(page).setViewport({ width, height: 800 })
    const wide = () => ({ page: document.documentElement.scrollWidth, screen: innerWidth })
    expect(await page.evaluate(wide)).toEqual({ page: width, screen: width })
    await decide()
    expect(await page.evaluate(wide)).toEqual({ page: width, screen: width })
  })
})
