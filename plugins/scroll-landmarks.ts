/**
 * Depth by what was reached rather than by percent, for `scrollDepth({ landmarks: scrollLandmarks('article h2') })`:
 * events tell the last landmark, in document order, whose top has been above the bottom edge of the viewport.
 *
 * `selector` defaults to `h1,h2,h3`. The properties are `landmark` (its id or the first 80 characters of its text),
 * `landmarks_passed` and `landmarks_total`. Throws a SyntaxError for a selector that is none.
 */
export const scrollLandmarks = (selector = 'h1,h2,h3') => {
  document.querySelector(selector)
  return () => {
    const all = [...document.querySelectorAll(selector)]
    // One without a box is hidden.
    const passed = all.filter((el) => (el.getClientRects()[0]?.top ?? Infinity) < innerHeight)
    const last = passed[passed.length - 1]
    return {
      landmark: last && (last.id || last.textContent!.trim().slice(0, 80)),
      landmarks_passed: passed.length,
      landmarks_total: all.length,
    }
  }
}
