/** A Chromium whose profile outlives it, for what a crash or a restart must not lose. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser as Raw } from 'puppeteer-core'
import type { Context } from './page'
import { launchRaw, wrapContext } from './puppeteer'

export interface PersistentBrowser {
  /** The visitor of the profile; a new object after each `restart`. */
  context(): Context
  /** SIGKILL to the whole process group: no handler of the page or the browser runs. */
  kill(): Promise<void>
  /** Starts again on the same profile, after `kill` or in place of a clean quit. */
  restart(): Promise<void>
  close(): Promise<void>
}

const ended = (raw: Raw) =>
  new Promise<void>((resolve) => {
    const child = raw.process()
    if (!child || child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

/** @param profileDir kept afterwards when given, else a temporary folder that `close` removes */
export async function persistentBrowser(profileDir?: string): Promise<PersistentBrowser> {
  const userDataDir = profileDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'assent-profile-'))
  let raw: Raw | undefined
  const start = async () => {
    // A lock left by a killed browser would make the next one refuse the profile.
    for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
      fs.rmSync(path.join(userDataDir, name), { force: true })
    }
    raw = await launchRaw('chromium', { userDataDir })
  }
  const kill = async () => {
    const browser = raw
    raw = undefined
    const pid = browser?.process()?.pid
    if (!browser || !pid) return
    const gone = ended(browser)
    process.kill(-pid, 'SIGKILL')
    await gone
  }
  await start()
  return {
    context: () => {
      if (!raw) throw new Error('the browser is not running')
      return wrapContext(raw.defaultBrowserContext(), 'chromium')
    },
    kill,
    restart: async () => {
      await raw?.close()
      await start()
    },
    close: async () => {
      await kill()
      if (!profileDir) fs.rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
