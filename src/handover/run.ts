import { REPLACEMENT_LIMIT, stepAfter } from '../core/handover/change.ts'
import { selectedBy } from '../core/handover/leave-labels.ts'
import { nextStep } from '../core/handover/next-step.ts'
import { type PodView, readyIn, type Scene, uncreatedIn } from '../core/handover/scene.ts'
import type { NextStep } from '../core/handover/situation.ts'
import { LOWEST_COST } from '../core/handover/take-back.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { messageOf } from '../core/model/thrown.ts'
import { given } from '../kubernetes/json.ts'
import { carryOut, type DoneStep } from './carry-out.ts'
import { type DisruptionBudgets, RELABELS } from './disruption-budgets.ts'
import { isLasting, isOutdated } from './failures.ts'
import type { HandoverOptions } from './options.ts'
import type { PodState } from './plan.ts'
import { HandoverSurroundings, type Look } from './surroundings.ts'
import { spareOf, type TrackedPod } from './tracked-pod.ts'

/** Between two looks. Milliseconds; a choice. */
const INTERVAL = 2_000

/** The same after a step, so that one that something takes back again and again does not burden the API server. Milliseconds; a choice. */
const AFTER_STEP = 200

/** For a ReplicaSet to create a Pod. Milliseconds; a choice: it tries a dozen times (workqueue, from 5 ms doubled). */
const CREATION_LIMIT = 30_000

/** Beyond its time limit and S, for controllers and kubelets to end what has begun. Seconds; a choice. */
const LAST = 120

/** More often, and something puts the label of a Pod back. A choice: once more, after an interrupted undo. */
const MOST_RELEASES = 2

type WaitStep = Extract<NextStep, { readonly do: 'wait' }>
type EndStep = Extract<NextStep, { readonly do: 'nothing' }>

interface Running {
  readonly workload: ObjectRef
  readonly pods: readonly TrackedPod[]
  readonly budgets: DisruptionBudgets
  readonly options: HandoverOptions
}

/** Brings every Pod to its goal, step by step, each decided by what was read just before. */
export class HandoverRun {
  readonly #running: Running
  readonly #surroundings: HandoverSurroundings
  readonly #begin: number
  #isUnreachable = false
  #stopped: string | undefined
  #broken: string | undefined

  constructor(running: Running) {
    this.#running = running
    this.#surroundings = new HandoverSurroundings(running.options, running.workload, running.pods)
    this.#begin = running.options.clock.now()
  }

  async run(): Promise<void> {
    const { clock, signal } = this.#running.options
    while (!signal.aborted && this.#broken === undefined) {
      const hasActed = await this.#round()
      if (this.#between.length === 0 && (this.#waiting.length === 0 || this.#stopped !== undefined)) return
      this.#limit()
      await clock.sleep(hasActed ? AFTER_STEP : INTERVAL, signal)
    }
  }

  /** `stopped`: why nothing more was begun with; `broken`: why it ended although Pods are in between. */
  get end(): { readonly stopped?: string; readonly broken?: string } {
    return { ...given('stopped', this.#stopped), ...given('broken', this.#broken) }
  }

  get #between(): readonly TrackedPod[] {
    return this.#running.pods.filter(({ isBetween }) => isBetween)
  }

  get #waiting(): readonly TrackedPod[] {
    return this.#running.pods.filter(({ isWaiting }) => isWaiting)
  }

  /** @returns whether anything was written. */
  async #round(): Promise<boolean> {
    const { budgets, options } = this.#running
    try {
      const looks = await this.#look()
      this.#isUnreachable = false
      this.#judge(looks)
      const done: (NextStep['do'] | undefined)[] = []
      for (const look of looks) if (!options.signal.aborted) done.push(await this.#advance(look, looks))
      if (done.some((step) => step !== undefined && RELABELS.has(step))) await budgets.wake()
      return done.some((step) => step !== undefined)
    } catch (error) {
      this.#unread(error)
      return false
    }
  }

  /** At those in between, and at as many more as may be begun with. */
  #look(): Promise<readonly Look[]> {
    const { maxExtra } = this.#running.options
    const between = this.#between
    const free = this.#stopped === undefined ? Math.max(0, maxExtra - between.length) : 0
    return this.#surroundings.look([...between, ...this.#waiting.slice(0, free)])
  }

  /** Whether something has happened that forbids to begin with more. */
  #judge(looks: readonly Look[]): void {
    for (const { tracked, scene } of looks) {
      if (scene.standing === 'rolling' || scene.standing === 'replaced')
        this.#stopped ??= 'a rollout has begun, which replaces the Pods that are left'
      const unfit = this.#surroundings.unfitIn(scene, tracked.terms)
      if (unfit !== undefined && tracked.goal === 'replace')
        this.#stopFor(
          `the new Pod ${unfit.name} has no ${unfit.hook === undefined ? 'preStop hook' : 'readiness gate'}`,
        )
    }
    const isRolling = looks.length > 0 && looks.every(({ scene }) => scene.standing === 'rolling')
    if (isRolling && this.#elapsed >= this.#running.options.timeout)
      this.#broken = 'a rollout goes on, and they serve until it is over'
  }

  /** Whatever has not left its Services yet is taken back; the others are nearly done. */
  #stopFor(why: string): void {
    this.#stopped ??= why
    for (const one of this.#between)
      if (one.step === 'released' || one.step === 'returning') one.goal = 'take-back'
  }

  get #elapsed(): number {
    const { clock } = this.#running.options
    return clock.now() - this.#begin
  }

  #limit(): void {
    const { pods, options } = this.#running
    const { timeout } = options
    const last = Math.max(0, ...pods.map(({ terms }) => terms.sleep + terms.healthy)) + LAST
    if (this.#elapsed >= timeout) this.#stopFor(`the time limit of ${Math.round(timeout / 1000)} s is over`)
    if (this.#elapsed >= timeout + last * 1000) this.#broken ??= `the time limit is over for ${last} s`
  }

  /** @returns the step that was done. */
  async #advance(look: Look, looks: readonly Look[]): Promise<NextStep['do'] | undefined> {
    const { tracked, pod, scene, services } = look
    const waited = tracked.sees(pod, this.#running.options.clock.now())
    if (tracked.isOvertaken) this.#stopped ??= `another call has taken over Pod ${tracked.name}`
    if (tracked.isWaiting && this.#stopped !== undefined && tracked.goal === 'replace') return undefined
    this.#nameReplacement(tracked, scene)
    const named = spareOf(tracked, this.#between)
    const spare = named === undefined ? undefined : await this.#surroundings.podOf(named)
    const step = nextStep({
      scene,
      goal: tracked.goal,
      waited,
      ...(pod === undefined ? {} : { pod }),
      ...(spare === undefined ? {} : { spare }),
    })
    if (step.do === 'wait') return this.#waits(tracked, step, { scene, waited })
    if (step.do === 'nothing') return this.#ends(tracked, step, spare)
    if (pod === undefined) return undefined
    if (step.do === 'release') return this.#releases({ tracked, pod, scene, services }, looks)
    if (this.#isAnothersTurn(tracked, step.do)) return undefined
    const done = await this.#does(step, { tracked, pod, floor: 0 })
    if (done === 'readopt' && tracked.record !== undefined)
      tracked.record = { ...tracked.record, step: 'readopting' }
    return done
  }

  /**
   * One comes back at a time: the ReplicaSet must have no more than one too many. Where two calls have begun with two,
   * both go on with the same one.
   */
  #isAnothersTurn(tracked: TrackedPod, step: NextStep['do']): boolean {
    if (step !== 'readopt' && step !== 'adopt') return false
    return this.#between
      .filter((one) => one !== tracked && (step === 'readopt' || one.name < tracked.name))
      .some((one) => one.step === 'readopting' || one.isUncertain)
  }

  async #releases(
    { tracked, pod, scene, services }: Look & { readonly pod: PodView },
    looks: readonly Look[],
  ): Promise<NextStep['do'] | undefined> {
    const { releaseLabel } = tracked.terms
    const holding = services.find(
      ({ selector }) => Object.hasOwn(selector, releaseLabel) && selectedBy(selector, pod.labels),
    )
    if (holding !== undefined) {
      this.#stopped ??= `Service ${holding.name} selects by the label ${releaseLabel} by now`
      return undefined
    }
    if (tracked.releases === MOST_RELEASES) {
      this.#stopped ??= `something puts the label ${releaseLabel} back on Pod ${tracked.name}`
      const step = { do: 'nothing', state: 'failed', note: 'its label was put back' } as const
      return this.#ends(tracked, step, undefined)
    }
    const released = looks.filter((one) => one.pod?.isReady === true && one.tracked.step === 'released')
    tracked.releases += 1
    tracked.known = new Set(scene.members.map(({ uid }) => uid))
    return await this.#does({ do: 'release' }, { tracked, pod, floor: readyIn(scene) + released.length })
  }

  #waits(
    tracked: TrackedPod,
    step: WaitStep,
    { scene, waited }: { readonly scene: Scene; readonly waited: number },
  ): undefined {
    this.#tell(tracked, step.state, step.for)
    if (tracked.step === 'released' && waited >= CREATION_LIMIT) this.#takeBackUncreated(tracked, scene)
    const isLate = tracked.step === 'released' && waited >= REPLACEMENT_LIMIT * 1000
    if (!isLate || tracked.goal !== 'replace' || scene.standing !== 'current') return undefined
    tracked.goal = 'take-back'
    this.#stopped ??= `no replacement of Pod ${tracked.name} was ready within ${REPLACEMENT_LIMIT} s`
    return undefined
  }

  /** Of the released Pods as many as have no replacement: the others go on. */
  #takeBackUncreated(tracked: TrackedPod, scene: Scene): void {
    const turned = this.#between.filter(({ goal }) => goal === 'take-back')
    if (tracked.goal !== 'replace' || turned.length >= uncreatedIn(scene)) return
    tracked.goal = 'take-back'
    const hint = this.#running.options.maxExtra === 1 ? '' : '; fewer at a time need less: --max-extra'
    this.#stopped ??= `ReplicaSet ${tracked.terms.replicaSet} cannot create another Pod: ${scene.replicaSet?.failure}${hint}`
  }

  async #ends(tracked: TrackedPod, step: EndStep, spare: PodView | undefined): Promise<undefined> {
    tracked.isOver = true
    this.#tell(tracked, step.state, step.note)
    const { record } = tracked
    // It has gone in the middle of being taken back.
    if (record?.spare === undefined || spare?.cost !== LOWEST_COST) return undefined
    const { cost } = record.spare
    await this.#does(
      { do: 'unmark', pod: spare, ...(cost === undefined ? {} : { cost }) },
      { tracked, pod: spare, floor: 0 },
    )
    return undefined
  }

  async #does(
    step: DoneStep,
    { tracked, pod, floor }: { readonly tracked: TrackedPod; readonly pod: PodView; readonly floor: number },
  ): Promise<NextStep['do'] | undefined> {
    const { api, clock } = this.#running.options
    const { namespace } = this.#running.workload
    const { record, terms } = tracked
    tracked.isUncertain = true
    tracked.expected = stepAfter(step.do, tracked.step)
    try {
      await carryOut(step, { api, clock, namespace, pod, terms, floor, ...(record && { record }) })
      return step.do
    } catch (error) {
      this.#refused(error, tracked)
      return undefined
    }
  }

  #refused(error: unknown, tracked: TrackedPod): void {
    if (isOutdated(error)) return
    if (!isLasting(error)) {
      this.#unread(error)
      return
    }
    const why = messageOf(error)
    if (tracked.record !== undefined && tracked.goal === 'take-back') {
      this.#broken ??= why
      return
    }
    this.#stopped ??= why
    if (tracked.record !== undefined) tracked.goal = 'take-back'
    else {
      tracked.isOver = true
      this.#tell(tracked, 'failed', why)
    }
  }

  #unread(error: unknown): void {
    const { signal, onCaution } = this.#running.options
    if (signal.aborted) return
    if (isLasting(error)) this.#broken ??= messageOf(error)
    else if (!this.#isUnreachable) onCaution(`a request has failed, and is tried again: ${messageOf(error)}`)
    this.#isUnreachable = true
  }

  #nameReplacement(tracked: TrackedPod, scene: Scene): void {
    if (tracked.step !== 'released' || tracked.progress.replacement !== undefined) return
    const others = new Set(this.#running.pods.map(({ progress }) => progress.replacement))
    const name = this.#surroundings.replacementOf(tracked, scene, others)
    if (name !== undefined) tracked.isReplacedBy(name)
  }

  #tell(tracked: TrackedPod, state: PodState, note?: string): void {
    if (tracked.is(state, note)) this.#running.options.onProgress(tracked.progress)
  }
}
