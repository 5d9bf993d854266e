import type { Inventory } from '../core/inventory/create-inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { keepIn } from '../inventory/keep-in.ts'
import { at, optional, root, ShapeError, stringAt } from '../kubernetes/json.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import type { Arrivals } from './arrivals.ts'
import type { Sink } from './reflector.ts'
import { resourceName } from './resources.ts'

interface SinkOptions {
  readonly inventory: Inventory
  /** Whose addresses appear while the cluster is followed; absent: it is read once. */
  readonly arrivals?: Arrivals
  readonly resource: Resource
  readonly listener: { readonly onUnreadable: (problem: string) => void }
}

/** Puts the objects of one resource into the inventory, and remembers which ones it has put there. */
export class InventorySink implements Sink {
  readonly #inventory: Inventory
  readonly #arrivals: Arrivals | undefined
  readonly #resource: Resource
  readonly #listener: SinkOptions['listener']
  /** The refs of each object in the inventory, under its namespace and name. */
  #known = new Map<string, readonly ObjectRef[]>()
  /** Keys of the list that is being read. */
  #listed = new Set<string>()
  #isListing = false

  constructor({ inventory, arrivals, resource, listener }: SinkOptions) {
    this.#inventory = inventory
    this.#arrivals = arrivals
    this.#resource = resource
    this.#listener = listener
  }

  begin(): void {
    this.#isListing = true
    this.#listed = new Set()
  }

  put(object: unknown): void {
    const key = keyOf(object)
    if (this.#isListing) this.#listed.add(key)
    try {
      this.#keep(key, object)
    } catch (error) {
      // What was known of it no longer holds, and its new state cannot be read. An internal error must not end the
      // list: the list would be repeated forever, and nothing after this object would ever be read.
      this.#forget(key)
      const problem = error instanceof ShapeError ? error.message : `internal error: ${error}`
      this.#listener.onUnreadable(`${resourceName(this.#resource)} ${key}: ${problem}`)
    }
  }

  #keep(key: string, object: unknown): void {
    const before = this.#known.get(key)?.map((ref) => this.#inventory.hasAddress(ref))
    const kept = keepIn(this.#inventory, object)
    this.#known.set(key, kept)
    for (const [index, ref] of kept.entries())
      if (before?.[index] === false && this.#inventory.hasAddress(ref)) this.#arrivals?.addressCame(ref)
  }

  end(): void {
    for (const key of [...this.#known.keys()]) if (!this.#listed.has(key)) this.#forget(key)
    this.#isListing = false
    this.#listed = new Set()
  }

  remove(object: unknown): void {
    this.#forget(keyOf(object))
  }

  #forget(key: string): void {
    for (const ref of this.#known.get(key) ?? []) {
      this.#inventory.remove(ref)
      this.#arrivals?.forget(ref)
    }
    this.#known.delete(key)
  }
}

const keyOf = (object: unknown): string => {
  const metadata = at(root(object), 'metadata')
  // Joined for the reason of core/model/object-ref.ts, `keyOf`.
  return [optional(stringAt, at(metadata, 'namespace')) ?? '', stringAt(at(metadata, 'name'))].join('/')
}
