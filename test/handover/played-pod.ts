/** A Pod of the played cluster. Times are milliseconds of its clock. */
export interface PlayedPod {
  readonly name: string
  readonly uid: string
  version: string
  labels: Record<string, string>
  annotations: Record<string, string>
  owner: string | undefined
  readonly created: number
  readonly hooked: boolean
  readonly gated: boolean
  ready: boolean
  /** It never becomes ready. */
  broken?: boolean
  deleted?: number
  ended?: number
  /** Since when the load balancer sends to it. */
  sentSince?: number
  /** When its Services last stopped selecting it. */
  left?: number
}

/** As the API server has it. */
export function toWire(
  pod: PlayedPod,
  sets: readonly { readonly uid: string; readonly name: string }[],
): unknown {
  const owner = sets.find(({ uid }) => uid === pod.owner)
  const stamp = (ms: number): string =>
    new Date(Date.UTC(2026, 10, 29) + ms).toISOString().replace(/\.\d+/, '')
  const hook = pod.hooked ? { lifecycle: { preStop: { sleep: { seconds: 20 } } } } : {}
  return {
    metadata: {
      name: pod.name,
      namespace: 'shop',
      uid: pod.uid,
      resourceVersion: pod.version,
      labels: pod.labels,
      annotations: pod.annotations,
      creationTimestamp: stamp(pod.created),
      ...(pod.deleted === undefined ? {} : { deletionTimestamp: stamp(pod.deleted) }),
      ...(owner && { ownerReferences: [{ kind: 'ReplicaSet', ...owner, controller: true }] }),
    },
    spec: {
      containers: [{ name: 'app', ...hook }],
      ...(pod.gated ? { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/k8s-web' }] } : {}),
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: pod.ready ? 'True' : 'False' }] },
  }
}
