import { exposed, type Place, podOf } from './large-cluster.ts'

/** Pods behind load balancers as a cluster has them a while after the installation: of about 8 kB, with hook and gate. */

export const NAMESPACES = 200
export const PODS = 10_000
const GATE = 'target-health.elbv2.k8s.aws/k8s-team-app-0123456789'

interface Metadata {
  readonly [key: string]: unknown
}

interface Pod {
  readonly metadata: Metadata
  readonly spec: { readonly containers: readonly object[]; readonly [key: string]: unknown }
  readonly status: object
}

/** What stands behind each of 1,500 exposures: six or seven Pods each, 10,000 in all. */
export const followedPods = (): Generator<unknown> => podsBehind(exposed(NAMESPACES), PODS)

/** As many Pods, spread over these places. One at a time. */
export function* podsBehind(places: readonly Place[], pods: number): Generator<unknown> {
  for (let index = 0; index < pods; index++) {
    const place = places[index % places.length]
    if (place !== undefined) yield standing(place, index)
  }
}

/** Of the Pods, those that leave first. */
export const placeOf = (index: number): Place => {
  const places = exposed(NAMESPACES)
  return places[index % places.length] ?? { namespace: '', number: 0 }
}

const timeOf = (second: number): string => new Date(Date.now() + second * 1000).toISOString()

const condition = (type: string, status: string, second: number) => ({
  ...{ type, status, lastProbeTime: null, lastTransitionTime: timeOf(second) },
})

/** Ready for a minute. */
const standing = (place: Place, index: number): Pod => pod(place, index, readyStatus(-60))

function pod(place: Place, index: number, status: object): Pod {
  const made = podOf(place, index.toString(36).padStart(5, '0')) as Pod
  const containers = made.spec.containers.map((container) => ({
    ...container,
    lifecycle: { preStop: { sleep: { seconds: 45 } } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  }))
  const volumes = ['token', 'config', 'tls', 'cache'].map((name) => ({
    name,
    projected: {
      defaultMode: 420,
      sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }],
    },
  }))
  const tolerations = ['not-ready', 'unreachable'].map((key) => ({
    ...{ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  }))
  const { uid: _, ...metadata } = made.metadata
  return {
    ...made,
    metadata: {
      ...metadata,
      uid: `8f3c9c0e-6f0b-4a53-9d3e-${index.toString(16).padStart(12, '0')}`,
      annotations: {
        ...(metadata['annotations'] as object),
        'slackwater.dev/injected': '{"grace":{"before":30,"after":75},"sleep":{"app":45,"envoy":45}}',
        'checksum/config': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
      managedFields: [...(metadata['managedFields'] as readonly unknown[]), kubeletsFields(status)],
    },
    spec: {
      ...made.spec,
      containers,
      volumes,
      tolerations,
      terminationGracePeriodSeconds: 75,
      readinessGates: [{ conditionType: GATE }],
      serviceAccountName: 'default',
      schedulerName: 'default-scheduler',
    },
    status,
  }
}

/** Who wrote the status: a third of a Pod is such lists. */
const kubeletsFields = (status: object) => ({
  ...{ manager: 'kubelet', operation: 'Update', apiVersion: 'v1', subresource: 'status' },
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:status': Object.fromEntries(Object.keys(status).map((key) => [`f:${key}`, { '.': {} }])) },
})

const statusOf = (conditions: readonly object[], state: object) => ({
  phase: 'Running',
  hostIP: '10.0.12.34',
  podIP: '10.0.12.77',
  podIPs: [{ ip: '10.0.12.77' }],
  qosClass: 'Burstable',
  startTime: timeOf(-3600),
  conditions,
  containerStatuses: ['app', 'envoy'].map((name) => ({
    name,
    image: `registry.example.com/shop/${name}:1.27.3`,
    imageID:
      'registry.example.com/shop/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    containerID: 'containerd://2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    ready: 'running' in state,
    started: 'running' in state,
    restartCount: 0,
    state,
    lastState: {},
  })),
})

const RUNNING = { running: { startedAt: timeOf(-3600) } }

function readyStatus(since: number): object {
  const all = ['PodReadyToStartContainers', 'Initialized', 'ContainersReady', GATE, 'Ready', 'PodScheduled']
  return statusOf(
    all.map((type) => condition(type, 'True', since)),
    RUNNING,
  )
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: unknown
}

/**
 * Everything that a watch hears of one Pod that leaves, and of the one that comes for it: scheduled, started, its gate,
 * ready; the deletion, unready, both containers ended, gone.
 */
export function departureOf(index: number): readonly WatchEvent[] {
  const place = placeOf(index)
  const changed = (object: unknown): WatchEvent => ({ type: 'MODIFIED', object })
  const next = (status: object) => pod(place, PODS + index, status)
  const waiting = { waiting: { reason: 'ContainerCreating' } }
  const unready = [condition('PodScheduled', 'True', 0), condition('Ready', 'False', 0)]
  const started = [...unready, condition('ContainersReady', 'True', 0)]
  const leaving = (status: object): Pod => {
    const made = pod(place, index, status)
    const deletion = { deletionTimestamp: timeOf(30), deletionGracePeriodSeconds: 75 }
    return { ...made, metadata: { ...made.metadata, ...deletion } }
  }
  const ended = (exitCode: number) => ({
    terminated: { exitCode, reason: 'Completed', startedAt: timeOf(-3600), finishedAt: timeOf(0) },
  })
  const last = leaving(statusOf(unready, ended(0)))
  return [
    { type: 'ADDED', object: next({ phase: 'Pending', qosClass: 'Burstable' }) },
    changed(next(statusOf(unready, waiting))),
    changed(next(statusOf(unready, RUNNING))),
    changed(next(statusOf(started, RUNNING))),
    changed(next(statusOf([...started, condition(GATE, 'True', 0)], RUNNING))),
    changed(next(readyStatus(0))),
    changed(leaving(readyStatus(-60))),
    changed(leaving(statusOf(unready, RUNNING))),
    changed(last),
    { type: 'DELETED', object: last },
  ]
}
