/** Loads assent as a site would, with what the address asks for. */
import { adsDestination } from './ads-destination.js'
import { startManager } from './managers/start-manager.js'
import { model, setup } from './setup.js'

/** @param say takes a kind and a text: what the client says besides its events */
export const loadAnalytics = async (analytics, assent, say) => {
  const ads = adsDestination()
  const choice = await startManager(analytics, assent)
  analytics.load('DEMO_KEY', {
    endpoint: setup.endpoint,
    stats: true,
    consent: {
      model,
      requires: ['analytics'],
      destinations: { Ads: ['analytics', 'advertising'] },
      ...(choice.manager ? { manager: choice.manager } : {}),
      onUndelivered: ({ event, type }, reason) => say('error', `undelivered: ${event ?? type}, ${reason}`),
    },
    plugins: [
      ads.plugin,
      assent.scrollDepth({ root: '#story' }),
      assent.videoDepth(),
    ],
  })
  return { choice, ads }
}
