/** The decoded value of the first cookie whose name matches the pattern, or undefined. */
export const cookieValue = (pattern: string): string | undefined => {
  const value = new RegExp(`(?:^|; )(?:${pattern})=([^;]*)`).exec(document.cookie)?.[1]
  try {
    return value && decodeURIComponent(value)
  } catch {
    return value
  }
}
