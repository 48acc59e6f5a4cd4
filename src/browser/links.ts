import type { Options, Traits } from '../types'

type Many<E> = ArrayLike<E> & { toArray?(): E[]; tagName?: string }
interface JQuery {
  submit(listener: () => unknown): unknown
}
type Elements<E> = E | ArrayLike<E> | { toArray(): E[] } | null
/** A method, so that one written for a link or a form may be given: the compiler takes their parameters either way. */
type Resolver = { of(element: HTMLElement): unknown }['of']
/** A value, or a function of the element that gives it. */
type Resolvable<T> = T | Resolver
export type TrackArguments = [Elements<Element>, Resolvable<string>, Resolvable<Traits>?, Options?]

/**
 * analytics.js makes a link of what is none: by an `href` of its own, or that of the first link inside. Not for a click
 * that the browser, or somebody else, takes care of.
 */
function follow(click: MouseEvent, element: Element): void {
  const href = element.getAttribute('href') ?? element.querySelector('a')?.getAttribute('href')
  const { target, defaultPrevented, ctrlKey, metaKey, shiftKey } = click
  if (!href || defaultPrevented || ctrlKey || metaKey || shiftKey || (target as Element).closest(':any-link')) return
  location.href = href
}

/**
 * Tracks clicks or submits and leaves them alone: the navigation goes on as the browser would have it, with its
 * modifiers, targets, downloads and submitters, because what was tracked outlives the page.
 */
export function trackElements(
  type: string,
  [elements, event, properties, options]: TrackArguments,
  track: (event: string, properties?: Traits, options?: Options) => unknown,
): void {
  const many = elements as Many<Element> | null
  const list = many?.toArray?.() ?? (
    many?.tagName || !many || !('length' in many) ? [many as unknown as Element] : Array.from(many)
  )
  const resolve = <T>(value: Resolvable<T>, element: Element) =>
    (typeof value == 'function' ? (value as (element: Element) => T)(element) : value) as T
  const { jQuery, Zepto } = window as unknown as Record<string, ((element: Element) => JQuery) | undefined>
  const $ = type == 'submit' ? jQuery ?? Zepto : undefined
  for (const element of list) {
    const listener = (click?: Event) => {
      track(resolve(event, element), resolve(properties!, element), options)
      if (type == 'click' && element instanceof Element) follow(click as MouseEvent, element)
    }
    // jQuery's own submit() runs its handlers and no others.
    if ($) $(element).submit(listener)
    else element?.addEventListener(type, listener)
  }
}
