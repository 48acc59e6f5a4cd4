/** For a site's own tests: runs in Node, beside Playwright or puppeteer, and imports neither. Manual: docs/proof.md. */
export { expectNothingBeforeConsent } from './testing/expect-nothing-before-consent'
export { recordingAnalytics } from './testing/recording-analytics'
export type { ProofError, ProofOptions } from './testing/expect-nothing-before-consent'
export type { RecordedCall, Recording, RecordingOptions } from './testing/recording-analytics'
export type { Allowed, BrowserPage, Finding } from './testing/words'
