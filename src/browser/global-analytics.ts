import type { AnalyticsSnippet } from '../analytics'

/** The client that the script tag put on the page, under the name that its tag may have chosen. */
export const getGlobalAnalytics = (key = 'analytics'): AnalyticsSnippet | undefined =>
  (globalThis as unknown as Record<string, AnalyticsSnippet | undefined>)[key]
