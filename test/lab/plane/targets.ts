import type { PlayedPod } from './played.ts'
import type { Random } from './random.ts'

interface Change {
  readonly at: number
  readonly pod: PlayedPod
  readonly kind: 'comes' | 'stops'
}

/** The targets that one node knows, as time goes on: it sends to them in turn. */
export class TargetsOfNode {
  readonly #changes: readonly Change[]
  readonly #known: PlayedPod[] = []
  #change = 0
  #turn: number

  constructor(pods: readonly PlayedPod[], node: number, random: Random) {
    this.#changes = pods
      .flatMap((pod): Change[] => {
        const stop = pod.leaving?.stops[node]
        const comes: Change = { at: pod.healthy, pod, kind: 'comes' }
        return stop === undefined ? [comes] : [comes, { at: stop, pod, kind: 'stops' }]
      })
      .sort((one, other) => one.at - other.at)
    this.#turn = random.below(1000)
  }

  /** @param at never before the one of the last call. @returns undefined: it knows none. */
  next(at: number): PlayedPod | undefined {
    for (let change = this.#changes[this.#change]; change !== undefined && change.at <= at; ) {
      this.#apply(change)
      this.#change += 1
      change = this.#changes[this.#change]
    }
    if (this.#known.length === 0) return undefined
    this.#turn = (this.#turn + 1) % this.#known.length
    return this.#known[this.#turn]
  }

  #apply({ pod, kind }: Change): void {
    // An address that is registered again is one target, and the new Pod's.
    const index = this.#known.findIndex(({ ip, name }) =>
      kind === 'comes' ? ip === pod.ip : name === pod.name,
    )
    if (kind === 'stops') {
      if (index >= 0) this.#known.splice(index, 1)
    } else if (index >= 0) this.#known[index] = pod
    else this.#known.push(pod)
  }
}
