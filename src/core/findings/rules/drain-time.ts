import { longestKnownHook } from '../../injection/hooks.ts'
import { leastReplicas } from '../../model/replicas.ts'
import { add, longest, type Seconds, seconds, shorter } from '../../model/seconds.ts'
import { type DisruptionBudget, NO_SURROUNDINGS } from '../../model/surroundings.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import { allowedEvictions } from '../evictions.ts'
import { slowestGate } from '../gate-time.ts'
import type { Remark, Rule, Situation } from '../rule.ts'

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
      }
    : { message: `preStop of ${sleep} s: ${DELETION}` }

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
  return [
    {
      message: `with ${onNode} of ${replicas} pods on one node a drain may take ${time} s (${sum}), ${limit}: let more pods go at a time`,
    },
  ]
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
