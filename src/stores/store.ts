/**
 * A way to keep ids (strings) and traits (objects) for a visitor. One that is blocked or full behaves as if it were
 * empty.
 */
export interface Store {
  get(key: string): unknown
  set(key: string, value: unknown): void
  remove(key: string): void
}
