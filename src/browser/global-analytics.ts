import type { Analytics } from '../analytics'

/** The client that the script tag put on the page, under the name that its tag may have chosen. */
export const getGlobalAnalytics = (key = 'analytics'): Analytics | undefined =>
  (globalThis as unknown as Record<string, Analytics | undefined>)[key]
