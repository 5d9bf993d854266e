/** Pods of the Deployment `web` in namespace `shop`, as the API server has them. */

export const START = Date.parse('2026-11-20T10:00:00Z')
/** @param second after the start. */
export const timeAt = (second: number): string => new Date(START + second * 1000).toISOString()

export const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'

export interface PodState {
  readonly namespace?: string
  /** Of its ReplicaSet. */
  readonly hash?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly owner?: object
  readonly spec?: object
  /** When its delete came and what grace it gave, in seconds. */
  readonly deleted?: { readonly second: number; readonly grace: number }
  /** When its container ended, in seconds, and how. */
  readonly ended?: { readonly second: number; readonly exitCode: number; readonly reason?: string }
  readonly conditions?: readonly object[]
  readonly phase?: string
}

/** It was created at 0, its container was ready at 10, its gate and the Pod at 30. */
export function podOf(name: string, state: PodState = {}) {
  const { namespace = 'shop', hash = '6d4b', deleted, ended } = state
  const metadata = {
    name,
    namespace,
    uid: `uid-of-${name}`,
    creationTimestamp: timeAt(0),
    labels: state.labels ?? { app: 'web', 'pod-template-hash': hash },
    ...(state.annotations === undefined ? {} : { annotations: state.annotations }),
    ownerReferences: [
      state.owner ?? { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}`, controller: true },
    ],
    ...(deleted === undefined
      ? {}
      : {
          deletionTimestamp: timeAt(deleted.second + deleted.grace),
          deletionGracePeriodSeconds: deleted.grace,
        }),
  }
  const end =
    ended === undefined
      ? { running: { startedAt: timeAt(2) } }
      : {
          terminated: {
            startedAt: timeAt(2),
            finishedAt: timeAt(ended.second),
            exitCode: ended.exitCode,
            reason: ended.reason ?? (ended.exitCode === 0 ? 'Completed' : 'Error'),
          },
        }
  return {
    metadata,
    spec: {
      nodeName: 'ip-10-0-1-7.eu-west-1.compute.internal',
      terminationGracePeriodSeconds: 75,
      containers: [{ name: 'app', image: 'app:1', lifecycle: { preStop: { sleep: { seconds: 45 } } } }],
      readinessGates: [{ conditionType: GATE }],
      ...state.spec,
    },
    status: {
      phase: state.phase ?? 'Running',
      podIP: '10.0.1.23',
      startTime: timeAt(1),
      conditions: state.conditions ?? [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: timeAt(0) },
        { type: GATE, status: 'True', lastTransitionTime: timeAt(29) },
        { type: 'ContainersReady', status: 'True', lastTransitionTime: timeAt(10) },
        { type: 'Ready', status: 'True', lastTransitionTime: timeAt(30) },
      ],
      containerStatuses: [{ name: 'app', ready: ended === undefined, restartCount: 0, state: end }],
    },
  }
}
