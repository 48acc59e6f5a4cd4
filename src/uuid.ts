/** RFC 9562 version 4. Browsers have it on secure origins only, and plain http pages are customers too. */
export const uuid = (): string => crypto.randomUUID?.() ?? draw(crypto.getRandomValues(new Uint8Array(36)))

const draw = (random: Uint8Array): string =>
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit, at: number) =>
    (+digit ^ (random[at]! & (15 >> (+digit / 4)))).toString(16),
  )
