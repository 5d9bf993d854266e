import type { Goal } from '../core/handover/situation.ts'
import { handoverCommand } from '../core/model/handover-command.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import type { HandoverResult, PodProgress, PodState } from './plan.ts'
import type { TrackedPod } from './tracked-pod.ts'

interface Ended {
  readonly workload: ObjectRef
  readonly pods: readonly TrackedPod[]
  readonly goal: Goal
  /** Why nothing more was begun with. */
  readonly stopped?: string
  /** Why it ended although Pods are in between. */
  readonly broken?: string
  readonly isAborted: boolean
}

/** What has become of each Pod, and one sentence about all. */
export function resultOf(ended: Ended): HandoverResult {
  const { workload, pods } = ended
  const progress = pods.map((one) => one.progress)
  return { workload, state: stateOf(ended, progress), pods: progress, text: textOf(ended, progress) }
}

const countOf = (pods: readonly PodProgress[], ...states: readonly PodState[]): number =>
  pods.filter(({ state }) => states.includes(state)).length

function stateOf({ goal }: Ended, pods: readonly PodProgress[]): HandoverResult['state'] {
  if (pods.length === 0) return 'nothing-to-do'
  const done = countOf(pods, 'done')
  if (goal === 'replace') return done === pods.length ? 'done' : 'failed'
  return done + countOf(pods, 'undone') === pods.length ? 'undone' : 'failed'
}

function textOf(ended: Ended, progress: readonly PodProgress[]): string {
  const { workload, goal, pods } = ended
  const name = refText(workload)
  if (pods.length === 0) return `${name}: no Pod of it is being handed over.`
  const between = pods.filter(({ isBetween }) => isBetween).length
  const reason = between > 0 && ended.broken !== undefined ? ended.broken : ended.stopped
  const why = ended.isAborted ? ': interrupted' : reason === undefined ? '' : `: ${reason}`
  const command = handoverCommand(workload)
  const next =
    between === 0
      ? ''
      : ` ${podsOf(between)} in between: still serving, or out of the load balancer already. To go on: ${command}; to take back what can be: ${command} --undo`
  return `${name}: ${goal === 'replace' ? replaced(progress) : takenBack(progress)}${why}.${next}`
}

const podsOf = (count: number): string => (count === 1 ? '1 Pod is' : `${count} Pods are`)

function replaced(pods: readonly PodProgress[]): string {
  const undone = countOf(pods, 'undone')
  const also = undone === 0 ? '' : `, ${undone} taken back`
  return `${countOf(pods, 'done')} of ${pods.length} Pods replaced${also}`
}

function takenBack(pods: readonly PodProgress[]): string {
  const done = countOf(pods, 'done')
  const also =
    done === 0 ? '' : `, ${done} replaced all the same, which loses nothing where taking back would`
  return `${countOf(pods, 'undone')} of ${pods.length} Pods taken back${also}`
}
