/** The script tag. This file and `full.ts` are the only ones that act on import. */
import { takeOver } from './browser/take-over'

takeOver()
