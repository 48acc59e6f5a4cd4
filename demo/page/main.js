/** Puts the desk together: the client, what it says, and what the collector says. */
import { createAcceptedList } from './accepted-list.js'
import { createBench } from './bench.js'
import { callDesk } from './call-desk.js'
import { createCinema } from './cinema.js'
import { createClientView, createMessages } from './client-view.js'
import { collectorDesk } from './collector-desk.js'
import { decisionPanel } from './decision-panel.js'
import { byId, element, setText } from './element.js'
import { becomeFreshVisitor } from './fresh-visitor.js'
import { showLedger } from './ledger.js'
import { linkBuilder } from './link-builder.js'
import { loadAnalytics } from './load-analytics.js'
import { createMeters } from './meters.js'
import { showPaste } from './paste.js'
import { privacyChoice } from './privacy-choice.js'
import { address, setup } from './setup.js'
import { createRuler, tellStory } from './story.js'
import { showSurroundings } from './surroundings.js'
import { watchCalls } from './watch-calls.js'

const LOOK_MS = 200
const { analytics, assent } = window

// ---------------------------------------------------------------- what the client says

tellStory()
const say = createMessages()
const show = createClientView()
const lightScroll = createRuler()
const lightVideo = createCinema('/assets/clip.webm')

const watched = watchCalls(analytics, (call) => {
  show(call)
  const [name, properties] = call.args
  // A call that is only now made, not one that has moved on.
  if (call.state !== 'waiting') return
  if (name === 'Pct Page Scrolled') lightScroll(properties)
  if (name === 'Pct Video Viewed') lightVideo(properties)
})
analytics.on('error', ({ code, reason }) => say('error', `${code}: ${reason?.message ?? reason}`))
analytics.on('consent', (categories) => {
  const granted = Object.keys(categories ?? {}).filter((name) => categories[name])
  say('consent', categories ? `granted: ${granted.join(', ') || 'nothing'}` : 'undecided again')
  if (categories?.analytics !== true) watched.withdrawn()
})

const { choice, ads } = await loadAnalytics(analytics, assent, say)
analytics.page('QA', 'Desk')

// ---------------------------------------------------------------- consent

const decided = () => analytics.consent()
const own = choice.save && privacyChoice({ save: choice.save, decided })
if (own) {
  choice.whenThere(own.offer)
  analytics.on('consent', own.follow)
}
byId('open-settings').addEventListener('click', choice.open ?? own.open)

byId('manager').append(...setup.managers.map(({ id, label, kind }) =>
  element('option', { value: id, selected: id === setup.manager.id }, kind === 'own' ? label : `${label} (${kind})`)))
byId('manager').addEventListener('change', ({ target }) =>
  location.assign(address({ manager: target.value, delay: '' })))

// ---------------------------------------------------------------- what the collector says

const accepted = createAcceptedList()
const desk = collectorDesk({
  accepted(event) {
    accepted.add(event)
    watched.arrived(event)
    bench.arrived(event)
  },
  cleared: accepted.clear,
  counts(counts) {
    accepted.show(counts)
    bench.show(counts)
  },
})
const bench = createBench({ analytics, desk })
byId('clear-accepted').addEventListener('click', desk.clear)

// ---------------------------------------------------------------- the rest of the desk

callDesk(analytics)
linkBuilder()
showSurroundings()
showPaste()
showLedger(window.ledger, analytics)
byId('forget').addEventListener('click', becomeFreshVisitor)
setText(byId('runtime'), `assent ${analytics.VERSION}, sending to ${setup.endpoint}`)

const lookAtDecision = decisionPanel({ analytics, manager: choice.manager, ads })
const readMeters = createMeters(analytics)
setInterval(() => {
  const verdict = lookAtDecision()
  const { held, refused } = readMeters()
  setText(byId('announcement'), `${verdict}. ${held} held, ${refused} destroyed.`)
}, LOOK_MS)
