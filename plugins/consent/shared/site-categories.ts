import type { Categories } from '../../../src/types'

/** What the manager calls a category, purpose or service → what the site calls it; one name or several. */
export type CategoryMap = Record<string, string | string[]>

/**
 * The site's categories out of the manager's, the same way in every manager: with a map only what it names counts,
 * without one each of the manager's `names` keeps its own. A site category fed by several names needs all of them,
 * and only a plain `true` is a grant: what the manager does not know is closed.
 */
export const siteCategories = (
  map: CategoryMap | undefined,
  names: string[],
  granted: (name: string) => unknown
): Categories => {
  const site: Categories = {}
  for (const name of map ? Object.keys(map) : names)
    for (const target of [map?.[name] ?? name].flat()) site[target] = granted(name) === true && site[target] !== false
  return site
}
