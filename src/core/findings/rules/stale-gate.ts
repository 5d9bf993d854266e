import { kindOf } from '../../model/aws-controllers.ts'
import type { Exposure } from '../../model/exposure.ts'
import type { Remark, Rule } from '../rule.ts'

/**
 * A gate `target-health.…/NAME` is set by the controller of the TargetGroupBinding NAME, for the Pods that it sends to,
 * and by nobody else (LBC pkg/targetgroupbinding/resource_manager.go). Its own webhook adds gates to Pods, never to a
 * template: one that stands there was written by hand. Where nobody sets it, no new pod becomes ready.
 */
export const staleGate: Rule = {
  id: 'stale-gate',
  check: ({ exposures, template, isPod }) => {
    const bindings = new Set(exposures.flatMap(bindingsOf))
    const gates = template.readinessGates.flatMap((gate) => {
      const name = GATE.exec(gate)?.[1]
      return name === undefined || bindings.has(name) ? [] : [name]
    })
    const [first] = gates
    return first === undefined || isPod === true ? [] : [remarkOn(first, bindings)]
  },
}

/** Gates of LBC and of EKS Auto Mode. */
const GATE = /^target-health\.(?:elbv2\.k8s\.aws|eks\.amazonaws\.com)\/(.+)$/

/** The names of the bindings through which an exposure is known. */
const bindingsOf = ({ because, controller }: Exposure): readonly string[] =>
  because.flatMap((reason) =>
    reason.flatMap((step) =>
      'object' in step && step.object.kind === kindOf('TargetGroupBinding', controller)
        ? [step.object.name]
        : [],
    ),
  )

/** `k8s-NAMESPACE-NAME-HASH`: the controller's own name of a target group, which changes with it. */
const MADE_BY_CONTROLLER = /^k8s-[a-z0-9]{1,8}-[a-z0-9]{1,8}-[0-9a-f]{10}$/

/** Where no binding is to be seen at all, one that somebody names may stand elsewhere. */
function remarkOn(name: string, bindings: ReadonlySet<string>): Remark {
  const isCertain = bindings.size > 0 || MADE_BY_CONTROLLER.test(name)
  return {
    severity: isCertain ? 'warning' : 'information',
    message: isCertain
      ? `no TargetGroupBinding ${name} sends to these pods: no controller sets its readiness gate, so no new pod becomes ready: remove the gate`
      : `TargetGroupBinding ${name} is not known here: if it does not exist, no new pod becomes ready: remove its readiness gate`,
  }
}
