import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** What of the project the page may ask for: paths on the site, and where they are. */
const folders = {
  '/page/': 'demo/page/',
  '/assets/': 'demo/assets/',
  '/dist/': 'dist/',
  '/node_modules/vanilla-cookieconsent/dist/': 'node_modules/vanilla-cookieconsent/dist/',
  '/node_modules/klaro/dist/': 'node_modules/klaro/dist/',
}

/** The file behind a path, or undefined where there is none. */
export const fileOf = (pathname) => {
  const wanted = path.posix.normalize(decodeURIComponent(pathname))
  const prefix = Object.keys(folders).find((each) => wanted.startsWith(each))
  if (!prefix) return
  const file = path.join(root, folders[prefix], wanted.slice(prefix.length))
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined
}
