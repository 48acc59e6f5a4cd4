import { attempt } from './attempt'
import { toObject } from './json'

/** Cookies that the classic library left behind: `ajs_user` is JSON `{ id, traits }`, `_sio` is `anonymous----user`. */
export const CLASSIC = ['ajs_user', '_sio']

/** Whom they name. */
export function readClassicVisitor(get: (key: string) => unknown) {
  const [user, sio] = CLASSIC.map(get) as string[]
  const { id, traits } = toObject(attempt(() => JSON.parse(user!)))
  return { id: id && String(id), traits: toObject(traits), anonymousId: sio?.split('----')[0] }
}
