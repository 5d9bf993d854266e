import { SERVER_IMAGE } from '../cluster/images.ts'
import { stored, storedAll } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

export interface Container {
  readonly name: string
  readonly image: string
  readonly imagePullPolicy?: string
  readonly lifecycle?: { readonly preStop?: Readonly<Record<string, unknown>> }
  readonly [key: string]: unknown
}

export interface Template {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number
    readonly containers: readonly Container[]
    readonly [key: string]: unknown
  }
}

export interface Deployment {
  readonly apiVersion: 'apps/v1'
  readonly kind: 'Deployment'
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly replicas: number
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly template: Template
  }
}

export const container = (name: string, more: Readonly<Record<string, unknown>> = {}): Container => ({
  name,
  image: SERVER_IMAGE,
  imagePullPolicy: 'Never',
  ...more,
})

export interface Shape {
  readonly name?: string
  readonly containers?: readonly Container[]
  readonly grace?: number
  /** Of the template. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** One replica, and Pods that ask nothing of the API server. */
export const deployment = ({
  name = 'web',
  containers = [container('app')],
  grace,
  annotations,
}: Shape = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        automountServiceAccountToken: false,
        ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
        containers,
      },
    },
  },
})

export const templateOf = (object: unknown): Template =>
  (object as { readonly spec: { readonly template: Template } }).spec.template

export const storedTemplate = async (namespace: string, name = 'web'): Promise<Template> =>
  templateOf(await stored(['deployment', name, '-n', namespace]))

/** The preStop of each container, by its name. */
export const hooksOf = ({ spec }: Pick<Template, 'spec'>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(spec.containers.map(({ name, lifecycle }) => [name, lifecycle?.preStop]))

export const sleep = (seconds: number) => ({ sleep: { seconds } })

interface Status {
  readonly status?: { readonly observedGeneration?: number }
}

/** Once the Deployment's controller has seen it as it stands. */
const observed = (namespace: string, name: string): Promise<unknown> =>
  waitFor(async () => {
    const object = await stored(['deployment', name, '-n', namespace])
    const { status } = object as Status
    return (status?.observedGeneration ?? 0) >= object.metadata.generation ? object : undefined
  })

/** How many templates the Deployment's Pods have been made from: one more for each rollout. */
export async function replicaSets(namespace: string, name = 'web'): Promise<number> {
  await observed(namespace, name)
  return (await storedAll(['replicasets', '-n', namespace, '-l', `app=${name}`])).length
}

/** A Pod that was made from the Deployment's template as it stands. */
export async function newestPod(namespace: string, name = 'web'): Promise<Pick<Template, 'spec'>> {
  await observed(namespace, name)
  const revision = 'deployment.kubernetes.io/revision'
  const sets = await storedAll(['replicasets', '-n', namespace, '-l', `app=${name}`])
  const [newest] = sets.toSorted(
    (a, b) => Number(b.metadata.annotations?.[revision]) - Number(a.metadata.annotations?.[revision]),
  )
  const hash = newest?.metadata.labels?.['pod-template-hash'] ?? ''
  const pod = await waitFor(async () => {
    const [one] = await storedAll(['pods', '-n', namespace, '-l', `app=${name},pod-template-hash=${hash}`])
    return one
  })
  return pod as unknown as Pick<Template, 'spec'>
}
