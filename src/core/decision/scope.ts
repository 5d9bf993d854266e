import type { Settings } from '../model/settings.ts'
import type { Subject } from './subject.ts'

/** Kubernetes' own namespaces: node agents live there, and node leases must never wait for a webhook. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-node-lease']

/** Workloads whose templates can carry our work; DaemonSets when asked for. */
const TEMPLATE_KINDS = ['Deployment', 'StatefulSet', 'ReplicaSet']

/** Owners whose Pods end by themselves, so that no hook ever runs. */
const FINITE_OWNERS = ['Job', 'CronJob']

/** The namespaces in which nothing new is written, labels included. */
export const excludedNamespaces = ({
  ownNamespace,
  excludedNamespaces: further,
}: Settings): readonly string[] => [...SYSTEM_NAMESPACES, ownNamespace, ...further]

/**
 * Why an object is not ours to change; undefined where it is. Repair and restoring do not ask here: they
 * concern what already carries our record.
 */
export function outOfScope(subject: Subject, settings: Settings): string | undefined {
  const { namespace } = subject.ref
  if (excludedNamespaces(settings).includes(namespace)) return `namespace ${namespace} is excluded`
  return subject.what === 'pod' ? podOutOfScope(subject, settings) : workloadOutOfScope(subject, settings)
}

function podOutOfScope({ mirror, owner }: Subject, settings: Settings): string | undefined {
  if (mirror) return 'a mirror Pod belongs to its kubelet'
  if (owner === undefined) return undefined
  if (FINITE_OWNERS.includes(owner.kind)) return `Pods of a ${owner.kind} end on their own`
  if (owner.kind === 'DaemonSet' && !settings.daemonSets)
    return 'Pods of DaemonSets are not changed (daemonSets: false)'
  return undefined
}

/** Why a workload that stands in no excluded namespace is not ours to change; undefined where it is. */
export function workloadOutOfScope(
  { ref, owner }: Pick<Subject, 'ref' | 'owner'>,
  settings: Pick<Settings, 'daemonSets'>,
): string | undefined {
  if (owner !== undefined)
    return `${owner.kind} ${owner.name} controls it: change ${owner.kind} ${owner.name}`
  if (TEMPLATE_KINDS.includes(ref.kind)) return undefined
  if (ref.kind === 'DaemonSet')
    return settings.daemonSets ? undefined : 'DaemonSets are not changed (daemonSets: false)'
  if (FINITE_OWNERS.includes(ref.kind)) return `a ${ref.kind} ends on its own`
  return undefined
}
