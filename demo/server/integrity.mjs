import { createHash } from 'node:crypto'
import fs from 'node:fs'

/** Subresource integrity of a file: `sha384-…`. */
export const integrityOf = (file) => `sha384-${createHash('sha384').update(fs.readFileSync(file)).digest('base64')}`
