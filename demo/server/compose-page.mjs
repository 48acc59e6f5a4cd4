import fs from 'node:fs'
import { fileOf } from './files.mjs'
import { integrityOf } from './integrity.mjs'
import { managers } from './managers.mjs'
import { policyToPaste } from './policy.mjs'

const BASIC = '/dist/assent.min.js'
const FULL = '/dist/assent.full.min.js'
const AUDIT = '/dist/plugins/audit.min.js'

const asText = (value) => JSON.stringify(value).replaceAll('<', '\\u003c')
const script = (src) => `<script src="${src}" integrity="${integrityOf(fileOf(src))}"></script>`

/** The page for one manager, with the scripts it needs, each under its hash, and what only the server knows. */
export const composePage = ({ collector, manager, origin }) => {
  if (!fileOf(FULL)) throw new Error(`${FULL} is not there: npm run build`)
  const setup = {
    endpoint: collector.endpoint,
    manager: { id: manager.id, label: manager.label, kind: manager.kind },
    managers: managers.map(({ id, label, kind }) => ({ id, label, kind })),
    paste: {
      origin,
      policy: policyToPaste(collector.origin),
      files: [BASIC, FULL].map((path) => ({ path, integrity: integrityOf(fileOf(path)) })),
    },
  }
  const parts = {
    setup: `<script type="application/json" id="setup">${asText(setup)}</script>`,
    styles: (manager.styles ?? []).map((href) => `<link rel="stylesheet" href="${href}">`).join('\n'),
    scripts: [
      // The ledger first: what ran before it is not in it.
      script(AUDIT),
      script('/page/start-ledger.js'),
      script('/page/hard-case.js'),
      ...(manager.vendor ? [script('/page/vendor-html.js')] : []),
      script(FULL),
      ...(manager.scripts ?? []).map((src) => script(src)),
    ].join('\n'),
  }
  const html = fs.readFileSync(fileOf('/page/index.html'), 'utf8')
  return html.replace(/<!-- (setup|styles|scripts) -->/g, (_, name) => parts[name])
}
