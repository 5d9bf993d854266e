import { SERVER_IMAGE } from '../cluster/images.ts'

/** The objects of one application behind an ALB, as people write them; names are `web` unless another is given. */

type Labels = Readonly<Record<string, string>>

export const INGRESS_CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
} as const

export const service = (name = 'web', app = name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
})

export const ingress = (name = 'web', backend = name) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: backend, port: { number: 80 } } } },
})

/** As the controller makes it for an Ingress of its own (LBC pkg/deploy/tracking: the labels name the Ingress). */
export const targetGroupBinding = (
  namespace: string,
  name = 'web',
  labels: Labels = stack(namespace, name),
) => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: { name: `k8s-${name.slice(0, 8)}-${name.slice(0, 8)}-0123456789`, labels },
  spec: {
    targetGroupARN:
      'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/k8s-web/0123456789abcdef',
    targetType: 'ip',
    serviceRef: { name, port: 80 },
  },
})

const stack = (namespace: string, name: string): Labels => ({
  'ingress.k8s.aws/stack-namespace': namespace,
  'ingress.k8s.aws/stack-name': name,
})

export interface AppShape {
  readonly kind?: 'Deployment' | 'StatefulSet'
  readonly name?: string
  readonly replicas?: number
  /** Of the workload. */
  readonly labels?: Labels
  /** Of the template. */
  readonly annotations?: Labels
  readonly pod?: Readonly<Record<string, unknown>>
  readonly image?: string
  readonly env?: Labels
}

/** As a container has it. */
export const entriesOf = (env: Labels) => Object.entries(env).map(([name, value]) => ({ name, value }))

/** A workload of which nothing is said about its end. */
export const app = ({ kind = 'Deployment', name = 'web', replicas = 2, ...shape }: AppShape = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, ...(shape.labels === undefined ? {} : { labels: shape.labels }) },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
    template: {
      metadata: {
        labels: { app: name },
        ...(shape.annotations === undefined ? {} : { annotations: shape.annotations }),
      },
      spec: {
        automountServiceAccountToken: false,
        ...shape.pod,
        containers: [
          {
            name: 'app',
            image: shape.image ?? SERVER_IMAGE,
            imagePullPolicy: 'IfNotPresent',
            ...(shape.env === undefined ? {} : { env: entriesOf(shape.env) }),
          },
        ],
      },
    },
  },
})
