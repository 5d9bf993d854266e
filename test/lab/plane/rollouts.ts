import { Addresses } from './addresses.ts'
import type { PlayedDeparture, PlayedPod, PlayOptions } from './played.ts'
import type { Random } from './random.ts'

/** From a Pod's creation until it is ready, in seconds: a choice. */
const STARTING = 2
/** From the end of the last container until the address is gone, in seconds: what the kubelet and the CNI plugin take. */
const TEARDOWN = { from: 0.3, to: 1.5 } as const
/** From SIGTERM until the process has ended, in milliseconds. */
const DYING = 50
/** Before the first rollout and after the last departure, in seconds. */
const MARGIN = 60

export interface Course {
  readonly pods: readonly PlayedPod[]
  /** When there are requests. Milliseconds since 1970. */
  readonly spans: readonly { readonly from: number; readonly to: number }[]
}

/** When each Pod comes and goes: rollouts of all replicas, one after the other; then single deletions. */
export function planCourse(options: PlayOptions, random: Random): Course {
  return new Planning(options, random).plan()
}

class Planning {
  readonly #options: PlayOptions
  readonly #random: Random
  readonly #addresses: Addresses
  readonly #gone: PlayedPod[] = []
  readonly #spans: { from: number; to: number }[] = []

  constructor(options: PlayOptions, random: Random) {
    this.#options = options
    this.#random = random
    this.#addresses = new Addresses(options)
  }

  plan(): Course {
    const { begin, departures, replicas, pause } = this.#options
    let running = this.#first()
    let from = begin
    let now = begin + MARGIN * 1000
    for (let left = departures, rollout = 0; left > 0; left -= replicas, rollout += 1) {
      const count = Math.min(left, replicas)
      const after = this.#roll(running, { from: now, count, rollout })
      running = after.running
      const to = after.quiet + MARGIN * 1000
      const isApart = pause !== undefined && to < now + pause * 1000
      if (isApart || left <= replicas) {
        this.#spans.push({ from, to })
        from = now + (pause ?? 0) * 1000 - MARGIN * 1000
      }
      now = isApart ? now + (pause ?? 0) * 1000 : to
    }
    return { pods: [...this.#gone, ...running], spans: this.#spans }
  }

  #first(): readonly PlayedPod[] {
    const { begin, replicas } = this.#options
    const created = begin - 3_600_000
    return Array.from({ length: replicas }, () =>
      this.#pod({ created, ready: created, healthy: created, revision: this.#revision(0) }),
    )
  }

  /** @returns who runs then, and when the last address was gone and the last node had stopped. */
  #roll(
    running: readonly PlayedPod[],
    { from, count, rollout }: { readonly from: number; readonly count: number; readonly rollout: number },
  ): { readonly running: readonly PlayedPod[]; readonly quiet: number } {
    const { gate, replicas, registration } = this.#options
    const isWhole = count === replicas
    const came: PlayedPod[] = []
    let now = from
    let quiet = from
    for (const pod of running.slice(0, count)) {
      const ready = now + STARTING * 1000 * this.#random.between(0.7, 1.3)
      const healthy = ready + registration * 1000 * this.#random.between(0.7, 1)
      const revision = isWhole ? this.#revision(rollout + 1) : pod.revision
      came.push(this.#pod({ created: now, ready, healthy, revision }))
      now = (gate ? healthy : ready) + this.#random.between(0, 500)
      const leaving = this.#leave(now, rollout)
      this.#addresses.free(pod.ip, leaving.gone)
      this.#gone.push({ ...pod, leaving })
      quiet = Math.max(quiet, leaving.gone, ...leaving.stops)
    }
    return { running: [...running.slice(count), ...came], quiet }
  }

  #leave(deleted: number, rollout: number): PlayedDeparture {
    const { controller, isPunctual, nodes, propagation, sleep } = this.#options
    const random = this.#random
    const deregistered = deleted + controller * 1000 * random.between(0.5, 1)
    const slowest = random.below(nodes)
    const sigterm = deleted + sleep * 1000
    const ended = sigterm + this.#ending()
    return {
      rollout,
      deleted,
      deregistering: deregistered - Math.min(controller * 200, 150),
      deregistered,
      stops: Array.from({ length: nodes }, (_, node) => {
        const part = random.next()
        return deregistered + propagation * 1000 * (isPunctual && node === slowest ? 1 : part)
      }),
      sigterm,
      ended,
      gone: ended + random.between(TEARDOWN.from, TEARDOWN.to) * 1000,
    }
  }

  /** From SIGTERM to the end, in milliseconds: one that drains stays for its longest request. */
  #ending(): number {
    const { atSigterm, request } = this.#options
    return atSigterm === 'dies' ? DYING : request.longest * 1000 + DYING
  }

  #pod(wanted: Pick<PlayedPod, 'created' | 'ready' | 'healthy' | 'revision'>): PlayedPod {
    const random = this.#random
    return {
      name: `web-${wanted.revision}-${random.suffix(5)}`,
      uid: [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-'),
      ip: this.#addresses.take(wanted.created),
      ...wanted,
    }
  }

  /** As Deployments name ReplicaSets; the same for each Pod of one. */
  #revision(rollout: number): string {
    const known = this.#revisions.get(rollout)
    if (known !== undefined) return known
    const made = this.#random.suffix(10)
    this.#revisions.set(rollout, made)
    return made
  }

  readonly #revisions = new Map<number, string>()
}
