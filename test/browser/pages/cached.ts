/** A page that goes into the back/forward cache and comes back. */
import type { Page } from '../harness'

/** For `before` of a page: notes that it has come from the cache. */
export const watchShown = () =>
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) Object.assign(window, { shown: [persisted] })
  })

/** `[true]` as soon as it has. */
export const shownOf = (page: Page) => page.waitFor(() => (window as unknown as { shown?: boolean[] }).shown)
