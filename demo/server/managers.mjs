/**
 * The consent managers of the demo: `scripts` and `styles` are those of the real package, `vendor` says that it writes
 * HTML and styles by itself, which a strict policy has to allow. page/managers/<id>.js starts it.
 */
export const managers = [
  { id: 'built-in', label: 'Built-in', kind: 'own' },
  {
    id: 'cookie-consent', label: 'vanilla-cookieconsent 3', kind: 'real', vendor: true,
    scripts: ['/node_modules/vanilla-cookieconsent/dist/cookieconsent.umd.js'],
    styles: ['/node_modules/vanilla-cookieconsent/dist/cookieconsent.css'],
  },
  {
    id: 'klaro', label: 'Klaro 0.7', kind: 'real', vendor: true,
    scripts: ['/node_modules/klaro/dist/klaro-no-css.js'],
    styles: ['/node_modules/klaro/dist/klaro.min.css'],
  },
  { id: 'tcf', label: 'IAB TCF 2.2', kind: 'simulated' },
  { id: 'one-trust', label: 'OneTrust', kind: 'simulated' },
  { id: 'cookiebot', label: 'Cookiebot', kind: 'simulated' },
  { id: 'didomi', label: 'Didomi', kind: 'simulated' },
  { id: 'wp-consent', label: 'WordPress Consent API', kind: 'simulated' },
]

export const managerOf = (id) => managers.find((manager) => manager.id === id) ?? managers[0]
