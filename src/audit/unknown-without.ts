import { resourceName } from '../cluster/resources.ts'
import { isRouting, KINDS, type Resource } from '../kubernetes/kinds.ts'

const ROUTING = 'which load balancers send to the workloads is not completely known'

const NOT_JUDGED = 'these workloads are not judged'
const REPLICAS = 'replicas are taken from the workloads alone'

/** What is unknown where a kind cannot be listed, a clause; kinds that decide on load balancers have one in common. */
const UNKNOWN: Readonly<Record<string, string>> = {
  Namespace: 'modes, annotations and readiness-gate labels of namespaces are unknown',
  Deployment: `${NOT_JUDGED}, and the settings of the load balancer controller are unknown`,
  StatefulSet: NOT_JUDGED,
  DaemonSet: NOT_JUDGED,
  ReplicaSet: NOT_JUDGED,
  Rollout: NOT_JUDGED,
  Pod: 'what running Pods lack is unknown',
  MutatingWebhookConfiguration: 'whether new Pods get a readiness gate is unknown',
  HorizontalPodAutoscaler: REPLICAS,
  ScaledObject: REPLICAS,
  PodDisruptionBudget: 'which drains it would block is unknown',
  NodePool: 'which Pods run on Spot capacity is unknown unless their template says so',
}

const BY_NAME = new Map(
  KINDS.map((kind) => [resourceName(kind), isRouting(kind.group, kind.kind) ? ROUTING : UNKNOWN[kind.kind]]),
)

/** Kinds of which those in other namespaces decide nothing for a workload. */
const OWN_NAMESPACE: readonly string[] = [
  ...['Namespace', 'Service', 'Ingress', 'TargetGroupBinding', 'TargetGroupConfiguration'],
  ...['StatefulSet', 'DaemonSet', 'Rollout'],
  ...['HorizontalPodAutoscaler', 'ScaledObject', 'PodDisruptionBudget'],
]

/** Whether those in the namespace of a workload are all that is needed to judge it. */
export const isEnoughInNamespace = ({ kind }: Resource): boolean => OWN_NAMESPACE.includes(kind)

/** @param part as kubectl names the resource. */
export const unknownWithout = (part: string): string | undefined => BY_NAME.get(part)

/** Without it, not all load balancers are known. */
export const decidesOnLoadBalancers = (part: string): boolean => unknownWithout(part) === ROUTING
