/** RFC 9562 version 4. `crypto.randomUUID` would do on secure origins, but plain http pages are customers too. */
export const uuid = (): string => {
  const random = crypto.getRandomValues(new Uint8Array(36))
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit, at: number) =>
    (+digit ^ (random[at]! & (15 >> (+digit / 4)))).toString(16),
  )
}
