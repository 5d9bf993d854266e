import { AUTOSCALER_LIMIT, SHUTDOWN_FLOOR, SPOT_NOTICE } from '../../budget/caps.ts'
import { longestKnownHook } from '../../injection/hooks.ts'
import { add, shorter } from '../../model/seconds.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import { atObject } from '../paste.ts'
import type { Remark, Rule, Situation } from '../rule.ts'

/**
 * What a node may be given: Spot's notice of 120 s where the pod may run on Spot, cluster-autoscaler's 600 s, and the
 * terminationGracePeriod of a NodePool that the pod names. Nearly every pod behind an NLB exceeds a notice; where nothing
 * shows that it may get one, only the budget of a plan says so.
 */
export const graceAboveLimit: Rule = {
  id: 'grace-above-limit',
  check: (situation) => [
    ...aboveSpotNotice(situation),
    ...aboveAutoscaler(situation),
    ...aboveNodePools(situation),
  ],
}

function aboveSpotNotice({ template, budget }: Situation): readonly Remark[] {
  const hook = longestKnownHook(template)
  const exit = shorter(budget.shutdownTime, SHUTDOWN_FLOOR)
  if (!template.spot || hook === 0 || add(hook, exit) <= SPOT_NOTICE) return []
  const message = `preStop ${hook} s + ${exit} s to exit = ${add(hook, exit)} s, a Spot notice leaves ${SPOT_NOTICE} s`
  const brief = `preStop ${hook} s + ${exit} s to exit, Spot leaves ${SPOT_NOTICE} s`
  return [{ about: 'spot', message, brief, action: 'keep it off Spot nodes' }]
}

/** Nothing shows that cluster-autoscaler runs. */
function aboveAutoscaler({ template: { grace = DEFAULT_GRACE } }: Situation): readonly Remark[] {
  if (grace <= AUTOSCALER_LIMIT) return []
  const message = `grace period ${grace} s: cluster-autoscaler, if used, ends the pod after ${AUTOSCALER_LIMIT} s: raise its --max-graceful-termination-sec`
  return [
    {
      about: 'autoscaler',
      message,
      severity: 'information',
      brief: `grace period ${grace} s, cluster-autoscaler waits ${AUTOSCALER_LIMIT} s`,
      action: 'raise --max-graceful-termination-sec',
      paste: `# an argument of cluster-autoscaler\n--max-graceful-termination-sec=${grace}`,
    },
  ]
}

/** Karpenter's limit on a node's drain: it then ends the pods, whatever grace period they have. */
const aboveNodePools = ({
  template: { grace = DEFAULT_GRACE },
  surroundings,
}: Situation): readonly Remark[] =>
  (surroundings?.nodePools ?? []).flatMap(({ name, terminationGrace }) =>
    terminationGrace === undefined || terminationGrace >= grace
      ? []
      : [
          {
            about: `nodepool ${name}`,
            brief: `NodePool ${name} waits ${terminationGrace} s, grace period is ${grace} s`,
            action: 'raise its limit',
            paste: atObject(
              { kind: 'NodePool', namespace: '', name },
              { spec: { template: { spec: { terminationGracePeriod: `${grace}s` } } } },
            ),
            message: `NodePool ${name} ends a drain after ${terminationGrace} s, the grace period is ${grace} s: raise its terminationGracePeriod`,
          },
        ],
  )
