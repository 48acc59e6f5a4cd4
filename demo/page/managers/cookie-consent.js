/** The real vanilla-cookieconsent, from node_modules. */
import { promise } from '../setup.js'

export const start = (assent, { model }) => {
  const { CookieConsent } = window
  const optOut = model === 'opt-out'
  const words = {
    consentModal: {
      title: promise.title,
      description: `This banner is vanilla-cookieconsent. ${promise.text}`,
      acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Refuse all', showPreferencesBtn: 'Choose…',
    },
    preferencesModal: {
      title: 'Privacy settings',
      acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Refuse all', savePreferencesBtn: 'Save my choice',
      closeIconLabel: 'Close',
      sections: [
        { title: 'Necessary', description: 'The answer itself.', linkedCategory: 'necessary' },
        { title: 'Analytics', description: 'How this page is used.', linkedCategory: 'analytics' },
        { title: 'Advertising', description: 'What we might show you elsewhere.', linkedCategory: 'advertising' },
      ],
    },
  }
  CookieConsent.run({
    // QA drives browsers, too.
    hideFromBots: false,
    mode: model,
    categories: {
      necessary: { enabled: true, readOnly: true },
      analytics: { enabled: optOut },
      advertising: { enabled: optOut },
    },
    language: { default: 'en', translations: { en: words } },
  })
  return { manager: assent.cookieConsent(), open: () => CookieConsent.showPreferences() }
}
