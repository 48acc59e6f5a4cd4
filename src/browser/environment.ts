type Browser = Navigator & { userAgentData?: { toJSON?(): object }; globalPrivacyControl?: boolean }

/** What an event says about the browser: the `context` fields that stay the same over the life of a page. */
export function readEnvironment() {
  const { userAgent, language: locale, userAgentData } = navigator as Browser
  return {
    userAgent,
    // Brands, mobile, platform: what needs no asking (https://wicg.github.io/ua-client-hints/).
    userAgentData: userAgentData?.toJSON?.(),
    locale,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** Global Privacy Control, https://w3c.github.io/gpc/ : absent and false are alike. */
export const readGpc = (): boolean => (navigator as Browser).globalPrivacyControl === true
