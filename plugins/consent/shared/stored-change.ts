import { listen } from './listen'
import { pageGlobals } from './page-globals'

/**
 * Changes of a manager's cookie (where the browser has the Cookie Store API) or of its entry in localStorage, made
 * in this tab or another: managers that keep the truth there do not tell their other tabs. Returns the stop.
 */
export const storedChange = (isTheirs: (name: unknown) => boolean, changed: () => void): (() => void) => {
  const { cookieStore } = pageGlobals<{ cookieStore: EventTarget }>()
  const stops = [
    // A null key is localStorage.clear().
    listen(window, ['storage'], (event) => {
      const { key } = event as StorageEvent
      if (key === null || isTheirs(key)) changed()
    }),
    cookieStore && listen(cookieStore, ['change'], (event) => {
      const { changed: set = [], deleted = [] } = event as Event & Record<string, { name?: unknown }[] | undefined>
      if ([...set, ...deleted].some(({ name }) => isTheirs(name))) changed()
    })
  ]
  return () => stops.forEach((stop) => stop?.())
}
