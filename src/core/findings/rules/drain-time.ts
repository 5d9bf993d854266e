import { longestKnownHook } from '../../injection/hooks.ts'
import { leastReplicas } from '../../model/replicas.ts'
import { add, longest, type Seconds, seconds, shorter } from '../../model/seconds.ts'
import { type DisruptionBudget, NO_SURROUNDINGS } from '../../model/surroundings.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import { allowedEvictions } from '../evictions.ts'
import { slowestGate } from '../gate-time.ts'
import { atObject } from '../paste.ts'
import { pasteOf, type Remark, type Rule, type Situation } from '../rule.ts'

/** The update of a managed node group fails when a drain takes longer (EKS user guide, managed node update behavior). */
const UPDATE_WAITS = seconds(900)

/** The deletion of a managed node group then ends the instance, drained or not (EKS user guide, delete a managed node group). */
const DELETION_WAITS = seconds(300)

/**
 * Pods that a PodDisruptionBudget lets go one after the other make a drain long. How many of them share a node is not
 * known: half of them is our choice, since the scheduler spreads a workload over the nodes there are. So this is
 * information; only a sleep that outlasts the whole wait by itself is certain.
 */
export const drainTime: Rule = {
  id: 'drain-time',
  check: (situation) => {
    const sleep = shorter(longestKnownHook(situation.template), situation.template.grace ?? DEFAULT_GRACE)
    if (sleep >= DELETION_WAITS) return [longHook(sleep)]
    const { disruptionBudgets } = situation.surroundings ?? NO_SURROUNDINGS
    return disruptionBudgets.length === 1 ? disruptionBudgets.flatMap((one) => slowDrain(one, situation)) : []
  },
}

const longHook = (sleep: Seconds): Remark =>
  sleep >= UPDATE_WAITS
    ? {
        message: `preStop of ${sleep} s: a node group’s update waits ${UPDATE_WAITS} s for a drain, then it fails: shorten the hook`,
        severity: 'warning',
        brief: `preStop of ${sleep} s, a node group’s update waits ${UPDATE_WAITS} s`,
        action: SHORTEN,
      }
    : {
        message: `preStop of ${sleep} s: ${DELETION}`,
        brief: `preStop of ${sleep} s, the deletion of a node group waits ${DELETION_WAITS} s`,
        action: SHORTEN,
      }

const SHORTEN = 'shorten the hook'

const DELETION = `the deletion of a node group ends its nodes after ${DELETION_WAITS} s`

function slowDrain(budget: DisruptionBudget, situation: Situation): readonly Remark[] {
  const { workload } = situation
  const replicas = workload === undefined ? undefined : leastReplicas(workload)
  if (replicas === undefined || budget.isShared) return []
  const allowed = allowedEvictions(budget, replicas)
  if (allowed < 1) return []
  const onNode = Math.ceil(replicas / 2)
  const { time, sum } = drainOf(Math.ceil(onNode / allowed), situation)
  if (time <= DELETION_WAITS) return []
  const limit = time > UPDATE_WAITS ? `a node group’s update waits ${UPDATE_WAITS} s` : DELETION
  const waits = time > UPDATE_WAITS ? UPDATE_WAITS : DELETION_WAITS
  return [
    {
      brief: `a drain may take ${time} s, a node group waits ${waits} s`,
      ...pasteOf(fasterDrain(budget, situation, onNode)),
      message: `with ${onNode} of ${replicas} pods on one node a drain may take ${time} s (${sum}), ${limit}: let more pods go at a time`,
    },
  ]
}

/** The fewest that have to go at a time, where half of those on a node are enough: more is a question of capacity. */
function fasterDrain(
  { name, minAvailable }: DisruptionBudget,
  situation: Situation,
  onNode: number,
): string | undefined {
  const most = Math.floor(onNode / 2)
  const enough = Array.from({ length: most }, (_, index) => index + 1).find(
    (count) => drainOf(Math.ceil(onNode / count), situation).time <= DELETION_WAITS,
  )
  const namespace = situation.workload?.ref.namespace ?? ''
  const spec = {
    ...(minAvailable === undefined ? {} : { minAvailable: null }),
    maxUnavailable: enough ?? 0,
  }
  return enough === undefined
    ? undefined
    : atObject({ kind: 'PodDisruptionBudget', namespace, name }, { spec })
}

/**
 * A StatefulSet replaces a pod when it is gone. Others replace it at once: the next one may go as soon as the new one is
 * ready, and only the end of the last one comes on top.
 */
function drainOf(
  rounds: number,
  { budget, exposures, gateLabelled, template, workload }: Situation,
): { readonly time: Seconds; readonly sum: string } {
  const needed = longest(budget.containers.map(({ sleep, shutdownTime }) => add(sleep, shutdownTime)))
  // The kubelet kills at the end of the grace period, which is shorter before our change.
  const end = shorter(needed, template.grace ?? DEFAULT_GRACE)
  const gate = gateLabelled ? slowestGate(exposures).time : seconds(0)
  if (workload?.replacement.kind === 'in-place') {
    const each = add(end, gate)
    return { time: seconds(rounds * each), sum: `${rounds} × ${each}` }
  }
  return { time: add(seconds((rounds - 1) * gate), end), sum: `${rounds - 1} × ${gate} + ${end}` }
}
