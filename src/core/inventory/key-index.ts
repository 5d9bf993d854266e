/** From a key to the set of ids filed under it; a key without ids is removed. */
export class KeyIndex {
  readonly #ids = new Map<string, Set<string>>()
  #entries = 0

  add(key: string, id: string): void {
    const ids = this.#ids.get(key)
    if (ids === undefined) this.#ids.set(key, new Set([id]))
    else if (ids.has(id)) return
    else ids.add(id)
    this.#entries++
  }

  remove(key: string, id: string): void {
    const ids = this.#ids.get(key)
    if (ids?.delete(id) !== true) return
    this.#entries--
    if (ids.size === 0) this.#ids.delete(key)
  }

  idsOf(key: string): ReadonlySet<string> {
    return this.#ids.get(key) ?? NONE
  }

  /** Keys with more than `count` ids, in no particular order. */
  keysWithMoreThan(count: number): readonly string[] {
    return [...this.#ids].flatMap(([key, ids]) => (ids.size > count ? [key] : []))
  }

  /** Number of ids filed, over all keys. */
  get entries(): number {
    return this.#entries
  }

  /** Number of keys with at least one id. */
  get keys(): number {
    return this.#ids.size
  }
}

const NONE: ReadonlySet<string> = new Set()
