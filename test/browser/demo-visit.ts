/** A demo and a visitor for each test, and what tests of the demo ask again and again. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page as RawPage } from 'puppeteer-core'
import { afterEach, beforeEach, expect } from 'vitest'
import { startDemo, type Demo } from '../../demo/server.mjs'
import type { Context, Engine, Page } from './harness'

export const raw = (page: Page) => page.raw as RawPage
export const text = (page: Page, selector: string) =>
  page.evaluate((where) => document.querySelector(where)?.textContent ?? '', selector)
export const meter = (page: Page, name: string, value: number) =>
  expect.poll(() => text(page, `[data-meter=${name}]`), { timeout: 15_000 }).toBe(String(value))
/** Long enough for what must not be sent to be sent, were the gate open. */
export const quiet = (page: Page) => page.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 500)))
export const names = ({ collector }: Demo) => collector.accepted.map(({ event, name, type }) => event ?? name ?? type)

/** Declares the hooks; what it returns is of the test that runs. */
export function visitDemo(engine: Engine) {
  const file = path.join(os.tmpdir(), `assent-demo-${process.pid}.jsonl`)
  let demo: Demo
  let context: Context

  beforeEach(async () => {
    demo = await startDemo({ port: 0, file })
    context = await engine.newContext()
  })
  afterEach(async () => {
    await demo.close()
    fs.rmSync(file, { force: true })
  })

  const open = async (query = '') => {
    const page = await context.newPage()
    await page.goto(demo.url + query)
    await page.waitFor(() => document.querySelector('#verdict strong')?.textContent)
    return page
  }
  return {
    demo: () => demo,
    open,
    /** A page with consent that shows it and its first events: nothing moves under a click any more. */
    accept: async () => {
      const page = await open()
      await page.click('[data-answer=accept]')
      await page.waitFor(() => document.querySelectorAll('#accepted-list > li').length > 1)
      await page.waitFor(() => document.querySelector('#verdict strong')?.textContent === 'Granted')
      return page
    },
    /** The events that were kept in the file. */
    kept: () => fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown),
  }
}
