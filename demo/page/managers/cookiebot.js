/** The part of Cookiebot that sites and assent see. */
export const factory = 'cookiebot'
export const categories = { necessary: 'necessary', statistics: 'analytics', marketing: 'advertising' }

/** @returns what to do when the visitor answers */
export const arrive = ({ answer }) => {
  const consentOf = (granted) => ({
    ...Object.fromEntries(Object.entries(categories).map(([name, category]) => [name, granted[category] === true])),
    preferences: false,
    method: 'explicit',
  })
  const tell = (...events) => events.forEach((name) => window.dispatchEvent(new Event(name)))

  window.Cookiebot = {
    hasResponse: !!answer,
    consent: answer ? consentOf(answer) : { necessary: true, preferences: false, statistics: false, marketing: false },
    consentID: answer ? 'simulated' : '0',
  }
  tell('CookiebotOnLoad', ...(answer ? ['CookiebotOnConsentReady'] : []))
  return (granted) => {
    Object.assign(window.Cookiebot, {
      hasResponse: true, consent: consentOf(granted), consentID: 'simulated', consentUTC: new Date(),
    })
    tell('CookiebotOnConsentReady', granted.analytics ? 'CookiebotOnAccept' : 'CookiebotOnDecline')
  }
}
