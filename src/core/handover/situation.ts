import type { Spare } from './record.ts'
import type { PodView, Scene } from './scene.ts'

/** What is to be done about one Pod next. Whoever does it looks at the Pod again afterwards. */
export type NextStep =
  /** Take the release label off, with a first record. */
  | { readonly do: 'release' }
  /** Take the leave labels off; in the same write the record says `leaving`. */
  | { readonly do: 'leave' }
  /** The record says `ending`. */
  | { readonly do: 'end' }
  /** Delete it, in the version that was read. */
  | { readonly do: 'delete' }
  /** Put the leave labels back; in the same write the record says `returning`. */
  | { readonly do: 'return' }
  /** The record says `readopting`, and names the spare Pod. */
  | { readonly do: 'readopt'; readonly spare?: Spare }
  /** The record says `released` again, and the release label is off: what it was to be readopted to has changed. */
  | { readonly do: 'reconsider' }
  /** Give the spare Pod the lowest deletion cost. */
  | { readonly do: 'mark'; readonly pod: PodView }
  /** Give the spare Pod its own deletion cost again. */
  | { readonly do: 'unmark'; readonly pod: PodView; readonly cost?: string }
  /** Put the release label back, with the highest deletion cost. */
  | { readonly do: 'adopt' }
  /** Put back every label that is still missing and the own deletion cost, and remove the record. */
  | { readonly do: 'clear' }
  | { readonly do: 'wait'; readonly state: WaitState; readonly for: string }
  | { readonly do: 'nothing'; readonly state: EndState; readonly note?: string }

type WaitState = 'replacing' | 'leaving' | 'ending'
type EndState = 'done' | 'undone' | 'failed'

export type Goal = 'replace' | 'take-back'

export interface HandoverSituation {
  /** Absent: the Pod does not exist any more. */
  readonly pod?: PodView
  readonly scene: Scene
  readonly goal: Goal
  /** How long the Pod has been seen in this step without a break, by one process. Milliseconds. */
  readonly waited: number
  /** The Pod that the record names as its spare; absent: there is none, or not any more. */
  readonly spare?: PodView
}

/** It goes on serving meanwhile. */
export function waitForOthers({ standing }: Pick<Scene, 'standing'>): NextStep {
  const what = standing === 'rolling' ? 'the rollout to be over' : 'its replacement to be ready'
  return { do: 'wait', state: 'replacing', for: what }
}
