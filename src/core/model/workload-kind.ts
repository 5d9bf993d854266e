/** What the program needs to know about a kind of workload. For a new kind, the compiler asks for an entry below. */
export interface WorkloadTraits {
  /** Its API group. */
  readonly group: string
  /** It was in the group `extensions` until Kubernetes 1.16, and is in some files still. */
  readonly wasExtension?: true
  /** The API server asks the webhook only about its Pods, and nothing follows it: it is known from files. */
  readonly isOnlyInFiles?: true
  /** Its pod template is at `spec.template`, so it is read; a CronJob's is in the template of its Jobs. */
  readonly isRead: boolean
  /**
   * Slackwater writes the template. A custom resource's is not written: that would hurt GitOps comparison and quick
   * rollback.
   */
  readonly isWritten: boolean
  /** Its Pods end on their own, so no hook ever runs. */
  readonly endsByItself: boolean
  /** The setting that must be on for Slackwater to change it. */
  readonly only?: 'daemonSets'
  /**
   * A newborn workload of this kind can be rolled out once. For a Rollout and a DaemonSet, only the Pods show which of
   * them are older than their exposure, and only the report reads Pods; so Slackwater does not ask for permission to
   * read one.
   */
  readonly isAdoptable: boolean
  /**
   * How a change of its template replaces a Pod. `in-place`: the old one is removed first; `unknown`: there is no
   * single rule, or Kubernetes does not do it.
   */
  readonly replaces: 'by-strategy' | 'in-place' | 'unknown'
  /** `spec.paused` stops its rollouts. */
  readonly isPausable: boolean
  /** What a user restarts it with; `pods`: by deleting its Pods one by one. */
  readonly restart: 'kubectl' | 'argo-rollouts' | 'pods'
  /**
   * `slackwater handover` can replace its Pods: a ReplicaSet creates them. It lets a Pod go that has lost a label, and
   * creates another one at once, while the old one goes on serving.
   */
  readonly isHandedOver: boolean
  /** The label with the hash at the end of the name of a ReplicaSet that its controller created. */
  readonly hashLabel?: string
  /** Its Pods are named `<name>-<ordinal>`, and have the name as a label. */
  readonly hasOrdinals: boolean
  /** The value of the label `kind` in metrics; rare kinds share one value. */
  readonly metric: string
}

/** The kinds that own Pods. */
export type WorkloadKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'Rollout'
  | 'Job'
  | 'CronJob'

/** The value for all other kinds. */
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
  isHandedOver: false,
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
  isHandedOver: false,
  hasOrdinals: false,
  metric: OTHER_METRIC,
} as const

/** Everything that depends only on the kind of a workload. */
export const WORKLOAD_KINDS: Readonly<Record<WorkloadKind, WorkloadTraits>> = {
  Deployment: {
    ...APPS,
    wasExtension: true,
    isAdoptable: true,
    replaces: 'by-strategy',
    isPausable: true,
    isHandedOver: true,
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
  DaemonSet: { ...APPS, wasExtension: true, only: 'daemonSets', metric: 'DaemonSet' },
  ReplicaSet: { ...APPS, wasExtension: true, restart: 'pods', isHandedOver: true, metric: 'ReplicaSet' },
  ReplicationController: {
    ...APPS,
    group: '',
    isOnlyInFiles: true,
    isWritten: false,
    restart: 'pods',
    metric: OTHER_METRIC,
  },
  Rollout: {
    ...APPS,
    group: 'argoproj.io',
    isWritten: false,
    restart: 'argo-rollouts',
    isHandedOver: true,
    hashLabel: 'rollouts-pod-template-hash',
    metric: 'Rollout',
  },
  Job: { ...FINITE, isRead: true },
  CronJob: { ...FINITE, isRead: false },
}

/** `hasOwn`, because objects have inherited properties and a kind may be called `constructor`. */
const isKind = (kind: string): kind is WorkloadKind => Object.hasOwn(WORKLOAD_KINDS, kind)

export const workloadKindOf = (kind: string): WorkloadKind | undefined => (isKind(kind) ? kind : undefined)

/** The traits of a kind by its name alone, as in owner references; undefined for any other kind. */
export const traitsOf = (kind: string): WorkloadTraits | undefined =>
  isKind(kind) ? WORKLOAD_KINDS[kind] : undefined

/** Whether an API server serves objects of this kind and group as workloads that are read. */
export function isWorkloadKind(group: string, kind: string): boolean {
  const traits = traitsOf(kind)
  return traits?.isRead === true && traits.isOnlyInFiles !== true && traits.group === group
}

/** Whether files may have such workloads: of removed API versions, too, and of kinds that only files show. */
export function isWorkloadInFile(group: string, kind: string): boolean {
  const traits = traitsOf(kind)
  if (traits?.isRead !== true) return false
  return traits.group === group || (traits.wasExtension === true && group === 'extensions')
}

/** Labels with pod template hashes, each with the kind whose controller sets it. */
export const HASH_LABELS: readonly (readonly [label: string, kind: string])[] = Object.entries(
  WORKLOAD_KINDS,
).flatMap(([kind, { hashLabel }]) => (hashLabel === undefined ? [] : [[hashLabel, kind] as const]))
