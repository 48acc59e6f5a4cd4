/** WebKitGTK's MiniBrowser over WebDriver, on a virtual screen. A driver process serves one session: a context here. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { Builder, By, Capabilities, type WebDriver } from 'selenium-webdriver'
import { callText, poll, type Browser, type Context, type Page } from './page'

const driverPath = '/usr/bin/WebKitWebDriver'
const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']

const miniBrowser = () =>
  libraries.filter((dir) => existsSync(dir))
    .flatMap((dir) => readdirSync(dir).map((name) => `${dir}/${name}/MiniBrowser`))
    .find((file) => file.includes('/webkit2gtk-4') && existsSync(file))

export const installed = () => existsSync(driverPath) && existsSync('/usr/bin/Xvfb') && !!miniBrowser()

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Started in a process group of its own, which goes as a whole: on `stop`, and when this process ends. */
const start = (command: string, args: string[], env = process.env) => {
  const child: ChildProcess = spawn(command, args, { detached: true, env, stdio: ['ignore', 'pipe', 'ignore'] })
  const stop = () => {
    process.off('exit', stop)
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch { /* gone already */ }
  }
  process.on('exit', stop)
  return { child, stop }
}

const startScreen = async () => {
  const args = ['-displayfd', '1', '-screen', '0', '1300x1000x24', '-nolisten', 'tcp']
  const { child, stop } = start('/usr/bin/Xvfb', args)
  const display = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(`:${data.toString().trim()}`))
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
  })
  return { display, stop }
}

// WebDriver has no promises of its own: the script calls back with { value } or { error }.
const asyncScript = (call: string) => `
  const done = arguments[arguments.length - 1]
  Promise.resolve().then(() => (${call})).then(
    (value) => done(value === undefined ? {} : { value }),
    (error) => done({ error: String(error && error.stack || error) }))`

const wrapPage = (driver: WebDriver, handle: string, closeTab: () => Promise<void>): Page => {
  const focus = async () => driver.switchTo().window(handle)
  const page: Page = {
    goto: async (url) => {
      await focus()
      await driver.get(url)
    },
    reload: async () => {
      await focus()
      await driver.navigate().refresh()
    },
    back: async () => {
      await focus()
      await driver.navigate().back()
    },
    url: async () => {
      await focus()
      return driver.getCurrentUrl()
    },
    evaluate: async (fn, ...args) => {
      await focus()
      const script = asyncScript(callText(fn, args))
      const answer = await driver.executeAsyncScript<{ value?: unknown, error?: string }>(script)
      if (answer.error) throw new Error(answer.error)
      return answer.value as never
    },
    waitFor: (fn, ...args) => poll(() => page.evaluate(fn, ...args), String(fn)),
    click: async (selector) => {
      await focus()
      await driver.findElement(By.css(selector)).click()
    },
    screenshot: async (path) => {
      await focus()
      const bytes = Buffer.from(await driver.takeScreenshot(), 'base64')
      if (path) writeFileSync(path, bytes)
      return bytes
    },
    close: closeTab,
    errors: [],
    logs: [],
    raw: driver,
  }
  return page
}

const newContext = async (display: string, binary: string): Promise<Context> => {
  const port = await freePort()
  const env = { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11' }
  const { stop } = start(driverPath, [`--port=${port}`, '--host=127.0.0.1'], env)
  await poll(async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok, 'WebKitWebDriver', 20_000)
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary, args: ['--automation'] },
  })
  let driver: WebDriver
  try {
    driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build()
    await driver.manage().setTimeouts({ script: 30_000, pageLoad: 30_000 })
  } catch (error) {
    stop()
    throw error
  }
  let fresh = true
  return {
    newPage: async () => {
      if (!fresh) await driver.switchTo().newWindow('tab')
      fresh = false
      const handle = await driver.getWindowHandle()
      return wrapPage(driver, handle, async () => {
        await driver.switchTo().window(handle)
        // Closing the last window would end the session.
        if ((await driver.getAllWindowHandles()).length > 1) await driver.close()
        else await driver.get('about:blank')
      })
    },
    close: async () => {
      await driver.quit().catch(() => {})
      stop()
    },
  }
}

export const launch = async (): Promise<Browser> => {
  const binary = miniBrowser()
  if (!binary) throw new Error('MiniBrowser is not installed')
  const screen = await startScreen()
  const contexts = new Set<Context>()
  return {
    newContext: async () => {
      const context = await newContext(screen.display, binary)
      contexts.add(context)
      return context
    },
    close: async () => {
      for (const context of contexts) await context.close()
      screen.stop()
    },
  }
}
