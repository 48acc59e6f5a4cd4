/** The script tag with everything: every plugin's factory hangs on `window.assent`, and then the client starts. */
import { audit } from '../plugins/audit'
import { applyQuery, querystring } from '../plugins/querystring'
import { scrollDepth } from '../plugins/scroll-depth'
import { scrollLandmarks } from '../plugins/scroll-landmarks'
import { storageTiers } from '../plugins/storage-tiers'
import { videoDepth } from '../plugins/video-depth'
import { videoFrames } from '../plugins/video-frames'
import { videoSpec } from '../plugins/video-spec'
import { videoSummary } from '../plugins/video-summary'
import { cookieConsent } from '../plugins/consent/cookie-consent'
import { cookiebot } from '../plugins/consent/cookiebot'
import { didomi } from '../plugins/consent/didomi'
import { googleConsentMode } from '../plugins/consent/google-consent-mode'
import { gpp } from '../plugins/consent/gpp'
import { iubenda } from '../plugins/consent/iubenda'
import { ketch } from '../plugins/consent/ketch'
import { klaro } from '../plugins/consent/klaro'
import { oneTrust } from '../plugins/consent/one-trust'
import { osano } from '../plugins/consent/osano'
import { shopify } from '../plugins/consent/shopify'
import { tcf } from '../plugins/consent/tcf'
import { termly } from '../plugins/consent/termly'
import { trustArc } from '../plugins/consent/trust-arc'
import { usercentrics } from '../plugins/consent/usercentrics'
import { wpConsent } from '../plugins/consent/wp-consent'
import { takeOver } from './browser/take-over'

const page = window as { assent?: object }
page.assent = Object.assign(page.assent ?? {}, {
  audit, applyQuery, querystring, scrollDepth, scrollLandmarks, storageTiers, videoDepth, videoFrames, videoSpec,
  videoSummary, cookieConsent, cookiebot, didomi, googleConsentMode, gpp, iubenda, ketch, klaro,
  oneTrust, osano, shopify, tcf, termly, trustArc, usercentrics, wpConsent,
})
takeOver()
