/** What a remembered answer rests on. */
export interface Dependency {
  /** A number that differs from every earlier one once this has changed. */
  version(): number
}

/** Nothing stands there. */
const EMPTY = 0

/** What an answer that is being made has looked at. */
class Looking {
  readonly dependencies = new Set<Dependency>()
  /** A place where nothing stands is asked about again and again, too, and is kept once. */
  readonly empty = new Set<string>()
}

/** A key under which objects stand. */
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
 * Notes when each place was last changed, and which places are looked at while an answer is made. So every answer knows
 * what it rests on, whatever rule made it, and a change costs no more than the places of the object that changed.
 */
export class Places {
  /** Only those where something stands: what has come and gone leaves nothing behind. */
  readonly #occupied = new Map<string, Place>()
  #clock = EMPTY
  #looking: Looking | undefined

  /** Grows with every change. */
  get clock(): number {
    return this.#clock
  }

  /** Something came here, or changed. */
  changed(key: string): void {
    this.#clock += 1
    const place = this.#occupied.get(key)
    if (place === undefined) this.#occupied.set(key, new Place(this.#clock))
    else place.changed = this.#clock
  }

  /** Nothing stands here any more. */
  vacated(key: string): void {
    this.#clock += 1
    const place = this.#occupied.get(key)
    if (place !== undefined) place.changed = EMPTY
    this.#occupied.delete(key)
  }

  /** Whoever makes an answer now looks here. */
  lookAt(key: string): void {
    if (this.#looking === undefined) return
    const { dependencies, empty } = this.#looking
    const place = this.#occupied.get(key)
    if (place !== undefined) dependencies.add(place)
    else if (!empty.has(key)) {
      empty.add(key)
      dependencies.add({ version: () => this.#versionOf(key) })
    }
  }

  /** Whoever makes an answer now rests on another one. */
  restOn(dependency: Dependency): void {
    this.#looking?.dependencies.add(dependency)
  }

  #versionOf(key: string): number {
    return this.#occupied.get(key)?.version() ?? EMPTY
  }

  /** @returns what the work gave, and what was looked at meanwhile. */
  during<T>(work: () => T): readonly [made: T, restsOn: readonly Dependency[]] {
    const outer = this.#looking
    const looking = new Looking()
    this.#looking = looking
    try {
      return [work(), [...looking.dependencies]]
    } finally {
      this.#looking = outer
    }
  }
}
