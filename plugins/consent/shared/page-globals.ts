/** The page's globals that a manager may have put there, each of them perhaps not yet; none on a server. */
export const pageGlobals = <Globals extends object>(): Partial<Globals> =>
  typeof window === 'undefined' ? {} : (window as unknown as Partial<Globals>)
