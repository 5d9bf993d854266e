/**
 * A bounded queue for one resource, first in, first out within each namespace. If it is full, a namespace with the
 * most entries loses one: a noisy namespace loses its own. The cost of all operations but `all` is independent of the
 * length.
 */
export class Lines<T> {
  readonly #most: number
  /** By namespace, next turn first; then by key. */
  readonly #lines = new Map<string, Map<string, T>>()
  /** The namespaces with each number of entries. */
  readonly #byLength = new Map<number, Set<string>>()
  #longest = 0
  #size = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#size
  }

  get(namespace: string, key: string): T | undefined {
    return this.#lines.get(namespace)?.get(key)
  }

  /** Whether there is room for one more entry of this namespace, or a namespace with more entries would give way. */
  hasRoomFor(namespace: string): boolean {
    const own = this.#lines.get(namespace)?.size ?? 0
    return this.#size < this.#most || this.#longest > own + 1
  }

  /**
   * Adds an entry at the end of its namespace's line, or in place of the one with its key.
   * @returns the entry that gave way: the oldest of a namespace with the most.
   */
  add(namespace: string, key: string, value: T): T | undefined {
    const line = this.#lines.get(namespace) ?? new Map<string, T>()
    const isNew = !line.has(key)
    const gone = isNew && this.#size >= this.#most ? this.#giveWay() : undefined
    this.#lines.set(namespace, line.set(key, value))
    if (isNew) this.#counted(namespace, line.size - 1, line.size)
    return gone
  }

  /** Removes the entry whose turn it is; its namespace then comes last. */
  next(): T | undefined {
    const [first] = this.#lines
    if (first === undefined) return undefined
    const [namespace, line] = first
    const value = this.#shift(namespace)
    if (this.#lines.delete(namespace)) this.#lines.set(namespace, line)
    return value
  }

  delete(namespace: string, key: string): void {
    const line = this.#lines.get(namespace)
    if (line?.delete(key) !== true) return
    if (line.size === 0) this.#lines.delete(namespace)
    this.#counted(namespace, line.size + 1, line.size)
  }

  /** All entries, namespace by namespace. */
  all(): readonly T[] {
    return [...this.#lines.values()].flatMap((line) => [...line.values()])
  }

  #giveWay(): T | undefined {
    const [namespace] = this.#byLength.get(this.#longest) ?? []
    return namespace === undefined ? undefined : this.#shift(namespace)
  }

  #shift(namespace: string): T | undefined {
    const [oldest] = this.#lines.get(namespace) ?? []
    if (oldest === undefined) return undefined
    this.delete(namespace, oldest[0])
    return oldest[1]
  }

  #counted(namespace: string, before: number, now: number): void {
    this.#size += now - before
    const left = this.#byLength.get(before)
    left?.delete(namespace)
    if (left?.size === 0) this.#byLength.delete(before)
    const joined = this.#byLength.get(now) ?? new Set()
    if (now > 0) this.#byLength.set(now, joined.add(namespace))
    // Lengths change by one: if no namespace has the former maximum any more, this one now has the most.
    if (now > this.#longest || !this.#byLength.has(this.#longest)) this.#longest = now
  }
}
