// node test/collector-contract/run.mjs https://collect.example.com/v1/batch [--read https://…/events] [--key WRITE_KEY]
import { parseArgs } from 'node:util'
import { checkCollector } from './check.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { read: { type: 'string' }, key: { type: 'string' } },
})
if (!positionals[0]) {
  console.error('usage: node test/collector-contract/run.mjs ENDPOINT [--read LIST-OF-ACCEPTED] [--key WRITE_KEY]')
  process.exit(2)
}
const results = await checkCollector({ url: positionals[0], read: values.read, writeKey: values.key })
for (const { name, ok, fault } of results) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${fault ? `: ${fault}` : ''}`)
if (!values.read) console.log('(what the collector kept was not looked at: no --read)')
process.exit(results.every(({ ok }) => ok) ? 0 : 1)
