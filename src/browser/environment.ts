interface UserAgentData {
  brands: unknown[]
  mobile: boolean
  platform: string
}

/** What an event says about the browser: the `context` fields that stay the same over the life of a page. */
export function readEnvironment() {
  const { userAgent, language } = navigator
  const data = (navigator as { userAgentData?: UserAgentData }).userAgentData
  return {
    userAgent,
    userAgentData: data && { brands: data.brands, mobile: data.mobile, platform: data.platform },
    locale: language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** Global Privacy Control, https://w3c.github.io/gpc/ : absent and false are alike. */
export const readGpc = (): boolean => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true
