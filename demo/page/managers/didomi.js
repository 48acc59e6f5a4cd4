/** The part of Didomi that sites and assent see: its API, and the two queues that it takes over when it arrives. */
export const factory = 'didomi'
export const categories = { measure_content_performance: 'analytics', create_ads_profile: 'advertising' }

/** @returns what to do when the visitor answers */
export const arrive = ({ answer, model }) => {
  let granted = answer
  let updated = new Date()
  const ready = window.didomiOnReady ?? []
  const listeners = window.didomiEventListeners ?? []

  window.Didomi = {
    shouldUserStatusBeCollected: () => !granted,
    isConsentRequired: () => true,
    getCurrentUserStatus: () => ({
      purposes: Object.fromEntries(Object.entries(categories).map(([id, category]) =>
        [id, { id, enabled: granted ? granted[category] === true : model === 'opt-out' }])),
      vendors: {},
      regulation: model === 'opt-out' ? 'cpra' : 'gdpr',
      user_id: 'simulated',
      updated: updated.toISOString(),
    }),
  }
  window.didomiOnReady = { push: (listener) => listener(window.Didomi) }
  for (const listener of ready) listener(window.Didomi)
  return (chosen) => {
    granted = chosen
    updated = new Date()
    for (const { event, listener } of listeners) if (event === 'consent.changed') listener()
  }
}
