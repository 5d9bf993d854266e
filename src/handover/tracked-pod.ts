import type { HandoverTerms } from '../core/handover/change.ts'
import { type HandoverRecord, type HandoverStep, parseHandover, type Spare } from '../core/handover/record.ts'
import type { PodView } from '../core/handover/scene.ts'
import type { Goal } from '../core/handover/situation.ts'
import type { PodProgress, PodState } from './plan.ts'

/** One old Pod, as a run follows it. */
export class TrackedPod {
  readonly name: string
  readonly uid: string
  readonly terms: HandoverTerms
  goal: Goal
  isOver = false
  /** Absent: it has not been begun with. */
  record?: HandoverRecord
  /** It is unknown whether a write has come to it. */
  isUncertain = false
  /** The step that this run wrote last; absent: it wrote none, or removed the record. */
  expected: HandoverStep | undefined
  /** Another call has turned it round. */
  isOvertaken = false
  /** How often this run has released it: more than twice, and something puts its label back. */
  releases = 0
  /** Uids of Pods that were there before it was released; absent: an earlier call has released it. */
  known?: ReadonlySet<string>
  #written = ''
  #since = 0
  #progress: PodProgress
  #told = ''

  constructor(
    { name, uid }: { readonly name: string; readonly uid: string },
    { terms, goal }: { readonly terms: HandoverTerms; readonly goal: Goal },
  ) {
    this.name = name
    this.uid = uid
    this.terms = terms
    this.goal = goal
    this.#progress = { pod: name, state: 'waiting' }
  }

  get progress(): PodProgress {
    return this.#progress
  }

  get step(): HandoverStep | undefined {
    return this.record?.step
  }

  /** Its replacement has begun, and has not come to an end. */
  get isBetween(): boolean {
    return !this.isOver && (this.record !== undefined || this.isUncertain)
  }

  get isWaiting(): boolean {
    return !this.isOver && !this.isBetween
  }

  /** @returns whether that, or its replacement, is new. */
  is(state: PodState, note?: string): boolean {
    const { note: _, ...known } = this.#progress
    this.#progress = { ...known, state, ...(note === undefined ? {} : { note }) }
    const text = JSON.stringify(this.#progress)
    const isNew = text !== this.#told
    this.#told = text
    return isNew
  }

  isReplacedBy(name: string): void {
    this.#progress = { ...this.#progress, replacement: name }
  }

  /** @returns for how long it has been seen in its step; one that was written anew begins anew. Milliseconds. */
  sees(pod: PodView | undefined, now: number): number {
    this.isUncertain = false
    const parsed = parseHandover(pod?.handover)
    if (parsed.kind === 'record') this.record = parsed.record
    else if (pod !== undefined) delete this.record
    const written = this.record === undefined ? '' : `${this.record.step} ${this.record.deadline}`
    if (written !== this.#written) {
      if (this.#written !== '' && this.step !== this.expected) this.#yields()
      this.#written = written
      this.#since = now
    }
    return now - this.#since
  }

  /** Another call has the opposite goal, and began later: two that undo each other's steps would never end. */
  #yields(): void {
    const isTakenBack = this.step === undefined || this.step === 'returning' || this.step === 'readopting'
    const goal = isTakenBack ? 'take-back' : 'replace'
    this.isOvertaken ||= goal !== this.goal
    this.goal = goal
  }
}

/** The spare Pod that its record names, unless that goes for another of these by now. */
export function spareOf({ step, record }: TrackedPod, between: readonly TrackedPod[]): Spare | undefined {
  const named = record?.spare
  if (named === undefined || step === 'readopting') return named
  const isTaken = between.some((one) => one.step === 'readopting' && one.record?.spare?.uid === named.uid)
  return isTaken ? undefined : named
}
