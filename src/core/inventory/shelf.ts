import type { DiscoveryObject } from '../discovery/objects/discovery-object.ts'
import { compareRefs, keyOf, type ObjectRef } from '../model/object-ref.ts'

interface Change {
  readonly ref: ObjectRef
  /** Absent: it has gone. */
  readonly object?: DiscoveryObject
}

/**
 * What is filed under one key, in the order of names. The order is kept from one question to the next: of a shelf with
 * thousands only what has changed since is put in its place.
 */
export class Shelf {
  #sorted: readonly DiscoveryObject[] = []
  /** Since the last question, by the object's key. */
  #changes: Map<string, Change> | undefined
  #size = 0

  /** Adds an object that is not here. */
  add(object: DiscoveryObject): void {
    this.#size += 1
    this.#note({ ref: object.ref, object })
  }

  /** Takes an object away that is here. */
  remove(ref: ObjectRef): void {
    this.#size -= 1
    this.#note({ ref })
  }

  #note(change: Change): void {
    this.#changes ??= new Map()
    this.#changes.set(keyOf(change.ref), change)
  }

  get size(): number {
    return this.#size
  }

  /** A list that stays as it is, whatever changes later. */
  objects(): readonly DiscoveryObject[] {
    if (this.#changes !== undefined) this.#sorted = merged(this.#sorted, [...this.#changes.values()])
    this.#changes = undefined
    return this.#sorted
  }
}

function merged(sorted: readonly DiscoveryObject[], changes: readonly Change[]): readonly DiscoveryObject[] {
  const all: DiscoveryObject[] = []
  let from = 0
  for (const { ref, object } of [...changes].sort((a, b) => compareRefs(a.ref, b.ref))) {
    const at = placeOf(ref, sorted, from)
    for (const one of sorted.slice(from, at)) all.push(one)
    if (object !== undefined) all.push(object)
    const there = sorted[at]
    from = there !== undefined && compareRefs(there.ref, ref) === 0 ? at + 1 : at
  }
  for (const one of sorted.slice(from)) all.push(one)
  return all
}

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
