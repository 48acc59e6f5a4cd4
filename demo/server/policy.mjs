/** The Content-Security-Policy of the page: nothing but its own files, and the collector. */
export const policyOf = ({ collector, manager }) => [
  `default-src 'none'`,
  `script-src 'self'`,
  // The page itself writes no style; vanilla-cookieconsent and Klaro do.
  `style-src 'self'${manager.vendor ? ` 'unsafe-inline'` : ''}`,
  `img-src 'self' data:`,
  `media-src 'self'`,
  `connect-src 'self' ${collector}`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  // They write HTML as well, which page/vendor-html.js lets them.
  `trusted-types ${manager.vendor ? 'default' : `'none'`}`,
].join('; ')

/** What assent asks of a site's policy, and all it asks. */
export const policyToPaste = (collector) =>
  `script-src 'self'; connect-src ${collector}; require-trusted-types-for 'script'; trusted-types 'none'`
