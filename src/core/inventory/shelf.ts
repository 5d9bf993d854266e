import type { DiscoveryObject } from '../discovery/objects/discovery-object.ts'
import { compareRefs, type ObjectRef } from '../model/object-ref.ts'

/** An added object, or the name of a removed one. */
type Change = DiscoveryObject | { readonly ref: ObjectRef; readonly kind: undefined }

/** Changes that may always wait: sorting in each one at once would cost a small shelf more. A choice. */
const SOME = 64

/**
 * The objects filed under one key, sorted by name. The order is kept between reads: on a shelf with thousands of
 * objects, only the changes since the last read are sorted in.
 */
export class Shelf {
  #sorted: readonly DiscoveryObject[] = []
  /** Since the last read; of several for one name, the last counts. */
  #changes: Change[] | undefined
  #size = 0

  /** Adds an object that is not on the shelf. */
  add(object: DiscoveryObject): void {
    this.#size += 1
    // Most shelves hold one object, and need no more memory than that.
    if (this.#size === 1 && this.#changes === undefined) this.#sorted = [object]
    else this.#note(object)
  }

  /** Removes an object that is on the shelf. */
  remove(ref: ObjectRef): void {
    this.#size -= 1
    this.#note({ ref, kind: undefined })
  }

  #note(change: Change): void {
    this.#changes ??= []
    this.#changes.push(change)
    // Many shelves are never read: the number of waiting changes must not grow with every change.
    if (this.#changes.length > this.#size + SOME) this.objects()
  }

  get size(): number {
    return this.#size
  }

  /** Number of changes not sorted in yet. */
  get pending(): number {
    return this.#changes?.length ?? 0
  }

  /** A list that later changes do not affect. */
  objects(): readonly DiscoveryObject[] {
    if (this.#changes !== undefined) this.#sorted = merged(this.#sorted, this.#changes)
    this.#changes = undefined
    return this.#sorted
  }
}

function merged(sorted: readonly DiscoveryObject[], changes: readonly Change[]): readonly DiscoveryObject[] {
  const all: DiscoveryObject[] = []
  let from = 0
  for (const change of lastOfEach(changes)) {
    const at = placeOf(change.ref, sorted, from)
    for (const one of sorted.slice(from, at)) all.push(one)
    if (change.kind !== undefined) all.push(change)
    from = isOf(change.ref, sorted[at]) ? at + 1 : at
  }
  for (const one of sorted.slice(from)) all.push(one)
  return all
}

/** Sorted by name; of several changes for one name, only the last. */
const lastOfEach = (changes: readonly Change[]): readonly Change[] =>
  [...changes]
    .sort((a, b) => compareRefs(a.ref, b.ref))
    .filter(({ ref }, index, all) => !isOf(ref, all[index + 1]))

const isOf = (ref: ObjectRef, one: Change | undefined): boolean =>
  one !== undefined && compareRefs(one.ref, ref) === 0

/** The index of the first object that does not sort before `ref`. */
function placeOf(ref: ObjectRef, sorted: readonly DiscoveryObject[], from: number): number {
  let [low, high] = [from, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = sorted[middle]
    if (one !== undefined && compareRefs(one.ref, ref) < 0) low = middle + 1
    else high = middle
  }
  return low
}
