/** Something that a remembered result depends on. */
export interface Dependency {
  /** A number that differs from all earlier ones after a change. */
  version(): number
}

/** Version of an empty place. */
const EMPTY = 0

/** The dependencies of a result, each with its version when it was read. */
export class Looking {
  readonly versions = new Map<Dependency, number>()
  /** Read since the last step of the work. */
  #fresh: Dependency[] = []
  /** Empty places, each recorded once although they are looked up repeatedly. */
  readonly #empty = new Set<string>()

  at(dependency: Dependency): void {
    if (this.versions.has(dependency)) return
    this.versions.set(dependency, EMPTY)
    this.#fresh.push(dependency)
  }

  atEmpty(key: string, places: Occupied): void {
    if (this.#empty.has(key)) return
    this.#empty.add(key)
    this.at(new EmptyPlace(key, places))
  }

  /** Ends a step: nothing can have changed during it. */
  settle(): void {
    for (const one of this.#fresh) this.versions.set(one, one.version())
    this.#fresh = []
  }
}

type Occupied = ReadonlyMap<string, Dependency>

/** A key that had no objects when it was looked at. There are several for each answer, so that each is small. */
class EmptyPlace implements Dependency {
  readonly #key: string
  readonly #occupied: Occupied

  constructor(key: string, occupied: Occupied) {
    this.#key = key
    this.#occupied = occupied
  }

  version(): number {
    return this.#occupied.get(this.#key)?.version() ?? EMPTY
  }
}

/** A key with objects filed under it. */
class Place implements Dependency {
  #changed: number

  constructor(changed: number) {
    this.#changed = changed
  }

  version(): number {
    return this.#changed
  }

  set changed(at: number) {
    this.#changed = at
  }
}

/**
 * Records when each place was last changed, and which places are read while a result is computed. So every result knows
 * its dependencies, whatever rule computed it, and a change costs no more than the places of the changed object.
 */
export class Places {
  /** Non-empty places only: an object that was added and removed leaves nothing behind. */
  readonly #occupied = new Map<string, Place>()
  #clock = EMPTY
  #looking: Looking | undefined

  /** Grows with every change. */
  get clock(): number {
    return this.#clock
  }

  /** An object was added here, or changed. */
  changed(key: string): void {
    this.#clock += 1
    const place = this.#occupied.get(key)
    if (place === undefined) this.#occupied.set(key, new Place(this.#clock))
    else place.changed = this.#clock
  }

  /** The last object here was removed. */
  vacated(key: string): void {
    this.#clock += 1
    const place = this.#occupied.get(key)
    if (place !== undefined) place.changed = EMPTY
    this.#occupied.delete(key)
  }

  /** The result being computed reads this place. */
  lookAt(key: string): void {
    if (this.#looking === undefined) return
    const place = this.#occupied.get(key)
    if (place === undefined) this.#looking.atEmpty(key, this.#occupied)
    else this.#looking.at(place)
  }

  /** The result being computed depends on another one. */
  restOn(dependency: Dependency): void {
    this.#looking?.at(dependency)
  }

  /** Records what is read during a step of some work. @returns the step's result. @throws what the step throws. */
  during<T>(looking: Looking, step: () => T): T {
    const outer = this.#looking
    this.#looking = looking
    try {
      return step()
    } finally {
      this.#looking = outer
      looking.settle()
    }
  }
}
