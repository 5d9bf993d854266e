/** What the rest of the program has to know of a kind of workload. A further kind is a further entry: the compiler lists it. */
export interface WorkloadTraits {
  /** Its API group. */
  readonly group: string
  /** Its pod template stands at `spec.template`, so that it is read; a CronJob's stands in the template of its Jobs. */
  readonly isRead: boolean
  /** The template is ours to write. A custom resource's is not: a changed one hurts GitOps comparison and quick rollback. */
  readonly isWritten: boolean
  /** Its Pods end by themselves, so that no hook ever runs. */
  readonly endsByItself: boolean
  /** The setting without which it is left alone. */
  readonly only?: 'daemonSets'
  /**
   * It can be a newborn that is rolled out once. Of a Rollout and a DaemonSet nothing tells which of its Pods are older
   * than their exposure but the Pods, and those are the report's; so the right to read one is not asked for.
   */
  readonly isAdoptable: boolean
  /**
   * How a change of its template replaces a Pod: `in-place`, the old one gone first; `unknown`: not by one rule, or
   * not by Kubernetes.
   */
  readonly replaces: 'by-strategy' | 'in-place' | 'unknown'
  /** `spec.paused` holds its rollouts. */
  readonly isPausable: boolean
  /** What a person restarts it with; `pods`: its Pods are deleted one by one. */
  readonly restart: 'kubectl' | 'argo-rollouts' | 'pods'
  /** The label in which its controller writes the hash that ends the name of a ReplicaSet it made. */
  readonly hashLabel?: string
  /** Its Pods are called `<name>-<ordinal>`, and bear the name as a label. */
  readonly hasOrdinals: boolean
  /** The value of the label `kind` in metrics; of several kinds that seldom come one for all. */
  readonly metric: string
}

/** The kinds that own Pods. */
export type WorkloadKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'Rollout'
  | 'Job'
  | 'CronJob'

/** What every other kind counts as. */
export const OTHER_METRIC = 'other'

const APPS = {
  group: 'apps',
  isRead: true,
  isWritten: true,
  endsByItself: false,
  isAdoptable: false,
  replaces: 'unknown',
  isPausable: false,
  restart: 'kubectl',
  hasOrdinals: false,
} as const

const FINITE = {
  group: 'batch',
  isWritten: false,
  endsByItself: true,
  isAdoptable: false,
  replaces: 'unknown',
  isPausable: false,
  restart: 'pods',
  hasOrdinals: false,
  metric: OTHER_METRIC,
} as const

/** Everything that depends on the kind of a workload, and can be said without reading one. */
export const WORKLOAD_KINDS: Readonly<Record<WorkloadKind, WorkloadTraits>> = {
  Deployment: {
    ...APPS,
    isAdoptable: true,
    replaces: 'by-strategy',
    isPausable: true,
    hashLabel: 'pod-template-hash',
    metric: 'Deployment',
  },
  StatefulSet: {
    ...APPS,
    isAdoptable: true,
    replaces: 'in-place',
    hasOrdinals: true,
    metric: 'StatefulSet',
  },
  DaemonSet: { ...APPS, only: 'daemonSets', metric: 'DaemonSet' },
  ReplicaSet: { ...APPS, restart: 'pods', metric: 'ReplicaSet' },
  Rollout: {
    ...APPS,
    group: 'argoproj.io',
    isWritten: false,
    restart: 'argo-rollouts',
    hashLabel: 'rollouts-pod-template-hash',
    metric: 'Rollout',
  },
  Job: { ...FINITE, isRead: true },
  CronJob: { ...FINITE, isRead: false },
}

/** Objects have inherited properties, and a kind may be called `constructor`. */
const isKind = (kind: string): kind is WorkloadKind => Object.hasOwn(WORKLOAD_KINDS, kind)

export const workloadKindOf = (kind: string): WorkloadKind | undefined => (isKind(kind) ? kind : undefined)

/** Of a kind by its name alone, as owners of Pods are known; undefined for any other kind. */
export const traitsOf = (kind: string): WorkloadTraits | undefined =>
  isKind(kind) ? WORKLOAD_KINDS[kind] : undefined

/** Whether objects of this kind and group are workloads that are read. */
export function isWorkloadKind(group: string, kind: string): boolean {
  const traits = traitsOf(kind)
  return traits?.isRead === true && traits.group === group
}

/** Labels with the hashes of pod templates, with the kinds whose controllers write them. */
export const HASH_LABELS: readonly (readonly [label: string, kind: string])[] = Object.entries(
  WORKLOAD_KINDS,
).flatMap(([kind, { hashLabel }]) => (hashLabel === undefined ? [] : [[hashLabel, kind] as const]))
