import type { Making } from '../discovery/view.ts'
import type { Dependency, Places } from './places.ts'

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/**
 * An answer that is made when it is first asked for, and anew only once something that it rests on has changed. One
 * that throws is remembered too: nothing that a tenant wrote is tried again and again.
 */
export class Remembered<T> implements Dependency {
  readonly #places: Places
  readonly #making: Making<T>
  #outcome: Outcome<T> | undefined
  #restsOn: readonly Dependency[] = []
  #versions: readonly number[] = []
  /** By the clock of the places: nothing has changed since, anywhere. */
  #checked = -1
  #version = 0

  constructor(places: Places, making: Making<T>) {
    this.#places = places
    this.#making = making
  }

  /** @throws what making it threw. */
  get(): T {
    this.#places.restOn(this)
    const outcome = this.#current()
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  version(): number {
    this.#current()
    return this.#version
  }

  #current(): Outcome<T> {
    const { clock } = this.#places
    const known = this.#outcome
    if (known !== undefined && (this.#checked === clock || this.#stands())) {
      this.#checked = clock
      return known
    }
    this.#checked = clock
    return this.#made(known)
  }

  #stands(): boolean {
    return this.#restsOn.every((one, index) => one.version() === this.#versions[index])
  }

  #made(before: Outcome<T> | undefined): Outcome<T> {
    const [outcome, restsOn] = this.#places.during(() => attempt(this.#making.make))
    this.#restsOn = restsOn
    this.#versions = restsOn.map((one) => one.version())
    if (before !== undefined && this.#isSame(before, outcome)) return before
    this.#outcome = outcome
    this.#version += 1
    return outcome
  }

  #isSame(before: Outcome<T>, after: Outcome<T>): boolean {
    return before.ok && after.ok && this.#making.isSame?.(before.value, after.value) === true
  }
}

function attempt<T>(make: () => T): Outcome<T> {
  try {
    return { ok: true, value: make() }
  } catch (error) {
    return { ok: false, error }
  }
}
