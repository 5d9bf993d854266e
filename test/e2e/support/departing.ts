import { SERVER_IMAGE } from '../cluster/images.ts'
import { call, pathOf } from './api.ts'
import { kubectl, kubectlOk, storedAll } from './kubectl.ts'
import { entriesOf } from './shop.ts'

/** Workloads whose Pods leave in every way there is, and the ways. */

export interface Leaver {
  readonly name: string
  readonly replicas?: number
  /** Further labels of the template. */
  readonly labels?: Readonly<Record<string, string>>
  /** Annotations of the template. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Seconds; absent: not stated. */
  readonly grace?: number
  readonly env?: Readonly<Record<string, string>>
  /** Of the container: its hook, its limits. */
  readonly container?: Readonly<Record<string, unknown>>
  readonly pod?: Readonly<Record<string, unknown>>
}

/** On which the server answers. */
export const PORT = 8080

export const leaver = ({
  name,
  replicas = 2,
  labels,
  annotations = {},
  grace,
  env,
  container,
  pod,
}: Leaver) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, ...labels }, annotations },
      spec: {
        automountServiceAccountToken: false,
        ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
        ...pod,
        containers: [
          {
            name: 'app',
            image: SERVER_IMAGE,
            imagePullPolicy: 'IfNotPresent',
            env: entriesOf({ NAME: 'app', PORT: String(PORT), ...env }),
            ...container,
          },
        ],
      },
    },
  },
})

export interface PodName {
  readonly namespace: string
  readonly pod: string
}

interface Leaving {
  readonly metadata: { readonly deletionTimestamp?: string }
}

/** One of them, whichever, but of those of a try before, which leave. */
export async function onePodOf(namespace: string, app: string): Promise<PodName> {
  const pods = await storedAll<Leaving>(['pods', '-n', namespace, '-l', `app=${app}`])
  const first = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (first === undefined) throw new Error(`${app} has no Pod`)
  return { namespace, pod: first.metadata.name }
}

/** `kubectl delete pod`, with what people add to it. */
export const deletePod = ({ namespace, pod }: PodName, ...options: readonly string[]) =>
  kubectlOk(['delete', 'pod', pod, '-n', namespace, '--wait=false', ...options])

/** As a drain does it (kubectl drain, Karpenter, the cluster autoscaler). @param grace seconds; absent: that of the Pod. */
export async function evict({ namespace, pod }: PodName, grace?: number): Promise<void> {
  const { status, body } = await call({
    method: 'POST',
    path: `${pathOf({ apiVersion: 'v1', plural: 'pods' }, namespace, pod)}/eviction`,
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod, namespace },
      ...(grace === undefined ? {} : { deleteOptions: { gracePeriodSeconds: grace } }),
    },
  })
  if (status !== 201) throw new Error(`eviction of ${pod}: ${status} ${JSON.stringify(body)}`)
}

/** Asks the program in a Pod for something that ends it: no answer comes. */
export const ask = ({ namespace, pod }: PodName, path: 'allocate' | 'exit') =>
  kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}:${PORT}/proxy/${path}`])

export const rolledOut = (namespace: string, name: string) =>
  kubectlOk(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=300s'])
