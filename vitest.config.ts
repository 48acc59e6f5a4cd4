import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string }

const shared = {
  define: { __VERSION__: JSON.stringify(version) },
  resolve: {
    alias: [
      { find: /^assent$/, replacement: here('src/index.ts') },
      { find: /^assent\/plugins\/(.*)$/, replacement: here('plugins/$1') },
    ],
  },
}

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'jsdom', testTimeout: 20_000 },
      },
      {
        ...shared,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          // Two cores: browsers one after the other, or timing becomes the test.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A browser that stumbles is not the client's fault; what fails twice in a row is. The summary names it.
          retry: 1,
        },
      },
    ],
  },
})
