import type { Making } from '../discovery/objects/view.ts'
import { allAtOnce, type Steps } from '../model/steps.ts'
import { type Dependency, Looking, type Places } from './places.ts'

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/** How a result that takes long is computed. */
type MakingInSteps<T> = Omit<Making<T>, 'make'> & { readonly steps: () => Steps<T> }

const NEVER = -1

/**
 * A result that is computed on first use, and again only after one of its dependencies has changed. An error is
 * remembered, too: an object of a tenant that makes a rule throw is not tried again and again.
 */
export class Remembered<T> implements Dependency {
  readonly #places: Places
  readonly #making: Making<T> | MakingInSteps<T>
  #outcome: Outcome<T> | undefined
  #restsOn: readonly Dependency[] = []
  #versions: readonly number[] = []
  /** The clock of the places at the last check: nothing has changed since. */
  #checked = NEVER
  #version = 0

  constructor(places: Places, making: Making<T> | MakingInSteps<T>) {
    this.#places = places
    this.#making = making
  }

  /** @throws what computing it threw. */
  get(): T {
    this.#places.restOn(this)
    const outcome = this.#current()
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  /** Like `get`, but recomputes step by step. Changes in between are handled in the last step. */
  *getInSteps(): Steps<T> {
    if (!(yield* this.#standsInSteps())) yield* this.#madeInSteps()
    return this.get()
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
    const made = allAtOnce(this.#madeInSteps())
    this.#checked = clock
    return made
  }

  #stands(): boolean {
    return this.#restsOn.every((one, index) => one.version() === this.#versions[index])
  }

  /** In steps, because comparing a dependency may first recompute it. */
  *#standsInSteps(): Steps<boolean> {
    if (this.#outcome === undefined) return false
    const { clock } = this.#places
    if (this.#checked === clock) return true
    const versions = this.#versions
    for (const [index, one] of this.#restsOn.entries()) {
      if (one.version() !== versions[index]) return false
      yield
    }
    if (this.#places.clock === clock) this.#checked = clock
    return true
  }

  *#madeInSteps(): Steps<Outcome<T>> {
    const looking = new Looking()
    const making = this.#making
    const steps = 'steps' in making ? making.steps() : inOneStep(making.make)
    for (;;) {
      const step = this.#places.during(looking, () => attempt(() => steps.next()))
      if (!step.ok) return this.#keep(step, looking)
      const { done, value } = step.value
      if (done === true) return this.#keep({ ok: true, value }, looking)
      yield
    }
  }

  #keep(outcome: Outcome<T>, { versions }: Looking): Outcome<T> {
    const before = this.#outcome
    this.#restsOn = [...versions.keys()]
    this.#versions = [...versions.values()]
    // Something may have changed between the steps: the next reader compares the versions.
    this.#checked = NEVER
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

// biome-ignore lint/correctness/useYield: one step is what it is.
function* inOneStep<T>(make: () => T): Steps<T> {
  return make()
}
