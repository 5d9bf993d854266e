/** From a key to the ids filed under it; a key without ids is removed. */
export class KeyIndex {
  /** Most keys have one id: a set for each would take more memory than the rest of the index. */
  readonly #ids = new Map<string, string | Set<string>>()
  #entries = 0

  add(key: string, id: string): void {
    const ids = this.#ids.get(key)
    if (ids === undefined) this.#ids.set(key, id)
    else if (ids === id || (typeof ids !== 'string' && ids.has(id))) return
    else if (typeof ids === 'string') this.#ids.set(key, new Set([ids, id]))
    else ids.add(id)
    this.#entries++
  }

  remove(key: string, id: string): void {
    const ids = this.#ids.get(key)
    const isFiled = typeof ids === 'string' ? ids === id : ids?.delete(id) === true
    if (!isFiled) return
    this.#entries--
    if (typeof ids === 'string' || ids?.size === 0) this.#ids.delete(key)
  }

  /** In no particular order. */
  idsOf(key: string): Iterable<string> {
    const ids = this.#ids.get(key) ?? NONE
    return typeof ids === 'string' ? [ids] : ids
  }

  /** Number of ids filed under the key. */
  count(key: string): number {
    return sizeOf(this.#ids.get(key) ?? NONE)
  }

  /** Keys with more than `count` ids, in no particular order. */
  keysWithMoreThan(count: number): readonly string[] {
    return [...this.#ids].flatMap(([key, ids]) => (sizeOf(ids) > count ? [key] : []))
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

const sizeOf = (ids: string | ReadonlySet<string>): number => (typeof ids === 'string' ? 1 : ids.size)
