import type { DiscoveryKind, DiscoveryObject, ObjectOfKind } from '../discovery/objects/discovery-object.ts'
import type { Drawer, Filing } from '../discovery/objects/drawer.ts'
import type { ObjectView } from '../discovery/objects/view.ts'
import { filingsOf } from '../discovery/rules.ts'
import { compareText, keyOf, type ObjectRef } from '../model/object-ref.ts'
import { KeyIndex } from './key-index.ts'
import type { Places } from './places.ts'
import { Shelf } from './shelf.ts'

/** The objects that discovery reads, filed as their rules declare. Every lookup records the places that it reads. */
export class ObjectStore implements ObjectView {
  readonly #objects = new Map<string, DiscoveryObject>()
  /** By drawer, key and part; non-empty ones only. */
  readonly #shelves = new Map<string, Shelf>()
  /** The non-empty parts, by drawer and key. */
  readonly #parts = new KeyIndex()
  readonly #places: Places

  constructor(places: Places) {
    this.#places = places
  }

  /** Replaces an object of the same name. @throws if filing it throws; then nothing of it is stored. */
  put(object: DiscoveryObject): void {
    this.remove(object.ref)
    const filings = shelvesOf(object)
    const key = keyOf(object.ref)
    this.#objects.set(key, object)
    this.#places.changed(key)
    for (const [shelf, filing] of filings) this.#file(shelf, filing, object)
  }

  remove(ref: ObjectRef): void {
    const key = keyOf(ref)
    const object = this.#objects.get(key)
    if (object === undefined) return
    this.#objects.delete(key)
    this.#places.vacated(key)
    for (const [shelf, filing] of shelvesOf(object)) this.#unfile(shelf, filing, object)
  }

  #file(name: string, filing: Filing, object: DiscoveryObject): void {
    const shelf = this.#shelves.get(name) ?? new Shelf()
    shelf.add(object)
    this.#places.changed(name)
    if (shelf.size > 1) return
    this.#shelves.set(name, shelf)
    if (filing.part !== undefined) this.#partCame(filing.part, partsPlace(filing.drawer, filing.key))
  }

  #unfile(name: string, filing: Filing, { ref }: DiscoveryObject): void {
    const shelf = this.#shelves.get(name)
    shelf?.remove(ref)
    if (shelf !== undefined && shelf.size > 0) this.#places.changed(name)
    else this.#clear(name, filing)
  }

  #clear(name: string, filing: Filing): void {
    this.#shelves.delete(name)
    this.#places.vacated(name)
    if (filing.part !== undefined) this.#partWent(filing.part, partsPlace(filing.drawer, filing.key))
  }

  /** A result that depends on the set of parts becomes stale only when a part is added or removed. */
  #partCame(part: string, parts: string): void {
    this.#parts.add(parts, part)
    this.#places.changed(parts)
  }

  #partWent(part: string, parts: string): void {
    this.#parts.remove(parts, part)
    if (this.#parts.count(parts) === 0) this.#places.vacated(parts)
    else this.#places.changed(parts)
  }

  get(ref: ObjectRef): DiscoveryObject | undefined {
    const key = keyOf(ref)
    this.#places.lookAt(key)
    return this.#objects.get(key)
  }

  all(): Iterable<DiscoveryObject> {
    return this.#objects.values()
  }

  find<K extends DiscoveryKind>(kind: K, ref: ObjectRef): ObjectOfKind<K> | undefined {
    const object = this.get(ref)
    return object !== undefined && isKind(kind, object) ? object : undefined
  }

  filed<T extends DiscoveryObject>(drawer: Drawer<T>, key: string, part?: string): readonly T[] {
    // Drawer names are unique, and a drawer holds only what the rules of its kinds file in it.
    return (this.#shelfAt(shelfName(drawer.name, key, part))?.objects() ?? []) as readonly T[]
  }

  count<T extends DiscoveryObject>(drawer: Drawer<T>, key: string, part?: string): number {
    return this.#shelfAt(shelfName(drawer.name, key, part))?.size ?? 0
  }

  #shelfAt(name: string): Shelf | undefined {
    this.#places.lookAt(name)
    return this.#shelves.get(name)
  }

  partsOf<T extends DiscoveryObject>(drawer: Drawer<T>, key: string): readonly string[] {
    const parts = partsPlace(drawer.name, key)
    this.#places.lookAt(parts)
    return [...this.#parts.idsOf(parts)].sort(compareText)
  }

  /** Number of objects. */
  get objects(): number {
    return this.#objects.size
  }

  get size(): Record<string, number> {
    const filed = [...this.#shelves.values()].reduce((sum, { size }) => sum + size, 0)
    const pending = [...this.#shelves.values()].reduce((sum, shelf) => sum + shelf.pending, 0)
    return {
      objects: this.#objects.size,
      shelves: this.#shelves.size,
      filed,
      pending,
      parts: this.#parts.entries,
    }
  }
}

/** Names contain no line breaks. Joined for the reason of `keyOf`. */
const shelfName = (drawer: string, key: string, part = ''): string => [drawer, part, key].join('\n')

const partsPlace = (drawer: string, key: string): string => ['parts of', drawer, key].join('\n')

/** The shelves on which an object is filed, each once. */
function shelvesOf(object: DiscoveryObject): Iterable<readonly [string, Filing]> {
  const named = filingsOf(object).map((filing) => [nameOf(filing), filing] as const)
  return named.length > 1 ? new Map(named) : named
}

const nameOf = ({ drawer, key, part }: Filing): string => shelfName(drawer, key, part)

const isKind = <K extends DiscoveryKind>(kind: K, object: DiscoveryObject): object is ObjectOfKind<K> =>
  object.kind === kind
