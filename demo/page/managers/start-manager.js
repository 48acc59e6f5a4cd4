import { managerDelay, model, setup } from '../setup.js'
import { remember } from './remember.js'

const later = (work) => (managerDelay ? setTimeout(work, managerDelay) : work())

/** The manager's API comes when it comes; the banner, which is the demo's, comes with it. */
const simulate = ({ factory, categories, arrive }, assent) => {
  const memory = remember(setup.manager.id)
  let answered
  return {
    manager: assent[factory]({ categories }),
    whenThere: (offer) => later(() => {
      answered = arrive({ answer: memory.read(), model })
      offer()
    }),
    save(granted) {
      memory.write(granted)
      answered?.(granted)
    },
  }
}

/**
 * The manager that the address asks for: `manager` for assent (none: its own); and either `open()` for a manager with
 * a banner of its own, or `save(categories)` and `whenThere(offer)` for one that uses the demo's.
 */
export const startManager = async (analytics, assent) => {
  const { id, kind } = setup.manager
  if (kind === 'own') return { save: analytics.consent, whenThere: later }
  const module = await import(`./${id}.js`)
  return kind === 'real' ? module.start(assent, { model }) : simulate(module, assent)
}
