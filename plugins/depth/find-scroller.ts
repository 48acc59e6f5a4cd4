/**
 * What a visitor of this page scrolls: the tallest of the page itself and of the scrollers that cover 60 % of the
 * viewport (and therefore its centre: no search through the document is needed).
 */
export const findScroller = (): Element | null => {
  const page = document.scrollingElement
  return document.elementsFromPoint(innerWidth / 2, innerHeight / 2)
    // The page before a body of the same height.
    .reverse()
    .filter((el) => el.scrollHeight > el.clientHeight &&
      (el == page || /auto|scroll/.test(getComputedStyle(el).overflowY)) &&
      el.clientWidth * el.clientHeight > innerWidth * innerHeight * 0.6)
    .sort((a, b) => b.scrollHeight - a.scrollHeight)[0] || page
}
