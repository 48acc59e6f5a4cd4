/** The WordPress Consent API, with its own cookies. */
export const factory = 'wpConsent'
export const categories = { functional: 'necessary', statistics: 'analytics', marketing: 'advertising' }

/** @returns what to do when the visitor answers */
export const arrive = ({ model }) => {
  const cookieOf = (name) => {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`wp_consent_${name}=`))
    return found?.split('=')[1]
  }

  window.consent_api = { cookie_prefix: 'wp_consent' }
  window.wp_has_consent = (name) =>
    name === 'functional' || (cookieOf(name) ?? (model === 'opt-out' ? 'allow' : 'deny')) === 'allow'
  window.wp_consent_type = model === 'opt-out' ? 'optout' : 'optin'
  document.dispatchEvent(new CustomEvent('wp_consent_type_defined'))
  return (granted) => {
    const detail = {}
    for (const [name, category] of Object.entries(categories)) {
      detail[name] = granted[category] ? 'allow' : 'deny'
      document.cookie = `wp_consent_${name}=${detail[name]}; path=/; samesite=lax`
    }
    document.dispatchEvent(new CustomEvent('wp_listen_for_consent_change', { detail }))
  }
}
