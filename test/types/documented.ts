/** Samples of the documentation, as they stand there. */
import { AnalyticsBrowser, type Categories, type ConsentManager } from 'assent'

declare const banner: { answer?: Categories }
const endpoint = 'https://collect.example.com/v1/batch'

// docs/consent-managers.md
const own: ConsentManager = { name: 'own',
  read: () => banner.answer && { decision: 'decided', basis: 'explicit', categories: banner.answer },
  subscribe: (changed) => (addEventListener('saved', changed), () => removeEventListener('saved', changed)) }
AnalyticsBrowser.load({ writeKey: 'KEY', endpoint }, { consent: { requires: ['analytics'], manager: own } })
