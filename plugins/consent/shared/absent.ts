import type { ConsentState } from '../../../src/types'

/** For as long as a manager's script is not there: the visitor may have refused, or live where opt-in holds. */
export const absent: ConsentState = { decision: 'pending', categories: {}, model: 'opt-in' }
