/**
 * What waits for one thing, bounded over all and first in, first out in each namespace. Where there are too many, a
 * namespace with the most gives way: who says much loses of its own. All but `all` take the same time however many wait.
 */
export class Lines<T> {
  readonly #most: number
  /** By namespace, the one whose turn it is first; by key. */
  readonly #lines = new Map<string, Map<string, T>>()
  /** The namespaces in which so many wait. */
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

  /** There is room for one more of this namespace, or another has so many more that it gives way. */
  hasRoomFor(namespace: string): boolean {
    const own = this.#lines.get(namespace)?.size ?? 0
    return this.#size < this.#most || this.#longest > own + 1
  }

  /**
   * At the end of its namespace's line, or in the place of one with its key.
   * @returns what gave way: the oldest of a namespace with the most.
   */
  add(namespace: string, key: string, value: T): T | undefined {
    const line = this.#lines.get(namespace) ?? new Map<string, T>()
    const isNew = !line.has(key)
    const gone = isNew && this.#size >= this.#most ? this.#giveWay() : undefined
    this.#lines.set(namespace, line.set(key, value))
    if (isNew) this.#counted(namespace, line.size - 1, line.size)
    return gone
  }

  /** Takes out the one whose turn it is; its namespace is the last then. */
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

  /** Everything that waits, namespace by namespace. */
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
    // One more or one less: where nobody has as many any more, it is this one that has the most.
    if (now > this.#longest || !this.#byLength.has(this.#longest)) this.#longest = now
  }
}
