// @vitest-environment node
/** The architecture, as far as a machine can hold it. Each rule is tried on a tree that breaks it, then on ours. */
import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

type Tree = Record<string, string>
interface Import { from: string, to: string, typeOnly: boolean }

const root = path.resolve(import.meta.dirname, '../..')
const walk = (dir: string): string[] =>
  fs.readdirSync(path.join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const name = `${dir}/${entry.name}`
    return entry.isDirectory() ? walk(name) : name.endsWith('.ts') ? [name] : []
  })
const project: Tree = Object.fromEntries(
  [...walk('src'), ...walk('plugins')].map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')]))

const parse = (file: string, text: string) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)

const imports = (tree: Tree): Import[] =>
  Object.entries(tree).flatMap(([from, text]) =>
    parse(from, text).statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
      if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) return []
      const name = statement.moduleSpecifier.text
      const typeOnly = ts.isImportDeclaration(statement)
        ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : statement.isTypeOnly
      const target = path.posix.join(path.posix.dirname(from), name)
      const found = [`${target}.ts`, `${target}/index.ts`].find((file) => file in tree) ?? target
      return [{ from, to: name.startsWith('.') ? found : name, typeOnly }]
    }))

/** Identifiers used as values that the file does not itself declare, and whether they run on import. */
const globals = (file: string, text: string) => {
  const bound = new Set<string>()
  const used: { name: string, onImport: boolean }[] = []
  const visit = (node: ts.Node, inside: boolean): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
    if (ts.isIdentifier(node)) {
      const { parent } = node
      const declared = (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)
        || ts.isFunctionDeclaration(parent) || ts.isImportSpecifier(parent)) && parent.name === node
      const property = (ts.isPropertyAccessExpression(parent) && parent.name === node)
        || (ts.isBindingElement(parent) && parent.propertyName === node)
        || ((ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent))
          && parent.name === node)
      if (declared) bound.add(node.text)
      // `typeof document` asks whether there is one, and touches nothing.
      else if (!property && !ts.isTypeOfExpression(parent)) used.push({ name: node.text, onImport: !inside })
    }
    ts.forEachChild(node, (child) => visit(child, inside || ts.isFunctionLike(node)))
  }
  visit(parse(file, text), false)
  return used.filter(({ name }) => !bound.has(name))
}

const names = (node: ts.Node): string[] =>
  ts.isTypeNode(node) ? [] : ts.isIdentifier(node) ? [node.text] : node.getChildren().flatMap(names)

const network = ['fetch', 'fetchLater', 'sendBeacon', 'XMLHttpRequest', 'WebSocket', 'EventSource']
const browser = ['window', 'self', 'globalThis', 'document', 'navigator', 'location', 'history', 'localStorage',
  'sessionStorage', 'indexedDB', 'caches', 'fetch', 'XMLHttpRequest', 'Image', 'addEventListener', 'BroadcastChannel']
const entries = ['src/global.ts', 'src/full.ts']
const isEdge = (file: string) => entries.includes(file) || /^(src\/(browser|stores)|plugins)\//.test(file)

const rules: Record<string, { rule(tree: Tree): string[], broken: Tree }> = {
  'no module imports itself in a circle (types aside)': {
    rule: (tree) => {
      const edges = imports(tree).filter(({ typeOnly, to }) => !typeOnly && to in tree)
      const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
        edges.some((edge) => edge.from === from && (edge.to === goal
          || (!seen.has(edge.to) && reaches(edge.to, goal, seen.add(edge.to)))))
      return Object.keys(tree).filter((file) => reaches(file, file))
    },
    broken: { 'src/a.ts': `import { b } from './b'`, 'src/b.ts': `export { a } from './a'` },
  },
  'every relative import leads to a file': {
    rule: (tree) => imports(tree).filter(({ to }) => /^(src|plugins|\.\.)/.test(to) && !(to in tree)).map(({ to }) => to),
    broken: { 'src/a.ts': `import { b } from './b'` },
  },
  'a plugin takes only types from src, and its smallest tools': {
    rule: (tree) => imports(tree)
      .filter(({ from, to, typeOnly }) => from.startsWith('plugins/') && to.startsWith('src/') && !typeOnly)
      .filter(({ to }) => !['src/query.ts', 'src/attempt.ts', 'src/hooks.ts', 'src/sleep.ts'].includes(to))
      .map(({ from, to }) => `${from} imports ${to}`),
    broken: { 'plugins/a.ts': `import { b } from '../src/b'`, 'src/b.ts': 'export const b = 1' },
  },
  'the core knows plugins only where it is put together': {
    rule: (tree) => imports(tree)
      .filter(({ from, to, typeOnly }) => to.startsWith('plugins/') && from.startsWith('src/') && !typeOnly)
      .filter(({ from }) => ![...entries, 'src/analytics.ts', 'src/client.ts'].includes(from))
      .map(({ from, to }) => `${from} imports ${to}`),
    broken: { 'src/gate.ts': `import { a } from '../plugins/a'`, 'plugins/a.ts': 'export const a = 1' },
  },
  'the full file has every plugin but the one for Node': {
    rule: (tree) => Object.keys(tree)
      .filter((file) => /^plugins\/(consent\/)?[^/]+\.ts$/.test(file) && file !== 'plugins/testing.ts')
      .filter((file) => !imports(tree).some(({ from, to }) => from === 'src/full.ts' && to === file)),
    broken: { 'src/full.ts': '', 'plugins/a.ts': 'export const a = 1' },
  },
  'only the gate admits': {
    rule: (tree) => Object.keys(tree).filter((file) => file != 'src/gate.ts' && /\bas Admitted/.test(tree[file]!)),
    broken: { 'src/a.ts': 'export const a = (call: Call) => call as Admitted<Call>' },
  },
  'browser globals stay at the edges': {
    rule: (tree) => Object.entries(tree).filter(([file]) => !isEdge(file)).flatMap(([file, text]) =>
      globals(file, text).filter(({ name }) => browser.includes(name)).map(({ name }) => `${file}: ${name}`)),
    broken: { 'src/a.ts': 'export const a = () => document.title' },
  },
  'an import touches no browser global': {
    rule: (tree) => Object.entries(tree).filter(([file]) => !entries.includes(file)).flatMap(([file, text]) =>
      globals(file, text).filter(({ name, onImport }) => onImport && browser.includes(name))
        .map(({ name }) => `${file}: ${name}`)),
    broken: { 'plugins/a.ts': 'export const title = document.title' },
  },
  'one file calls fetch': {
    rule: (tree) => Object.entries(tree)
      .filter(([file]) => file != 'plugins/http/post.ts')
      .flatMap(([file, text]) => names(parse(file, text)).filter((name) => network.includes(name))
        .map((name) => `${file}: ${name}`)),
    broken: { 'plugins/a.ts': 'export const a = () => window.fetch(b)' },
  },
  'js-cookie and idb-keyval have one user each': {
    rule: (tree) => ['js-cookie', 'idb-keyval'].flatMap((name) => {
      const users = imports(tree).filter(({ to }) => to === name).map(({ from }) => from)
      return users.length > 1 ? users : []
    }),
    broken: { 'src/a.ts': `import c from 'js-cookie'`, 'src/b.ts': `import c from 'js-cookie'` },
  },
  'nothing else is depended on': {
    rule: (tree) => imports(tree)
      .filter(({ to, typeOnly }) => !typeOnly && !/^(src|plugins)\//.test(to))
      .filter(({ to }) => !['js-cookie', 'idb-keyval'].includes(to))
      .map(({ from, to }) => `${from}: ${to}`),
    broken: { 'src/a.ts': `import { debounce } from 'lodash'` },
  },
  'no module keeps a variable': {
    rule: (tree) => Object.entries(tree).flatMap(([file, text]) =>
      parse(file, text).statements.filter((statement) => ts.isVariableStatement(statement)
        && !(statement.declarationList.flags & ts.NodeFlags.Const)
        && !statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword))
        .map((statement) => `${file}: ${statement.getText().split('\n')[0]}`)),
    broken: { 'src/a.ts': 'let count = 0' },
  },
  'a file stays within 200 lines': {
    rule: (tree) => Object.entries(tree)
      .filter(([, text]) => text.trimEnd().split('\n').length > 200)
      .map(([file]) => file),
    broken: { 'src/a.ts': 'a()\n'.repeat(201) },
  },
  'names are kebab-case': {
    rule: (tree) => Object.keys(tree).filter((file) => !/^[a-z0-9/-]+\.ts$/.test(file)),
    broken: { 'src/scrollDepth.ts': '' },
  },
}

describe.each(Object.entries(rules))('%s', (_, { rule, broken }) => {
  test('a breach is seen', () => expect(rule(broken)).not.toEqual([]))
  test('the project keeps it', () => expect(rule(project)).toEqual([]))
})
