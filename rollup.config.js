/**
 * First everything as ES modules with types, then each script out of those modules.
 * `npx rollup -c --configOnly scroll-depth` makes, of the scripts, only those whose path contains the word.
 */
import fs from 'node:fs'
import path from 'node:path'
import resolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import typescript from '@rollup/plugin-typescript'

const root = import.meta.dirname
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))

/** Names that other people's code reads: the snippet's, and globals of consent managers. */
const reserved = ['_writeKey', '_loadOptions', '_cdn', '_metadata', '_sio', '_iub']

/**
 * Properties by which modules of the client speak to each other, shortened in its scripts. None of them may be in the
 * public API, in what is stored or sent, or in a plugin's.
 */
const internal = new RegExp('^(_[a-z].*|'
  + 'admit|adopt|allKept|allowed|allows|begun|came|catchUp|claim|confirm|deliver|destroy|durable|enrich|enter|'
  + 'environment|erase|eraseExtra|follow|forget|forgetClassic|groupTraits|hear|hurry|identity|isAway|isDone|isGone|'
  + 'isOpen|'
  + 'keptAnonymousId|keptGroup|keptUser|known|leave|mine|offDisk|permits|pipeline|prepared|readClassic|'
  + 'readPause|reconcile|refresh|refuse|reload|report|restamp|retryAfter|room|seen|setNet|settle|spill|sync|'
  + 'stamp|through|tries|unsaved|writePause)$')

const listed = (dir) =>
  fs.readdirSync(path.join(root, dir)).filter((file) => file.endsWith('.ts')).sort()
    .map((file) => `${dir}/${file.slice(0, -3)}`)
const plugins = [...listed('plugins'), ...listed('plugins/consent')]

/** Under `nodenext` a relative specifier needs its extension, which `bundler` sources leave out. */
const extensions = {
  name: 'extensions',
  generateBundle(_, bundle) {
    for (const { type, fileName, source } of Object.values(bundle)) {
      if (type !== 'asset' || !fileName.endsWith('.d.ts')) continue
      const from = path.dirname(fileName.replace(/^types\//, ''))
      const ending = (specifier) => (fs.existsSync(path.join(root, from, `${specifier}.ts`)) ? '.js' : '/index.js')
      bundle[fileName].source = String(source).replace(
        /((?:from|import)\s*\(?\s*['"])(\.{1,2}\/[^'"]+)(?=['"])/g,
        (_, before, specifier) => before + specifier + ending(specifier),
      )
    }
  },
}

const stamp = {
  name: 'version',
  renderChunk: (code) =>
    code.includes('__VERSION__') ? { code: code.replaceAll('__VERSION__', JSON.stringify(version)), map: null } : null,
}

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

const generatedCode = { preset: 'es2015', symbols: false }

const modules = {
  input: [...listed('src'), ...plugins].map((entry) => `${entry}.ts`),
  external: ['js-cookie', 'idb-keyval'],
  output: {
    dir: 'dist', format: 'es', sourcemap: true, preserveModules: true, preserveModulesRoot: root, generatedCode,
    entryFileNames: 'esm/[name].js',
  },
  plugins: [
    typescript({
      include: ['src/**', 'plugins/**'], declaration: true, declarationDir: 'dist/types', rootDir: root,
      noEmitOnError: false,
    }),
    stamp, extensions, remember,
  ],
}

const script = ([entry, file, output], last) => ({
  input: `dist/esm/${entry}.js`,
  output: {
    file, format: 'iife', sourcemap: true, esModule: false, freeze: false, strict: false, generatedCode, ...output,
  },
  plugins: [
    resolve({ browser: true }),
    terser({
      ecma: 2020,
      // Not `module`: it would unwrap the function around a script and leave its variables on window.
      module: false,
      toplevel: false,
      maxWorkers: 2,
      compress: { passes: 3, inline: 1, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
      mangle: {
        // `builtins`: ours may be named like something of the DOM.
        properties: {
          builtins: true, regex: entry.startsWith('src/') ? internal : /^_[a-z]/, reserved, keep_quoted: true,
        },
      },
      // Tells Chromium to compile the client while it downloads, off the main thread: most of it is called at once.
      format: { comments: false, preamble: entry.startsWith('src/') ? '//# allFunctionsCalledOnLoad' : '' },
    }),
    remember,
    ...(last ? [sweep] : []),
  ],
})

export default ({ configOnly }) => {
  const scripts = [
    ['src/global', 'dist/assent.min.js'],
    // `testing` is for Node: no page takes it by script tag.
    ...plugins.filter((entry) => entry !== 'plugins/testing')
      .map((entry) => [entry, `dist/${entry}.min.js`, { name: 'assent', extend: true }]),
    ['src/full', 'dist/assent.full.min.js'],
  ].filter(([entry]) => fs.existsSync(path.join(root, `${entry}.ts`)) && (!configOnly || entry.includes(configOnly)))
  return [modules, ...scripts.map((each, index) => script(each, !configOnly && index === scripts.length - 1))]
}
