/**
 * What `npm test` runs: every step, also after one that failed. Names choose steps: `node test/run.mjs unit size`.
 * The last line counts the tests of vitest, and each other step as one.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const output = path.join(root, 'test/output')
fs.mkdirSync(output, { recursive: true })

const run = (command, args) => {
  const bin = path.join(root, 'node_modules/.bin', command)
  const { status } = spawnSync(bin, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], timeout: 20 * 60_000 })
  return status === 0
}
const one = (command, ...args) => () => (run(command, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** The tests of a project by file, and whether vitest itself was content. */
const vitestOnce = (project, files = []) => {
  const file = path.join(output, `${project}.json`)
  fs.rmSync(file, { force: true })
  const fine = run('vitest', [
    'run', ...files, '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`,
  ])
  const { testResults = [] } = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}
  return { fine, results: testResults }
}

const vitest = (project) => () => {
  let { fine, results } = vitestOnce(project)
  // On two cores a browser may stumble for a while: what failed is run once more, alone, with browsers of its own.
  const failed = project === 'browser'
    ? results.filter(({ status }) => status !== 'passed').map(({ name }) => name)
    : []
  if (failed.length) {
    console.log(`\n== once more, alone: ${failed.map((name) => path.basename(name)).join(', ')}`)
    const second = vitestOnce(project, failed)
    fine = second.fine
    results = [...results.filter(({ name }) => !failed.includes(name)), ...second.results]
  }
  const tests = results.flatMap(({ assertionResults }) => assertionResults)
  const of = (wanted) => tests.filter(({ status }) => wanted.includes(status)).length
  // What passed and has a failure to tell of passed at its second try: said, so that nobody takes it for sound.
  const shaky = tests.filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length)
  const again = [...shaky.map(({ fullName }) => fullName), ...failed.map((name) => path.basename(name))]
  // A file that does not load and a rejection that nobody caught fail no test, and are failures all the same.
  const skipped = of(['pending', 'skipped', 'todo'])
  const broken = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  return { passed: of(['passed']), failed: broken.length || (fine ? 0 : 1), broken, skipped, again }
}

const steps = {
  build: one('rollup', '-c', '--silent'),
  lint: one('eslint', '.'),
  types: () => {
    const fine = ['.', 'test', 'test/types'].map((project) => run('tsc', ['-p', project, '--noEmit']))
    return fine.every(Boolean) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  },
  unit: vitest('unit'),
  browser: vitest('browser'),
  size: one('size-limit'),
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !(name in steps))
if (unknown.length) throw new Error(`no such step: ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`)

const results = []
for (const [name, step] of Object.entries(steps)) {
  if (chosen.length && !chosen.includes(name)) continue
  console.log(`\n== ${name}`)
  const start = Date.now()
  results.push({ name, seconds: 0, ...step() })
  results.at(-1).seconds = Math.round((Date.now() - start) / 1000)
}

console.log('\n== summary')
for (const { name, passed, failed, skipped, broken = [], again = [], seconds } of results) {
  const tail = skipped ? `, ${skipped} skipped` : ''
  console.log(`${failed ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed${tail} (${seconds} s)`)
  for (const each of broken) console.log(`       failed: ${each}`)
  for (const each of again) console.log(`       at the second try: ${each}`)
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
process.exitCode = sum('failed') ? 1 : 0
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
