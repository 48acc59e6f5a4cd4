/** The real Klaro, from node_modules. */
import { promise } from '../setup.js'

export const start = (assent, { model }) => {
  const { klaro } = window
  const config = {
    version: 1,
    elementID: 'klaro',
    acceptAll: true,
    optOut: model === 'opt-out',
    default: model === 'opt-out',
    translations: {
      en: {
        consentNotice: {
          description: `This banner is Klaro. ${promise.text}`,
        },
        purposes: { analytics: { title: 'Analytics' }, advertising: { title: 'Advertising' } },
      },
    },
    services: [
      { name: 'usage', title: 'Usage statistics', purposes: ['analytics'] },
      { name: 'ads', title: 'Advertisements', purposes: ['advertising'] },
    ],
  }
  klaro.setup(config)
  const categories = { analytics: 'analytics', advertising: 'advertising' }
  return { manager: assent.klaro({ api: klaro, config, categories }), open: () => klaro.show(config) }
}
