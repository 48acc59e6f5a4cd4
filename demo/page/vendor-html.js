/** vanilla-cookieconsent and Klaro assign HTML that they made themselves: the default policy lets it pass. */
window.trustedTypes?.createPolicy('default', { createHTML: (text) => text })
