import type { Options, Traits } from '../types'

type Many<E> = ArrayLike<E> & { toArray?(): E[]; tagName?: string }
export type Elements<E> = E | ArrayLike<E> | { toArray(): E[] } | null
/** A value, or a function of the element that gives it. */
export type Resolvable<T> = T | ((element: Element) => T)
export type TrackArguments = [Elements<Element>, Resolvable<string>, Resolvable<Traits>?, Options?]

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
    (typeof value == 'function' ? (value as (element: Element) => T)(element) : value)
  for (const element of list) {
    element?.addEventListener(type, () => track(resolve(event, element), resolve(properties!, element), options))
  }
}
