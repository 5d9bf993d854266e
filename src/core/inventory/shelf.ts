import type { DiscoveryObject } from '../discovery/objects/discovery-object.ts'
import { compareRefs, type ObjectRef } from '../model/object-ref.ts'

/** An object that has come, or the name of one that has gone. */
type Change = DiscoveryObject | { readonly ref: ObjectRef; readonly kind: undefined }

/**
 * What is filed under one key, in the order of names. The order is kept from one question to the next: of a shelf with
 * thousands only what has changed since is put in its place.
 */
export class Shelf {
  #sorted: readonly DiscoveryObject[] = []
  /** Since the last question; of one name the last counts. */
  #changes: Change[] | undefined
  #size = 0

  /** Adds an object that is not here. */
  add(object: DiscoveryObject): void {
    this.#size += 1
    // Most shelves hold one object, and cost no more than it takes.
    if (this.#size === 1 && this.#changes === undefined) this.#sorted = [object]
    else this.#note(object)
  }

  /** Takes an object away that is here. */
  remove(ref: ObjectRef): void {
    this.#size -= 1
    this.#note({ ref, kind: undefined })
  }

  #note(change: Change): void {
    this.#changes ??= []
    this.#changes.push(change)
  }

  get size(): number {
    return this.#size
  }

  /** A list that stays as it is, whatever changes later. */
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

/** In the order of names; equals stay in the order in which they came. */
const lastOfEach = (changes: readonly Change[]): readonly Change[] =>
  [...changes]
    .sort((a, b) => compareRefs(a.ref, b.ref))
    .filter(({ ref }, index, all) => !isOf(ref, all[index + 1]))

const isOf = (ref: ObjectRef, one: Change | undefined): boolean =>
  one !== undefined && compareRefs(one.ref, ref) === 0

/** The index of the first that does not come before. */
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
