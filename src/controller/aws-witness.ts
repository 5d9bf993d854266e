import type { Logger } from 'pino'
import { type AwsPlace, byPlace, placeOf, placeText } from '../aws/arn.ts'
import type { Aws } from '../aws/connection.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { storedWitness, storeWitness } from '../cluster/observed-store.ts'
import { type BoundTargetGroup, boundTargetGroups } from '../core/discovery/binding/target-group-binding.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Witness } from '../core/model/observed.ts'
import { messageOf } from '../core/model/thrown.ts'
import { writeWitness } from '../kubernetes/observed-document.ts'
import type { Clock } from '../pacing/clock.ts'
import { SaidOnce } from '../pacing/said-once.ts'
import { AwsScope } from './aws-scope.ts'

interface AwsWitnessOptions {
  readonly api: ApiServer
  readonly aws: Aws
  readonly known: Pick<InventoryView, 'objects'>
  /** Slackwater's own, with the ConfigMap. */
  readonly namespace: string
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
}

/** The leader's loop, and what it knows. */
interface AwsLoop extends ControlLoop {
  /** Seconds since the oldest of the last complete answers was asked for; undefined: there is none. */
  age(): number | undefined
}

/** How long a tick goes on with a round: the next one begins where it stopped, with what has changed. Milliseconds. A choice. */
const STRETCH = 60_000
/** ARNs in a line of the log. A choice. */
const NAMED = 5

/**
 * Asks AWS about the target groups that TargetGroupBindings name, every hour and soon after one is new, and stores its
 * answers for all replicas. Nothing waits for it: what has no answer counts as it is declared.
 */
export const createAwsWitness = (options: AwsWitnessOptions): AwsLoop => new AwsWitnessLoop(options)

class AwsWitnessLoop implements AwsLoop {
  readonly name = 'aws-witness'
  readonly #options: AwsWitnessOptions
  /** By place. */
  #scopes = new Map<string, AwsScope>()
  /** Of the leadership that they were read in. */
  #term: AbortSignal | undefined
  #isStored = true
  /** By ARN, at the last tick. */
  #declared: ReadonlyMap<string, BoundTargetGroup['declaredBy']> = new Map()
  readonly #said = new SaidOnce()
  #turn = 0

  constructor(options: AwsWitnessOptions) {
    this.#options = options
  }

  age(): number | undefined {
    const { clock } = this.#options
    const asked = this.#term?.aborted === false ? this.#witness()?.asked : undefined
    return asked === undefined ? undefined : Math.max(0, clock.date().getTime() - asked) / 1000
  }

  async tick(signal: AbortSignal): Promise<void> {
    const { known, clock } = this.#options
    if (known.objects === undefined) return
    await this.#recall(signal)
    const until = clock.now() + STRETCH
    const groups = boundTargetGroups(known.objects)
    const bound = groups.map(({ arn }) => arn)
    this.#tellUnusable(bound)
    const changed = this.#changedOf(groups)
    const wanted = byPlace(bound)
    // Each time another one is first: a long round does not delay the others until its end.
    this.#turn++
    for (const index of wanted.keys()) {
      const one = wanted[(index + this.#turn) % wanted.length]
      if (one === undefined) continue
      const scope = this.#scopeOf(one.place)
      scope.changed(one.arns.filter((arn) => changed.has(arn)))
      if (await scope.go(one.arns, { signal, isOver: () => clock.now() >= until })) this.#isStored = false
      signal.throwIfAborted()
      this.#tell(scope)
    }
    this.#drop(wanted.map(({ place }) => placeText(place)))
    await this.#store(signal)
  }

  /** Target groups whose declarations are others than at the last tick. */
  #changedOf(groups: readonly BoundTargetGroup[]): ReadonlySet<string> {
    const before = this.#declared
    this.#declared = new Map(groups.map(({ arn, declaredBy }) => [arn, declaredBy]))
    const isChanged = ({ arn, declaredBy }: BoundTargetGroup): boolean => {
      const known = before.get(arn)
      return known !== undefined && !isSameList(known, declaredBy)
    }
    return new Set(groups.filter(isChanged).map(({ arn }) => arn))
  }

  /** A new leader goes on with what the last one has stored. */
  async #recall(signal: AbortSignal): Promise<void> {
    if (this.#term === signal) return
    const { api, namespace } = this.#options
    const witness = await storedWitness(api, namespace, signal)
    this.#scopes = new Map()
    this.#isStored = true
    this.#term = signal
    for (const { place } of byPlace(witness?.targetGroups.map(({ targetGroup }) => targetGroup) ?? [])) {
      const isThere = (arn: string): boolean => placeTextOf(arn) === placeText(place)
      this.#scopeOf(place).recall({
        asked: witness?.asked ?? 0,
        targetGroups: witness?.targetGroups.filter(({ targetGroup }) => isThere(targetGroup)) ?? [],
        loadBalancers: witness?.loadBalancers.filter(({ loadBalancer }) => isThere(loadBalancer)) ?? [],
      })
    }
  }

  #scopeOf(place: AwsPlace): AwsScope {
    const key = placeText(place)
    const scope = this.#scopes.get(key) ?? new AwsScope(place, this.#options)
    this.#scopes.set(key, scope)
    return scope
  }

  #tell({ name, problem, known: { missing } }: AwsScope): void {
    const { log } = this.#options
    const words = problem?.kind === 'denied' ? problem.text : problem?.kind
    if (this.#said.isNews(`problem of ${name}`, words)) {
      if (problem === undefined) log.info({ where: name }, 'AWS answers again')
      else
        log.warn(
          { where: name, problem: problem.text },
          'no answer from AWS: the last one stays, else what is declared counts',
        )
    }
    this.#tellSome(
      `missing of ${name}`,
      missing,
      'AWS does not know target groups that TargetGroupBindings name',
    )
  }

  #tellUnusable(bound: readonly string[]): void {
    const unusable = bound.filter((arn) => placeOf(arn) === undefined)
    this.#tellSome('unusable', unusable, 'AWS is not asked about what is no ARN of a target group')
  }

  #tellSome(subject: string, arns: readonly string[], words: string): void {
    const isNews = this.#said.isNews(subject, arns.length === 0 ? undefined : arns.join())
    if (!isNews || arns.length === 0) return
    this.#options.log.warn({ count: arns.length, first: arns.slice(0, NAMED) }, words)
  }

  /** Places that no binding names any more. */
  #drop(wanted: readonly string[]): void {
    for (const key of [...this.#scopes.keys()].filter((one) => !wanted.includes(one))) {
      this.#scopes.delete(key)
      this.#isStored = false
    }
  }

  async #store(signal: AbortSignal): Promise<void> {
    if (this.#isStored) return
    const { api, namespace } = this.#options
    const witness = this.#witness()
    if (witness === undefined) return
    const { text, omitted } = writeWitness(witness)
    try {
      await storeWitness(api, { namespace, text }, signal)
      this.#isStored = true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      throw new Error(`ConfigMap slackwater-observed not written: ${messageOf(error)}`)
    }
    this.#tellSome(
      'room',
      omitted,
      'not all of AWS’s answers fit into ConfigMap slackwater-observed: for the others, what is declared counts',
    )
  }

  #witness(): Witness | undefined {
    const known = [...this.#scopes.values()].map((scope) => scope.known)
    const times = known.flatMap(({ asked }) => asked ?? [])
    if (times.length === 0) return undefined
    return {
      asked: Math.min(...times),
      targetGroups: known.flatMap(({ targetGroups }) => [...targetGroups]),
      loadBalancers: known.flatMap(({ loadBalancers }) => [...loadBalancers]),
    }
  }
}

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((part, index) => part === other[index])

function placeTextOf(arn: string): string | undefined {
  const place = placeOf(arn)
  return place && placeText(place)
}
