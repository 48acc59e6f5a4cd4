// @vitest-environment node
/** What a user installs: the right files, entries that import anywhere, and nothing bundled that nobody asked for. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
const npm = (...args: string[]) =>
  execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const listed = (dir: string) =>
  fs.existsSync(path.join(root, dir)) ? fs.readdirSync(path.join(root, dir)).filter((name) => name.endsWith('.ts')) : []
const plugins = ['plugins', 'plugins/consent']
  .flatMap((dir) => listed(dir).map((name) => `${dir}/${name.slice(0, -3)}`))
const modules = ['src/index', ...plugins].map((name) => `dist/esm/${name}.js`)

let packed: string[] = []
beforeAll(() => {
  const [{ files }] = JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts'))
  packed = files.map((file: { path: string }) => file.path)
}, 60_000)

test('the package holds what a user needs and nothing else', () => {
  expect(packed.filter((file) => !file.startsWith('dist/') && !/^docs\/[\w-]+\.md$/.test(file)).sort())
    .toEqual([
      'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'demo/collector.mjs', 'package.json',
      ...['README.md', 'check.mjs', 'run.mjs'].map((file) => `test/collector-contract/${file}`),
    ])
  expect(packed).toEqual(expect.arrayContaining(['dist/assent.min.js', 'dist/assent.full.min.js', ...modules]))
  expect(packed.filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))).toEqual([])
})

test('every export of the package leads to a packed file', () => {
  // null takes a name away.
  const targets = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(targets)
  const wanted = [manifest.main, manifest.module, manifest.types, ...targets(manifest.exports)]
    .map((target: string) => target.replace('./', ''))
  const missing = wanted.filter((target: string) => {
    const [before = '', after] = target.split('*')
    return after === undefined
      ? !packed.includes(target)
      : !packed.some((file) => file.startsWith(before) && file.endsWith(after))
  })
  expect(missing).toEqual([])
})

test('entries can be imported, and nothing behind them', () => {
  const { resolve } = createRequire(path.join(root, 'consumer.js'))
  const resolves = (name: string) => {
    try {
      return !!resolve(name)
    } catch {
      return false
    }
  }
  const names = packed.filter((file) => /^dist\/esm\/plugins\/.*\.js$/.test(file)).map((file) => file.slice(9, -3))
  expect(names.length).toBeGreaterThan(plugins.length)
  expect(names.filter((name) => resolves(`assent/${name}`)).sort()).toEqual([...plugins].sort())
  const files = packed.filter((file) => file.startsWith('dist/') && resolves(`assent/${file}`))
  expect(files).toContain('dist/assent.min.js')
  expect(files.filter((file) => !file.endsWith('.min.js'))).toEqual([])
})

test('every script has a source map that carries its sources', () => {
  const scripts = packed.filter((file) => file.endsWith('.js') && file.startsWith('dist/'))
  const without = scripts.filter((file) => {
    const map = `${path.join(root, file)}.map`
    if (!fs.existsSync(map)) return true
    return JSON.parse(fs.readFileSync(map, 'utf8')).sourcesContent?.some((text: unknown) => !text)
  })
  expect(scripts.length).toBeGreaterThan(3)
  expect(without).toEqual([])
})

test.each(modules)('%s imports in plain Node', (file) => {
  // A process of its own: no jsdom, no other test's globals.
  const url = pathToFileURL(path.join(root, file)).href
  const script = `const before = Object.keys(globalThis).length
    const module = await import(${JSON.stringify(url)})
    console.log(JSON.stringify({ names: Object.keys(module), added: Object.keys(globalThis).length - before }))`
  const { names, added } = JSON.parse(execFileSync('node', ['--input-type=module', '-e', script], { encoding: 'utf8' }))
  expect(names).not.toEqual([])
  expect(added).toBe(0)
})

/** Bundles a program that imports from the built package, as a site's bundler would. */
const bundle = async (contents: string) => {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: root }, bundle: true, format: 'esm', write: false, metafile: true, minify: true,
    logLevel: 'error',
    // Without our tsconfig, whose paths would lead to the sources.
    tsconfigRaw: {},
  })
  const used = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, input]) => input.bytesInOutput > 0).map(([name]) => name))
  return { used, text: outputFiles[0]!.text }
}

test('importing the client bundles no engagement plugin and no consent manager', async () => {
  const { used, text } = await bundle(`import { AnalyticsBrowser } from 'assent'; console.log(AnalyticsBrowser)`)
  expect(used.filter((name) => name.startsWith('dist/esm/src/'))).not.toEqual([])
  const foreign = /plugins\/(consent\/(?!built-in)|depth|video|scroll|audit|testing)/
  expect(used.filter((name) => foreign.test(name))).toEqual([])
  expect(text).not.toMatch(/Pct Page Scrolled|Pct Video Viewed|OnetrustActiveGroups|__tcfapi/)
})

test('an import that is not used leaves nothing behind', async () => {
  const imports = ['assent', ...plugins.map((name) => `assent/${name}`)].map((name) => `import '${name}'`).join('\n')
  expect((await bundle(`${imports}\nconsole.log('only this')`)).text.trim()).toBe('console.log("only this");')
})

test.each(['bundler', 'nodenext'] as const)('the declarations resolve under %s', (kind) => {
  const nodenext = kind === 'nodenext'
  const options: ts.CompilerOptions = {
    noEmit: true, strict: true, skipLibCheck: false, types: [],
    target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: nodenext ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
    moduleResolution: nodenext ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
  }
  const file = path.join(root, 'consumer.ts')
  const names = ['assent', ...plugins.map((name) => `assent/${name}`)]
  const text = names.map((name, index) => `import * as m${index} from '${name}'; export { m${index} }`).join('\n')
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], options, host)
  const resolved = (name: string) => !!ts.resolveModuleName(name, file, options, host).resolvedModule
  expect(names.filter((name) => !resolved(name))).toEqual([])
  expect(['assent/plugins/http/outbox', 'assent/dist/esm/src/gate.js'].filter(resolved)).toEqual([])
  const messages = ts.getPreEmitDiagnostics(program).map(({ messageText, file: at }) =>
    `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
  expect(messages).toEqual([])
  // Through the package's own exports, so to the built declarations.
  expect(program.getSourceFiles().some(({ fileName }) => fileName.endsWith('dist/types/src/index.d.ts'))).toBe(true)
}, 60_000)

test('TypeScript that knows no exports, as under moduleResolution node, finds the same declarations', () => {
  // It does not look a package up in itself, so ours is put where it would be installed.
  const installed = path.join(root, 'node_modules/assent')
  const real = (name: string) => (name.startsWith(installed) ? root + name.slice(installed.length) : name)
  const host: ts.ModuleResolutionHost = {
    fileExists: (name) => ts.sys.fileExists(real(name)),
    directoryExists: (name) => ts.sys.directoryExists(real(name)),
    readFile: (name) => ts.sys.readFile(real(name)),
  }
  const options = { moduleResolution: ts.ModuleResolutionKind.Node10 }
  const find = (name: string) =>
    ts.resolveModuleName(name, path.join(root, 'consumer.ts'), options, host).resolvedModule?.resolvedFileName
  const wanted = { '': 'src/index', '/audit': 'plugins/audit', '/testing': 'plugins/testing' }
  const entries = [...Object.entries(wanted), ...plugins.map((name) => [`/${name}`, name])]
  for (const [name, file] of entries) expect(find(`assent${name}`)).toBe(`${installed}/dist/types/${file}.d.ts`)
})
