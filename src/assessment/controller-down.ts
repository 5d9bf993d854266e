import type { Decision } from '../core/decision/decide.ts'
import type { LbcFacts } from '../core/decision/lbc-facts.ts'
import { lbcFacts } from '../core/gates/lbc-outlook.ts'
import { type InventoryView, isInDoubt } from '../core/inventory/inventory.ts'
import { mostReplicas } from '../core/model/replicas.ts'

/** The load balancer controller is down while a workload with ip targets of its is rolled out. */
interface ControllerDown extends Pick<LbcFacts, 'gates'> {
  /** `Deployment kube-system/aws-load-balancer-controller` */
  readonly controller: string
}

/**
 * Undefined: it is not down, or not known to be; or this object starts no Pods behind it, or none that Slackwater looks
 * after.
 */
export function controllerDown(decision: Decision, inventory: InventoryView): ControllerDown | undefined {
  const { subject, exposures } = decision
  if (!startsPods(decision) || isInDoubt(inventory)) return undefined
  const { ref, template } = subject
  const namespace = inventory.namespace(ref.namespace) ?? { name: ref.namespace, labels: {} }
  const { down, gates } = lbcFacts({ exposures, namespace, labels: template.labels }, inventory.lbc?.())
  return down === undefined ? undefined : { controller: down, gates }
}

const LEFT_ALONE: readonly Decision['verdict'][] = ['opted-out', 'out-of-scope', 'restore', 'unchanged']

const startsPods = ({ subject: { what, owner, workload }, verdict }: Decision): boolean =>
  what === 'workload' &&
  owner === undefined &&
  !LEFT_ALONE.includes(verdict) &&
  (workload === undefined || mostReplicas(workload) !== 0)
