import { type AwsPlace, placeText } from '../aws/arn.ts'
import type { Aws } from '../aws/connection.ts'
import type { AwsProblem } from '../aws/problem.ts'
import { Round } from '../aws/round.ts'
import type { Witness, WitnessedLoadBalancer, WitnessedTargetGroup } from '../core/model/observed.ts'
import { type BackOff, createBackOff } from '../pacing/back-off.ts'
import type { Clock } from '../pacing/clock.ts'

/** From the beginning of a round to that of the next one. Milliseconds. A choice: people change attributes by hand rarely. */
const ASKED_AGAIN = 60 * 60_000
/** From a new binding until AWS is asked: others that come with it are asked about in the same calls. Milliseconds. A choice. */
const COLLECTED = 10_000
/**
 * From a change of what declares a target group's attributes until AWS is asked about it: by then the controller has
 * written them. Milliseconds. A choice: it takes seconds.
 */
const APPLIED = 60_000
/** After a problem, until AWS is asked again. Milliseconds. A choice: a new permission or role counts within minutes. */
const SETBACK = { first: 60_000, longest: 15 * 60_000 } as const

interface ScopeOptions {
  readonly aws: Pick<Aws, 'ask'>
  readonly clock: Clock
  readonly random: () => number
}

interface Running {
  readonly round: Round
  readonly isFull: boolean
  /** Milliseconds since 1970. */
  readonly began: number
}

/** What the leader knows of the target groups of one account in one Region, and when it asks again. */
export class AwsScope {
  readonly #options: ScopeOptions
  readonly #place: AwsPlace
  readonly #backOff: BackOff
  #targetGroups = new Map<string, WitnessedTargetGroup>()
  #loadBalancers = new Map<string, WitnessedLoadBalancer>()
  #missing: readonly string[] = []
  #asked: number | undefined
  #running: Running | undefined
  /** Monotonic. */
  #due = Number.NEGATIVE_INFINITY
  #notBefore = Number.NEGATIVE_INFINITY
  /** Since when there are target groups without an answer. */
  #newSince: number | undefined
  #problem: AwsProblem | undefined
  /** Since when the answer about a target group may be outdated. */
  readonly #outdated = new Map<string, number>()

  constructor(place: AwsPlace, options: ScopeOptions) {
    this.#options = options
    this.#place = place
    this.#backOff = createBackOff({ ...SETBACK, random: options.random })
  }

  get name(): string {
    return placeText(this.#place)
  }

  /** Of the last try; undefined: AWS answers. */
  get problem(): AwsProblem | undefined {
    return this.#problem
  }

  /** The last complete answers; their time is that of the oldest. */
  get known(): {
    readonly asked: number | undefined
    readonly targetGroups: Iterable<WitnessedTargetGroup>
    readonly loadBalancers: Iterable<WitnessedLoadBalancer>
    readonly missing: readonly string[]
  } {
    const [targetGroups, loadBalancers] = [this.#targetGroups.values(), this.#loadBalancers.values()]
    return { asked: this.#asked, targetGroups, loadBalancers, missing: this.#missing }
  }

  /** Takes over what another leader has found out. */
  recall({ asked, targetGroups, loadBalancers }: Witness): void {
    this.#keep(targetGroups, loadBalancers)
    this.#asked = asked
    const { clock } = this.#options
    // A time in the future is another clock's.
    const age = Math.max(0, clock.date().getTime() - asked)
    this.#due = clock.now() + ASKED_AGAIN - age
  }

  /** What declares these target groups has changed. */
  changed(targetGroups: readonly string[]): void {
    for (const arn of targetGroups) this.#outdated.set(arn, this.#options.clock.now())
  }

  /**
   * Goes on with what is due. @param wanted ARNs of this place that bindings name.
   * @returns whether there are new answers.
   */
  async go(
    wanted: readonly string[],
    stop: { readonly signal: AbortSignal; readonly isOver: () => boolean },
  ): Promise<boolean> {
    const { aws, clock } = this.#options
    const running = this.#begun(wanted)
    if (running === undefined || clock.now() < this.#notBefore) return false
    const ended = await running.round.go({ aws, ...stop })
    if (ended === 'interrupted') return false
    if (ended !== 'done') {
      this.#problem = ended
      this.#notBefore = clock.now() + this.#backOff.next()
      return false
    }
    this.#take(running)
    return true
  }

  /** A round goes on for as long as it takes, but one that a problem has stopped is not worth more than an hour. */
  #begun(wanted: readonly string[]): Running | undefined {
    if (this.#problem !== undefined && this.#options.clock.now() >= this.#due) this.#running = undefined
    this.#running ??= this.#next(wanted)
    return this.#running
  }

  #next(wanted: readonly string[]): Running | undefined {
    const { clock } = this.#options
    const began = clock.date().getTime()
    if (clock.now() >= this.#due) {
      this.#outdated.clear()
      this.#due = clock.now() + ASKED_AGAIN
      return { round: new Round(this.#place, wanted), isFull: true, began }
    }
    const known = new Set([...this.#targetGroups.keys(), ...this.#missing])
    const unknown = wanted.filter((arn) => !known.has(arn))
    const outdated = this.#takeOutdated(wanted)
    if (outdated.length > 0)
      return { round: new Round(this.#place, [...unknown, ...outdated]), isFull: false, began }
    if (unknown.length === 0) {
      this.#newSince = undefined
      return undefined
    }
    this.#newSince ??= clock.now()
    if (clock.now() - this.#newSince < COLLECTED) return undefined
    this.#newSince = undefined
    return { round: new Round(this.#place, unknown), isFull: false, began }
  }

  #takeOutdated(wanted: readonly string[]): readonly string[] {
    const now = this.#options.clock.now()
    const ripe = [...this.#outdated].filter(([, since]) => now - since >= APPLIED).map(([arn]) => arn)
    for (const arn of ripe) this.#outdated.delete(arn)
    return ripe.filter((arn) => this.#targetGroups.has(arn) && wanted.includes(arn))
  }

  #take({ round, isFull, began }: Running): void {
    const { targetGroups, loadBalancers, missing } = round.result
    if (isFull) {
      this.#targetGroups.clear()
      this.#loadBalancers.clear()
    }
    for (const arn of missing) this.#targetGroups.delete(arn)
    this.#keep(targetGroups, loadBalancers)
    this.#missing = isFull ? missing : [...this.#missing, ...missing]
    if (isFull || this.#asked === undefined) this.#asked = began
    this.#running = undefined
    this.#problem = undefined
    this.#backOff.reset()
  }

  #keep(
    targetGroups: readonly WitnessedTargetGroup[],
    loadBalancers: readonly WitnessedLoadBalancer[],
  ): void {
    for (const one of targetGroups) this.#targetGroups.set(one.targetGroup, one)
    for (const one of loadBalancers) this.#loadBalancers.set(one.loadBalancer, one)
  }
}
