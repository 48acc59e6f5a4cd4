/** Clicks and submits that are tracked and left alone. */
import { afterEach, expect, test, vi } from 'vitest'
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
