type Stop = () => void

/**
 * For a manager that says nothing when it arrives: looks for it now and then every half second, until it is there.
 * `use` may subscribe to it and return the stop; `changed` follows, as a decision may have been waiting.
 * A manager that throws is left alone: what `read` throws is reported, the page lives on.
 */
export const whenPresent = <Found>(
  find: () => Found | undefined | false | null | '',
  changed: () => void,
  use?: (found: Found) => Stop | void
): Stop => {
  let stop: Stop | void
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    try {
      const found = find()
      if (!found) {
        timer = setTimeout(look, 500)
        return
      }
      stop = use?.(found)
    } catch {
      // Left alone, see above.
    }
    changed()
  }
  look()
  return () => {
    clearTimeout(timer)
    stop?.()
  }
}
