import type { LineHash } from './line-hash.ts'

/**
 * Which lines were there before, by hashes of 64 bits: that two of a million different lines have the same is as likely as
 * 3 in 100 million. Beyond a number of lines the oldest are forgotten, so that memory has a limit.
 */
export class SeenLines {
  readonly #most: number
  #now = new Table()
  #before: Table | undefined

  /** @param most lines of which none is forgotten; memory is at most 32 bytes for each. */
  constructor(most: number) {
    this.#most = most
  }

  /** Whether lines were forgotten. */
  get hasForgotten(): boolean {
    return this.#before !== undefined
  }

  has({ high, low }: LineHash): boolean {
    return this.#now.has(high, low) || this.#before?.has(high, low) === true
  }

  add({ high, low }: LineHash): void {
    if (this.#now.size >= this.#most) {
      this.#before = this.#now
      this.#now = new Table()
    }
    this.#now.add(high, low)
  }
}

/** Open addressing; an entry is two integers, and two zeros are none. */
class Table {
  #slots = new Int32Array(2 * 1024)
  size = 0

  has(high: number, low: number): boolean {
    const at = this.#find(this.#slots, high, low)
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0
  }

  add(high: number, low: number): void {
    if (this.has(high, low)) return
    if (this.size * 4 >= this.#slots.length) this.#grow()
    this.#put(this.#slots, high, low)
    this.size += 1
  }

  #grow(): void {
    const old = this.#slots
    const larger = new Int32Array(old.length * 2)
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at] ?? 0
      const low = old[at + 1] ?? 0
      if (high !== 0 || low !== 0) this.#put(larger, high, low)
    }
    this.#slots = larger
  }

  #put(slots: Int32Array, high: number, low: number): void {
    const at = this.#find(slots, high, low)
    slots[at] = high
    slots[at + 1] = low
  }

  /** Where it is, or where there is room for it. */
  #find(slots: Int32Array, high: number, low: number): number {
    const mask = slots.length - 1
    let at = (low << 1) & mask
    for (;;) {
      const first = slots[at]
      const second = slots[at + 1]
      if ((first === high && second === low) || (first === 0 && second === 0)) return at
      at = (at + 2) & mask
    }
  }
}
