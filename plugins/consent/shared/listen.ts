/** Listens to several events of one target. Returns the stop. */
export const listen = (target: EventTarget, types: string[], listener: (event: Event) => void): (() => void) => {
  // A wrapper of our own: the same function given twice would be one registration, and one stop would end both.
  const own = (event: Event): void => listener(event)
  for (const type of types) target.addEventListener(type, own)
  return () => {
    for (const type of types) target.removeEventListener(type, own)
  }
}
