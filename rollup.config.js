/**
 * One entry, one file: the two scripts of the client, a script per plugin, and all again as ES modules with types.
 * `npx rollup -c --configOnly scroll-depth` builds only the scripts whose path contains the word.
 */
import fs from 'node:fs'
import path from 'node:path'
import resolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import ts from 'typescript'

const root = import.meta.dirname
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
const { compilerOptions } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config

/** Names that other people's code reads: the snippet's, and globals of consent managers. */
const reserved = ['_writeKey', '_loadOptions', '_cdn', '_metadata', '_sio', '_iub']

const listed = (dir) =>
  fs.existsSync(path.join(root, dir))
    ? fs.readdirSync(path.join(root, dir)).filter((file) => file.endsWith('.ts')).sort()
      .map((file) => `${dir}/${file.slice(0, -3)}`)
    : []
const existing = (entry) => fs.existsSync(path.join(root, `${entry}.ts`))
const plugins = [...listed('plugins'), ...listed('plugins/consent')]

// The scripts share most modules: each is compiled once.
const compiled = new Map()
const typescript = {
  name: 'typescript',
  transform(code, id) {
    if (!id.endsWith('.ts')) return null
    if (compiled.get(id)?.code !== code) {
      const out = ts.transpileModule(code, {
        fileName: id,
        compilerOptions: {
          module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2020, verbatimModuleSyntax: true, sourceMap: true,
        },
      })
      const js = out.outputText
        .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
        .replaceAll('__VERSION__', JSON.stringify(version))
      compiled.set(id, { code, out: { code: js, map: out.sourceMapText } })
    }
    return compiled.get(id).out
  },
}

/** Under `nodenext` a relative specifier needs its extension, which `bundler` sources leave out. */
const withExtension = (file, text) =>
  text.replace(/((?:from|import)\s*\(?\s*['"])(\.{1,2}\/[^'"]+)(?=['"])/g, (all, before, specifier) => {
    if (/\.[cm]?js$/.test(specifier)) return all
    const source = path.resolve(path.dirname(file), specifier)
    return `${before}${specifier}${fs.existsSync(`${source}.ts`) ? '.js' : '/index.js'}`
  })

const declarations = (entries) => ({
  name: 'declarations',
  writeBundle() {
    const parsed = ts.parseJsonConfigFileContent({ compilerOptions }, ts.sys, root)
    const out = path.join(root, 'dist/types')
    const program = ts.createProgram(entries.map((entry) => path.join(root, `${entry}.ts`)), {
      ...parsed.options, paths: undefined, rootDir: root, outDir: out, declaration: true, emitDeclarationOnly: true,
    })
    program.emit(undefined, (file, text) => {
      const source = path.join(root, path.relative(out, file))
      const target = path.resolve(file)
      fs.mkdirSync(path.dirname(target), { recursive: true })
      fs.writeFileSync(target, withExtension(source, text))
      written.add(target)
    })
  },
})

// What an earlier build left behind goes at the end, so that nobody ever finds dist empty.
const written = new Set()
const remember = {
  name: 'remember',
  writeBundle({ dir, file }, bundle) {
    for (const name of Object.keys(bundle)) written.add(path.resolve(dir ?? path.dirname(file), name))
  },
}
const sweep = {
  name: 'sweep',
  closeBundle() {
    for (const entry of fs.readdirSync(path.join(root, 'dist'), { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name)
      if (entry.isFile() && !written.has(file)) fs.rmSync(file)
    }
  },
}

const resolver = resolve({ browser: true, extensions: ['.ts', '.mjs', '.js'] })
const onwarn = (warning, warn) => {
  if (warning.code !== 'EMPTY_BUNDLE') warn(warning)
}

const generatedCode = { preset: 'es2015', symbols: false }

const script = (entry, file, output) => ({
  input: `${entry}.ts`,
  output: { file, format: 'iife', sourcemap: true, esModule: false, freeze: false, generatedCode, ...output },
  plugins: [
    resolver,
    typescript,
    terser({
      ecma: 2020,
      // Not `module`: it would unwrap the function around a script and leave its variables on window.
      module: false,
      toplevel: false,
      maxWorkers: 2,
      compress: { passes: 3, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
      mangle: { properties: { regex: /^_[a-z]/, reserved, keep_quoted: true } },
      format: { comments: false },
    }),
    remember,
  ],
  onwarn,
})

const modules = (entries) => ({
  input: entries.map((entry) => `${entry}.ts`),
  external: ['js-cookie', 'idb-keyval'],
  output: {
    dir: 'dist/esm', format: 'es', sourcemap: true, preserveModules: true, preserveModulesRoot: root, generatedCode,
    entryFileNames: '[name].js',
  },
  plugins: [resolver, typescript, declarations(entries), remember, sweep],
  onwarn,
})

export default ({ configOnly }) => {
  const scripts = [
    ['src/global', 'dist/assent.min.js'],
    ...plugins.map((entry) => [entry, `dist/${entry}.min.js`, { name: 'assent', extend: true }]),
    ['src/full', 'dist/assent.full.min.js'],
  ].filter(([entry]) => existing(entry) && (!configOnly || entry.includes(configOnly)))
  const exported = [...(existing('src/index') ? ['src/index'] : []), ...plugins]
  return [
    ...scripts.map((args) => script(...args)),
    ...(configOnly || !exported.length ? [] : [modules(exported)]),
  ]
}
