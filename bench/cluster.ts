import { createInventory, type Inventory } from '../src/core/inventory/create-inventory.ts'
import { narrow } from '../src/kubernetes/narrow.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'

/** Exposures in one namespace of the generated clusters. */
const PER_NAMESPACE = 50

const namespaceOf = (index: number): string => `team-${Math.floor(index / PER_NAMESPACE)}`

const service = (index: number): unknown => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: `web-${index}`, namespace: namespaceOf(index) },
  spec: { type: 'ClusterIP', selector: { app: `web-${index}` }, ports: [{ port: 80, targetPort: 8080 }] },
})

const ingress = (index: number): unknown => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: `web-${index}`,
    namespace: namespaceOf(index),
    annotations: {
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/target-group-attributes': 'deregistration_delay.timeout_seconds=60',
    },
  },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        host: `web-${index}.example.com`,
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: `web-${index}`, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
})

const ingressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

/** The objects of as many exposures: a Service and an Ingress each, 50 to a namespace. */
export const objectsOf = (exposures: number): readonly unknown[] => [
  ingressClass,
  ...Array.from({ length: exposures }, (_, index) => [service(index), ingress(index)]).flat(),
]

/** Puts objects into an inventory. @param reads of the same checkout as the inventory. */
export function filledWith(
  objects: Iterable<unknown>,
  inventory: Inventory,
  reads: typeof narrow,
): Inventory {
  for (const raw of objects) {
    const object = reads(raw)
    if (object !== undefined) inventory.put(object)
  }
  return inventory
}

/** An inventory of as many exposures. */
export const clusterOf = (exposures: number): Inventory =>
  filledWith(objectsOf(exposures), createInventory({ ...DEFAULT_SETTINGS, fromFiles: false }), narrow)

/** A Deployment behind the exposure of this number, of about 4 kB as the API server sends it. */
export const deploymentOf = (index: number): unknown => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `web-${index}`, namespace: namespaceOf(index), labels: { app: `web-${index}` } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: `web-${index}` } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      metadata: { labels: { app: `web-${index}` }, annotations: { 'prometheus.io/scrape': 'true' } },
      spec: {
        terminationGracePeriodSeconds: 30,
        containers: ['app', 'envoy'].map((name) => containerOf(name)),
      },
    },
  },
})

const containerOf = (name: string): unknown => ({
  name,
  image: `registry.example.com/shop/${name}:1.27.3`,
  imagePullPolicy: 'IfNotPresent',
  env: Array.from({ length: 20 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `value-${index}-of-${name}`,
  })),
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  readinessProbe: {
    httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' },
    periodSeconds: 5,
    timeoutSeconds: 1,
  },
  livenessProbe: {
    httpGet: { path: '/live', port: 8080, scheme: 'HTTP' },
    periodSeconds: 10,
    timeoutSeconds: 1,
  },
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
})
