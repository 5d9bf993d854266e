import type { Logger } from 'pino'
import { type AwsPlace, byPlace, placeOf, placeText } from '../aws/arn.ts'
import type { Aws } from '../aws/connection.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import { storedWitness, storeWitness } from '../cluster/observed-store.ts'
import { shortened } from '../core/discovery/annotations/quote.ts'
import { type BoundTargetGroup, boundTargetGroups } from '../core/discovery/binding/target-group-binding.ts'
import { LONGEST_WITNESS } from '../core/discovery/observed/observed-evidence.ts'
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
  readonly known: Pick<InventoryView, 'objects' | 'revision'>
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

interface Wanted {
  readonly scope: AwsScope
  /** That bindings name, of its place. */
  readonly arns: readonly string[]
}

/** How long a tick goes on with a round: the next one begins where it stopped, with what has changed. Milliseconds. A choice. */
const STRETCH = 60_000
/** ARNs in a line of the log. A choice. */
const NAMED = 5
/** Milliseconds. */
const DAY = 24 * 60 * 60_000

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
  /** At the last reading. */
  #wanted:
    | {
        readonly revision: number | undefined
        readonly bound: readonly string[]
        readonly all: readonly Wanted[]
      }
    | undefined
  #isForAnswered = false
  /** By scope, when it was its turn. */
  readonly #served = new WeakMap<AwsScope, number>()
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
    await this.#recall(signal)
    const until = clock.now() + STRETCH
    const wanted = this.#wantedOf(known)
    for (const { scope, arns } of this.#inTurn(wanted)) {
      if (clock.now() >= until) break
      this.#served.set(scope, ++this.#turn)
      const isAnswered = await scope.go(arns, { signal, isOver: () => clock.now() >= until })
      signal.throwIfAborted()
      if (isAnswered) this.#isStored = false
      this.#tell(scope, isAnswered)
    }
    await this.#store(signal)
  }

  /** Read only if something has changed: each tick has its turn between admission calls. */
  #wantedOf(known: AwsWitnessOptions['known']): readonly Wanted[] {
    const { objects } = known
    const current = known.revision?.()
    if (objects === undefined) return []
    if (current !== undefined && current === this.#wanted?.revision) return this.#wanted.all
    const groups = boundTargetGroups(objects)
    const changed = this.#changedOf(groups)
    const bound = groups.map(({ arn }) => arn)
    const before = this.#wanted
    const all = before !== undefined && isSameList(bound, before.bound) ? before.all : this.#sorted(bound)
    for (const { scope, arns } of all) scope.changed(arns.filter((arn) => changed.has(arn)))
    this.#wanted = { revision: current, bound, all }
    return all
  }

  #sorted(bound: readonly string[]): readonly Wanted[] {
    this.#tellUnusable(bound)
    const all = byPlace(bound).map(({ place, arns }) => ({ scope: this.#scopeOf(place), arns }))
    this.#drop(all.map(({ scope }) => scope.name))
    return all
  }

  /**
   * Whose turn was the longest ago comes first. In every other tick those that AWS has never answered come last: whoever
   * may write bindings may name any number of accounts and Regions that nobody answers for.
   */
  #inTurn(wanted: readonly Wanted[]): readonly Wanted[] {
    this.#isForAnswered = !this.#isForAnswered
    const isLater = ({ scope }: Wanted): number => (this.#isForAnswered && !scope.isAnswered ? 1 : 0)
    const servedAt = ({ scope }: Wanted): number => this.#served.get(scope) ?? 0
    return wanted.toSorted((a, b) => isLater(a) - isLater(b) || servedAt(a) - servedAt(b))
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
    this.#wanted = undefined
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

  #tell(scope: AwsScope, isAnswered: boolean): void {
    const { name, problem } = scope
    const { log } = this.#options
    const words = problem?.kind === 'denied' ? problem.text : problem?.kind
    if (this.#said.isNews(problemOf(name), words)) {
      if (problem === undefined) log.info({ where: name }, 'AWS answers again')
      else
        log.warn(
          { where: name, problem: problem.text },
          'no answer from AWS: the last one stays, else what is declared counts',
        )
    }
    if (!isAnswered) return
    this.#tellSome(
      missingOf(name),
      scope.known.missing,
      'AWS does not know target groups that TargetGroupBindings name',
    )
  }

  #tellUnusable(bound: readonly string[]): void {
    const unusable = bound.filter((arn) => placeOf(arn) === undefined).map(shortened)
    this.#tellSome('unusable', unusable, 'AWS is not asked about what is no ARN of a target group')
  }

  #tellSome(subject: string, arns: readonly string[], words: string): void {
    const isNews = this.#said.isNews(subject, arns.length === 0 ? undefined : arns.join())
    if (!isNews || arns.length === 0) return
    this.#options.log.warn({ count: arns.length, first: arns.slice(0, NAMED) }, words)
  }

  /** Places that no binding names any more. */
  #drop(wanted: readonly string[]): void {
    const kept = new Set(wanted)
    for (const key of [...this.#scopes.keys()].filter((one) => !kept.has(one))) {
      this.#scopes.delete(key)
      for (const subject of [problemOf(key), missingOf(key)]) this.#said.isNews(subject, undefined)
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

  /** Its time is that of its oldest answers; those that would no longer count are left out, lest the others expire too. */
  #witness(): Witness | undefined {
    const oldest = this.#options.clock.date().getTime() - LONGEST_WITNESS * DAY
    const known = [...this.#scopes.values()].flatMap(({ known: { asked, ...answers } }) =>
      asked === undefined ? [] : [{ asked, ...answers }],
    )
    const answered = known.filter(({ targetGroups }) => targetGroups.length > 0)
    const current = answered.filter(({ asked }) => asked > oldest)
    const [counted = known] = [current, answered].filter((some) => some.length > 0)
    if (counted.length === 0) return undefined
    return {
      asked: Math.min(...counted.map(({ asked }) => asked)),
      targetGroups: counted.flatMap(({ targetGroups }) => targetGroups),
      loadBalancers: counted.flatMap(({ loadBalancers }) => loadBalancers),
    }
  }
}

const problemOf = (name: string): string => `problem of ${name}`
const missingOf = (name: string): string => `missing of ${name}`

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((part, index) => part === other[index])

function placeTextOf(arn: string): string | undefined {
  const place = placeOf(arn)
  return place && placeText(place)
}
