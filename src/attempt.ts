/** For what may throw and does not matter: blocked storage, broken text, a page's getter. */
export function attempt<T>(risky: () => T): T | undefined {
  try {
    return risky()
  } catch {
    return
  }
}
