import type { LeftAlone } from '../findings/rule.ts'
import type { Settings } from '../model/settings.ts'
import { traitsOf, type WorkloadTraits } from '../model/workload-kind.ts'
import { leftOut } from './selected.ts'
import type { Subject } from './subject.ts'

/** Kubernetes' own namespaces: node agents live there, and node leases must never wait for a webhook. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-node-lease']

/** The namespaces in which nothing new is written, labels included. */
export const excludedNamespaces = ({
  ownNamespace,
  excludedNamespaces: further,
}: Settings): readonly string[] => [...SYSTEM_NAMESPACES, ownNamespace, ...further]

const isExcluded = (namespace: string, { ownNamespace, excludedNamespaces: further }: Settings): boolean =>
  SYSTEM_NAMESPACES.includes(namespace) || namespace === ownNamespace || further.includes(namespace)

/**
 * Why an object is out of scope; undefined if it is in scope. Repair and restore skip this check: they concern objects
 * that already carry our record.
 */
export function outOfScope(subject: Subject, settings: Settings): string | undefined {
  const { namespace } = subject.ref
  if (isExcluded(namespace, settings)) return `namespace ${namespace} is excluded`
  const left = leftOut(subject, settings)
  if (left !== undefined) return left
  return subject.what === 'pod' ? podOutOfScope(subject, settings) : workloadOutOfScope(subject, settings)
}

function podOutOfScope({ mirror, owner, isHelmHook }: Subject, settings: Settings): string | undefined {
  if (mirror) return 'a mirror Pod belongs to its kubelet'
  if (owner === undefined) return isHelmHook === true ? 'a Pod of a Helm hook ends on its own' : undefined
  const { endsByItself = false, only } = traitsOf(owner.kind) ?? {}
  if (endsByItself) return `Pods of a ${owner.kind} end on their own`
  return leftAlone(`Pods of ${owner.kind}s`, only, settings)
}

/** Why a workload is out of scope, apart from its namespace; undefined if it is in scope. */
export function workloadOutOfScope(
  { ref, owner }: Pick<Subject, 'ref' | 'owner'>,
  settings: Pick<Settings, 'daemonSets'>,
): string | undefined {
  if (owner !== undefined)
    return `${owner.kind} ${owner.name} controls it: change ${owner.kind} ${owner.name}`
  const { endsByItself = false, only } = traitsOf(ref.kind) ?? {}
  return endsByItself ? `a ${ref.kind} ends on its own` : leftAlone(`${ref.kind}s`, only, settings)
}

/**
 * Its kind alone is why a workload is out of scope; undefined if something else is. One that another object controls
 * is judged by that object.
 */
export function kindLeftAlone(subject: Subject, settings: Settings): LeftAlone | undefined {
  const { ref, owner, what } = subject
  if (what === 'pod' || owner !== undefined || isExcluded(ref.namespace, settings)) return undefined
  if (leftOut(subject, settings) !== undefined) return undefined
  const { endsByItself = false, only } = traitsOf(ref.kind) ?? {}
  if (endsByItself) return { kind: ref.kind }
  return only === undefined || settings[only] ? undefined : { kind: ref.kind, setting: only }
}

const leftAlone = (
  what: string,
  only: WorkloadTraits['only'],
  settings: Pick<Settings, 'daemonSets'>,
): string | undefined =>
  only === undefined || settings[only] ? undefined : `${what} are not changed (${only}: false)`
