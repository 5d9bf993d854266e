import { selectsObject } from '../core/discovery/objects/label-selector.ts'
import { skipsGates } from '../core/gates/lbc-outlook.ts'
import { withoutLabels } from '../core/handover/leave-labels.ts'
import { refText } from '../core/model/object-ref.ts'
import { at, itemsOf, property, root } from '../kubernetes/json.ts'
import { rolloutProgress } from '../kubernetes/rollout-progress.ts'
import { toWorkload } from '../kubernetes/workload.ts'
import type { Handed } from './handed.ts'
import type { NamespaceReading } from './read-namespace.ts'
import type { Objection } from './refusals.ts'
import { rightText } from './rights.ts'

/** What speaks against a handover before its labels are looked at: the first objection, or none. */
export function objectionToState(handed: Handed, reading: NamespaceReading): Objection | undefined {
  for (const check of CHECKS) {
    const objection = check(handed, reading)
    if (objection !== undefined) return objection
  }
  return undefined
}

type Check = (handed: Handed, reading: NamespaceReading) => Objection | undefined

/** The more lasting reasons first: whoever removes one should not meet the next. */
const CHECKS: readonly Check[] = [
  deleted,
  optedOut,
  recreated,
  boundToPorts,
  nobodyDeregisters,
  localPolicy,
  inRollout,
  brokenBudgets,
  withoutRights,
]

function deleted({ workload }: Handed): Objection | undefined {
  if (!workload.isDeleting) return undefined
  return {
    id: 'being-deleted',
    reason: 'it is being deleted',
    alternative: 'nothing has to be done: its Pods go with it',
  }
}

function optedOut({ pods, workload: { ref } }: Handed): Objection | undefined {
  const mode = pods.map(({ decision }) => decision.mode).find((one) => one.mode === 'off')
  if (mode === undefined) return undefined
  const { source } = mode
  const where = source.kind === 'label' ? `on ${refText(source.object)}` : 'for the installation'
  return {
    id: 'mode-off',
    reason: `mode off is set ${where}, so a replacement would get no hook`,
    alternative: `set mode enforce, then run it again: slackwater explain ${ref.kind.toLowerCase()}/${ref.name} -n ${ref.namespace} shows where the mode comes from`,
  }
}

function recreated({ workload }: Handed): Objection | undefined {
  if (toWorkload(workload.raw).replacement.kind !== 'recreate') return undefined
  return {
    id: 'recreate',
    reason: 'its strategy is Recreate: no two of its Pods may run at the same time',
    alternative: 'if two may, set strategy RollingUpdate; otherwise roll it out at a quiet time',
  }
}

/** Of the template that the replacement is made from. */
const specOf = ({ replicaSets }: Handed): unknown => property(replicaSets[0]?.template, 'spec')

function boundToPorts(handed: Handed): Objection | undefined {
  const spec = specOf(handed)
  const containers = [property(spec, 'containers'), property(spec, 'initContainers')].flatMap((list) =>
    Array.isArray(list) ? list : [],
  )
  const ports = containers.flatMap((one): unknown[] => {
    const own = property(one, 'ports')
    return Array.isArray(own) ? own : []
  })
  const port = ports.map((one) => property(one, 'hostPort')).find((one) => typeof one === 'number' && one > 0)
  const what =
    property(spec, 'hostNetwork') === true
      ? 'hostNetwork'
      : port === undefined
        ? undefined
        : `hostPort ${port}`
  if (what === undefined) return undefined
  return {
    id: 'host-port',
    reason: `its Pods use ${what}: no second one can listen on the same node while the first one leaves`,
    alternative: 'roll it out at a quiet time',
  }
}

/** Names of the claims that the template mounts. */
export const claimsOf = (handed: Handed): readonly string[] => {
  const volumes = property(specOf(handed), 'volumes')
  return (Array.isArray(volumes) ? volumes : []).flatMap((volume) => {
    const name = property(property(volume, 'persistentVolumeClaim'), 'claimName')
    return typeof name === 'string' ? [name] : []
  })
}

/** @param claim a PersistentVolumeClaim, as JSON. */
export function objectionToClaim(claim: unknown): Objection | undefined {
  const node = root(claim)
  const modes = itemsOf(at(node, 'spec', 'accessModes')).map(({ value }) => value)
  if (!modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')) return undefined
  return {
    id: 'one-node-volume',
    reason: `its volume ${at(node, 'metadata', 'name').value} is ${modes.join(', ')}: a second Pod may not start while the first one has it`,
    alternative: 'roll it out at a quiet time, or use a volume that several nodes can mount',
  }
}

function nobodyDeregisters({ exposures }: Handed, { knowledge }: NamespaceReading): Objection | undefined {
  const state = knowledge.inventory.lbc?.()
  const { deployment } = state ?? {}
  const isNeeded = exposures.some(
    ({ controller, targetType }) => controller === 'lbc' && targetType.value === 'ip',
  )
  if (!isNeeded || deployment?.ready !== 0) return undefined
  const gates = skipsGates(state) ? ', and new Pods get no readiness gate' : ''
  const { namespace, name } = deployment.ref
  return {
    id: 'controller-down',
    reason: `${refText(deployment.ref)} has no ready replica: no target is registered or deregistered${gates}`,
    alternative: `wait until it is ready: kubectl rollout status deployment/${name} -n ${namespace}`,
  }
}

/**
 * A terminating Pod still serves a node that has no other one (kube-proxy, ProxyTerminatingEndpoints); one that has left
 * its Service does not, and the node drops requests until the load balancer has noticed.
 */
function localPolicy({ exposures }: Handed): Objection | undefined {
  const local = exposures.find(
    ({ targetType, externalTrafficPolicy }) =>
      targetType.value === 'instance' && externalTrafficPolicy === 'Local',
  )
  if (local === undefined) return undefined
  return {
    id: 'local-policy',
    reason: `${refText(local.service)} has instance targets and externalTrafficPolicy Local: a node whose last Pod leaves the Service drops requests until the load balancer has noticed`,
    alternative: `use ip targets, or set externalTrafficPolicy: Cluster on ${refText(local.service)} while it is handed over`,
  }
}

/** Replacements come from one ReplicaSet. What an earlier call has begun looks like a rollout, and must be finished. */
function inRollout({ workload, replicaSets, begun }: Handed): Objection | undefined {
  const { kind, namespace, name } = workload.ref
  const progress = rolloutProgress(workload.raw)
  const several = replicaSets.length > 1 ? `its Pods belong to ${replicaSets.length} ReplicaSets` : undefined
  const unfinished =
    begun.length > 0 || progress.state === 'done' || progress.state === 'by-itself-never'
      ? undefined
      : progress.why
  const why = several ?? unfinished
  if (why === undefined) return undefined
  const status =
    kind === 'Rollout'
      ? `kubectl argo rollouts status ${name} -n ${namespace}`
      : `kubectl rollout status ${kind.toLowerCase()}/${name} -n ${namespace}`
  return {
    id: 'rollout-in-progress',
    reason: `it is being rolled out, or not all of its Pods are available: ${why}`,
    alternative: `wait until that is over: ${status}`,
  }
}

/**
 * Nothing is evicted, and the other Pod comes first: a budget that allows no disruption is kept. One that is already
 * broken says that the Pods are not well.
 */
function brokenBudgets(handed: Handed, { disruptionBudgets }: NamespaceReading): Objection | undefined {
  if (handed.begun.length > 0) return undefined
  const broken = disruptionBudgets.find(
    ({ pods, current, desired }) =>
      current !== undefined &&
      desired !== undefined &&
      current < desired &&
      handed.pods.some(({ pod }) => selectsObject(pods, pod.labels)),
  )
  if (broken === undefined) return undefined
  return {
    id: 'broken-disruption-budget',
    reason: `PodDisruptionBudget ${broken.name} wants ${broken.desired} healthy Pods, and ${broken.current} are`,
    alternative: `find out why, or lower the budget: kubectl describe pdb ${broken.name} -n ${handed.workload.ref.namespace}`,
  }
}

function withoutRights(handed: Handed, reading: NamespaceReading): Objection | undefined {
  const budgets = budgetsOf(handed, reading)
  const denied = reading.denied.filter(({ group }) => group === '' || budgets.length > 0)
  if (denied.length === 0) return undefined
  return {
    id: 'rights-missing',
    reason: `you may not ${denied.map(rightText).join(', ')} in namespace ${reading.namespace}`,
    alternative: 'ask for these rights: docs/handover.md has a ClusterRole',
  }
}

/** The PodDisruptionBudgets that select its Pods. */
export const budgetsOf = (
  { pods }: Pick<Handed, 'pods'>,
  { disruptionBudgets }: NamespaceReading,
): readonly string[] =>
  disruptionBudgets
    .filter(({ pods: selector }) => pods.some(({ pod }) => selectsObject(selector, pod.labels)))
    .map(({ name }) => name)

/** Without its hash label, a Pod belongs to nobody: a ReplicaSet that selects it would adopt it. */
export function objectionToAdoption(
  { pods, replicaSets }: Handed,
  reading: NamespaceReading,
  releaseLabel: string,
): Objection | undefined {
  const own = new Set(replicaSets.map(({ uid }) => uid))
  const adopter = reading.replicaSets.find(
    ({ uid, selector }) =>
      !own.has(uid) &&
      pods.some(({ pod }) => selectsObject(selector, withoutLabels(pod.labels, [releaseLabel]))),
  )
  if (adopter === undefined) return undefined
  return {
    id: 'would-be-adopted',
    reason: `ReplicaSet ${adopter.name} selects its Pods without their label ${releaseLabel}, and would adopt them`,
    alternative: 'give the two workloads selectors that do not overlap',
  }
}
