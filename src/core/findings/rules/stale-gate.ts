import { kindOf } from '../../model/aws-controllers.ts'
import type { Exposure } from '../../model/exposure.ts'
import { withoutGates } from '../gate-paste.ts'
import { pasteOf, type Remark, type Rule } from '../rule.ts'

/**
 * A gate `target-health.…/NAME` is set by the controller of the TargetGroupBinding NAME, for the Pods that it sends to,
 * and by nobody else (LBC pkg/targetgroupbinding/resource_manager.go). Its own webhook adds gates to Pods, never to a
 * template: one that stands there was written by hand. Where nobody sets it, no new pod becomes ready.
 */
export const staleGate: Rule = {
  id: 'stale-gate',
  check: (situation) => {
    const { exposures, template, isPod } = situation
    const bindings = new Set(exposures.flatMap(bindingsOf))
    const staleName = (gate: string): string | undefined => {
      const name = GATE.exec(gate)?.[1]
      return name === undefined || bindings.has(name) ? undefined : name
    }
    const [first] = template.readinessGates.flatMap((gate) => staleName(gate) ?? [])
    if (first === undefined || isPod === true) return []
    const paste = withoutGates(situation, (gate) => staleName(gate) !== undefined)
    return [remarkOn(first, bindings, paste)]
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
function remarkOn(name: string, bindings: ReadonlySet<string>, paste: string | undefined): Remark {
  const isCertain = bindings.size > 0 || MADE_BY_CONTROLLER.test(name)
  return {
    severity: isCertain ? 'warning' : 'information',
    brief: isCertain ? `no controller sets gate ${name}` : `gate ${name} has no known binding`,
    // Where the binding may exist elsewhere, only its owner knows.
    ...(isCertain ? pasteOf(paste) : {}),
    message: isCertain
      ? `no TargetGroupBinding ${name} sends to these pods: no controller sets its readiness gate, so no new pod becomes ready: remove the gate`
      : `TargetGroupBinding ${name} is not known here: if it does not exist, no new pod becomes ready: remove its readiness gate`,
  }
}
