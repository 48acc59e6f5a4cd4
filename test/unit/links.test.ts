/** Clicks and submits that are tracked and left alone. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { trackElements } from '../../src/browser/links'

const page = window as unknown as Record<string, unknown>
afterEach(() => void Reflect.deleteProperty(page, 'jQuery'))

test.each([['submit', 1], ['click', 0]])('jQuery hears of %s, where the page has it, %i times', (type, times) => {
  const submit = vi.fn((listener: () => unknown) => listener())
  page.jQuery = vi.fn(() => ({ submit }))
  const [form, track] = [document.createElement('form'), vi.fn()]
  trackElements(type, [form, 'Tracked', { a: 1 }], track)
  expect(submit).toHaveBeenCalledTimes(times)
  form.dispatchEvent(new Event(type))
  expect(track.mock.calls).toEqual([['Tracked', { a: 1 }, undefined]])
})

// jsdom goes nowhere but to another hash.
beforeEach(() => void (location.hash = ''))

test.each<[html: string, click: MouseEventInit, to: string]>([
  ['<b id="at" href="#own"><i id="on"></i></b>', {}, '#own'],
  ['<b id="at"><i id="on"></i><a href="#nested"></a></b>', {}, '#nested'],
  ['<b id="at"><i id="on"></i></b>', {}, ''],
  ['<b id="at" href="#own"><i id="on"></i></b>', { ctrlKey: true }, ''],
  ['<b id="at" href="#own"><i id="on"></i></b>', { metaKey: true }, ''],
  ['<b id="at" href="#own"><i id="on"></i></b>', { shiftKey: true }, ''],
  // jsdom follows no link: nobody else has.
  ['<b id="at" href="#own"><a href="#on" id="on"></a></b>', {}, ''],
  ['<a id="at" href="#on"><i id="on"></i></a>', {}, ''],
])('%s with a click of %j leads to "%s"', (html, click, to) => {
  document.body.innerHTML = html
  const track = vi.fn()
  trackElements('click', [document.querySelector('#at'), 'Clicked'], track)
  document.querySelector('#on')!.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...click }))
  expect([location.hash, track.mock.calls.length]).toEqual([to, 1])
})

test('a document, which is no element, is tracked and leads nowhere', () => {
  document.body.innerHTML = '<b id="on"></b><a href="#first"></a>'
  const track = vi.fn()
  trackElements('click', [document as never, 'Clicked'], track)
  document.querySelector('#on')!.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  expect([location.hash, track.mock.calls.length]).toEqual(['', 1])
})

test('a click that somebody else takes care of leads nowhere', () => {
  document.body.innerHTML = '<b id="at" href="#own"></b>'
  const at = document.querySelector('#at')!
  at.addEventListener('click', (event) => event.preventDefault())
  trackElements('click', [at, 'Clicked'], () => {})
  at.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
  expect(location.hash).toBe('')
})
