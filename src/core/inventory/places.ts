/** What a remembered answer rests on. */
export interface Dependency {
  /** A number that differs from every earlier one once this has changed. */
  version(): number
}

/** Nothing stands there. */
const EMPTY = 0

/** What an answer rests on, each with the version that it had when it was looked at. */
export class Looking {
  readonly versions = new Map<Dependency, number>()
  /** Since the last step of the work. */
  #fresh: Dependency[] = []
  /** A place where nothing stands is asked about again and again, too, and is kept once. */
  readonly #empty = new Set<string>()

  at(dependency: Dependency): void {
    if (this.versions.has(dependency)) return
    this.versions.set(dependency, EMPTY)
    this.#fresh.push(dependency)
  }

  /** @param version asked for only once something came here since. */
  atEmpty(key: string, version: () => number): void {
    if (this.#empty.has(key)) return
    this.#empty.add(key)
    this.at({ version })
  }

  /** A step has ended: nothing can have changed during it. */
  settle(): void {
    for (const one of this.#fresh) this.versions.set(one, one.version())
    this.#fresh = []
  }
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
    const place = this.#occupied.get(key)
    if (place === undefined) this.#looking.atEmpty(key, () => this.#versionOf(key))
    else this.#looking.at(place)
  }

  /** Whoever makes an answer now rests on another one. */
  restOn(dependency: Dependency): void {
    this.#looking?.at(dependency)
  }

  #versionOf(key: string): number {
    return this.#occupied.get(key)?.version() ?? EMPTY
  }

  /** Notes what is looked at during a step of some work. @returns what the step gives. @throws what it throws. */
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
