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
/**
 * Target groups in a round between those of every hour, which takes seven minutes at most: whoever may write bindings may
 * name any number that do not exist, and must not hold up what is known. A choice.
 */
const MOST_AT_ONCE = 200

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
  /** ARNs that AWS does not know, and when it said so last; monotonic. */
  readonly #missing = new Map<string, number>()
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
    readonly targetGroups: readonly WitnessedTargetGroup[]
    readonly loadBalancers: readonly WitnessedLoadBalancer[]
    /** Sorted. */
    readonly missing: readonly string[]
  } {
    return {
      asked: this.#asked,
      targetGroups: [...this.#targetGroups.values()],
      loadBalancers: [...this.#loadBalancers.values()],
      missing: [...this.#missing.keys()].sort(),
    }
  }

  /** AWS has answered about one of its target groups. */
  get isAnswered(): boolean {
    return this.#targetGroups.size > 0
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

  /** What has an answer is due every hour, whatever else bindings name. */
  #next(wanted: readonly string[]): Running | undefined {
    const { clock } = this.#options
    const began = clock.date().getTime()
    if (clock.now() >= this.#due) {
      this.#due = clock.now() + ASKED_AGAIN
      this.#outdated.clear()
      const named = new Set(wanted)
      for (const arn of this.#missing.keys()) if (!named.has(arn)) this.#missing.delete(arn)
      const known = wanted.filter((arn) => this.#targetGroups.has(arn))
      if (this.isAnswered) return { round: new Round(this.#place, known), isFull: true, began }
    }
    const asking = [...this.#takeOutdated(wanted), ...this.#takeNew(wanted), ...this.#missingAgain(wanted)]
    const some = asking.slice(0, MOST_AT_ONCE)
    return some.length === 0 ? undefined : { round: new Round(this.#place, some), isFull: false, began }
  }

  /** Those that were never asked about; at first at once, then collected for a while. */
  #takeNew(wanted: readonly string[]): readonly string[] {
    const now = this.#options.clock.now()
    const fresh = wanted.filter((arn) => !this.#targetGroups.has(arn) && !this.#missing.has(arn))
    this.#newSince = fresh.length === 0 ? undefined : (this.#newSince ?? now)
    if (this.#newSince === undefined) return []
    return this.#asked === undefined || now - this.#newSince >= COLLECTED ? fresh : []
  }

  #takeOutdated(wanted: readonly string[]): readonly string[] {
    if (this.#outdated.size === 0) return []
    const now = this.#options.clock.now()
    const ripe = [...this.#outdated]
      .flatMap(([arn, since]) => (now - since >= APPLIED ? [arn] : []))
      // Neither these nor new ones keep the others out.
      .slice(0, MOST_AT_ONCE / 2)
    for (const arn of ripe) this.#outdated.delete(arn)
    const named = new Set(wanted)
    return ripe.filter((arn) => this.#targetGroups.has(arn) && named.has(arn))
  }

  #missingAgain(wanted: readonly string[]): readonly string[] {
    const since = this.#options.clock.now() - ASKED_AGAIN
    return wanted.filter((arn) => (this.#missing.get(arn) ?? Number.POSITIVE_INFINITY) <= since)
  }

  #take({ round, isFull, began }: Running): void {
    const { targetGroups, loadBalancers, missing } = round.result
    if (isFull || !this.isAnswered) this.#asked = began
    if (isFull) {
      this.#targetGroups.clear()
      this.#loadBalancers.clear()
    }
    for (const arn of missing) {
      this.#targetGroups.delete(arn)
      this.#missing.set(arn, this.#options.clock.now())
    }
    this.#keep(targetGroups, loadBalancers)
    this.#running = undefined
    this.#problem = undefined
    this.#backOff.reset()
  }

  #keep(
    targetGroups: readonly WitnessedTargetGroup[],
    loadBalancers: readonly WitnessedLoadBalancer[],
  ): void {
    for (const one of targetGroups) {
      this.#targetGroups.set(one.targetGroup, one)
      this.#missing.delete(one.targetGroup)
    }
    for (const one of loadBalancers) this.#loadBalancers.set(one.loadBalancer, one)
  }
}
