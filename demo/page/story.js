/** The long text, and the ruler that lights its marks when the scroll depth plugin says so. */
import { byId, element } from './element.js'
import { chapters } from './story-text.js'

const MARKS = [25, 50, 75, 100]

export const tellStory = () => {
  byId('story').append(...chapters.flatMap(({ title, paragraphs }) =>
    [element('h3', {}, title), ...paragraphs.map((text) => element('p', {}, text))]))
}

/** @returns a function that takes the properties of `Pct Page Scrolled` */
export const createRuler = () => {
  const ruler = byId('ruler')
  const story = byId('story')
  const position = element('div', { className: 'position' })
  const marks = new Map(MARKS.map((percent) =>
    [percent, element('div', { className: `mark at-${percent}` }, element('span', {}, `${percent} %`))]))
  let view

  ruler.append(position, ...marks.values())
  story.addEventListener('scroll', () => {
    const share = (story.scrollTop + story.clientHeight) / story.scrollHeight
    position.style.height = `${100 * share}%`
  }, { passive: true })

  return ({ percent, page_view_id }) => {
    // A new page view begins a new ruler.
    if (view !== page_view_id) for (const mark of marks.values()) mark.classList.remove('lit')
    view = page_view_id
    marks.get(percent)?.classList.add('lit')
    const lit = [...marks].filter(([, mark]) => mark.classList.contains('lit')).map(([each]) => `${each} %`)
    ruler.setAttribute('aria-label', `Scroll marks: ${lit.join(', ')}`)
  }
}
