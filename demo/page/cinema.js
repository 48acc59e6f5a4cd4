/** The clip, and under it the strip of what was really played. */
import { byId, element, setText } from './element.js'

const CELLS = 100
const MARKS = [25, 50, 75, 100]

/** Draws the played ranges as cells that are full, and says them as a share. */
const createStrip = (video) => {
  const cells = Array.from({ length: CELLS }, () => element('i'))
  const strip = element('div', { className: 'strip', role: 'img', 'aria-label': 'Nothing watched yet' }, ...cells)
  const share = element('p', { className: 'hint' }, 'Nothing watched yet.')
  const draw = () => {
    const { played, duration } = video
    if (!(duration > 0 && duration < Infinity)) return
    let seconds = 0
    const ranges = Array.from({ length: played.length }, (_, index) => [played.start(index), played.end(index)])
    for (const [start, end] of ranges) seconds += end - start
    cells.forEach((cell, index) => {
      const middle = ((index + 0.5) / CELLS) * duration
      cell.className = ranges.some(([start, end]) => start <= middle && middle <= end) ? 'full' : ''
    })
    setText(share, `${seconds.toFixed(1)} of ${duration.toFixed(1)} seconds watched`)
    strip.setAttribute('aria-label', share.textContent)
  }
  for (const type of ['timeupdate', 'pause', 'seeked', 'ended', 'emptied']) video.addEventListener(type, draw)
  return [strip, share]
}

/** @returns a function that takes the properties of `Pct Video Viewed` */
export const createCinema = (src) => {
  const home = byId('cinema')
  const video = element('video', {
    src, controls: true, muted: true, playsInline: true, preload: 'metadata', title: 'The demo clip',
    'aria-label': 'A short clip, made by this project',
  })
  const marks = new Map(MARKS.map((percent) => [percent, element('li', {}, `${percent} %`)]))
  const [strip, share] = createStrip(video)
  const list = element('ul', { className: 'marks', 'aria-label': 'Video marks' }, ...marks.values())
  home.append(video, strip, list, share)
  return ({ percent }) => {
    marks.get(percent)?.classList.add('lit')
  }
}
