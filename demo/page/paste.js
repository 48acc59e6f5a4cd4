/** The policy line, the hashes and the tag, made by the server for the files that it serves. */
import { copyButton } from './copy-button.js'
import { byId, element } from './element.js'
import { setup } from './setup.js'

const tagOf = ({ origin }, { path, integrity }) =>
  `<script src="${origin}${path}" integrity="${integrity}" crossorigin="anonymous"></script>`

const loadText = ({ endpoint }) => `analytics.load('WRITE_KEY', {
  endpoint: '${endpoint}',
  consent: { requires: ['analytics'] },
})`

const toEntry = (title, text) => [
  element('dt', {}, title, ' ', copyButton(title, () => text)),
  element('dd', {}, element('pre', { tabIndex: 0, role: 'region', 'aria-label': title }, text)),
]

export const showPaste = () => {
  const { paste } = setup
  byId('paste').append(
    ...toEntry('Content-Security-Policy', paste.policy),
    ...paste.files.flatMap((file) => toEntry(`Tag for ${file.path.split('/').pop()}`, tagOf(paste, file))),
    ...toEntry('Then, in a file of your own', loadText(setup)),
  )
}
