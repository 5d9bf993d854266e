import type { AdmissionRequest } from '../../src/admission/review.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { root } from '../../src/kubernetes/json.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../../src/kubernetes/workload.ts'
import { settingsWith } from '../core/exposures.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** An ALB with ip targets and nothing else declared: sleep 5 + 25 + 10 + 5 = 45 s, grace 45 + 30 = 75 s. */
const EXPOSED: readonly JsonObject[] = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
    },
    spec: {
      ingressClassName: 'alb',
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
]

export const namespace = (labels: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels },
})

const WORKLOADS = ['Deployment', 'StatefulSet']

/** Pods labelled `app: web` in namespace `shop` stand behind an ALB; further objects are known as well. */
export function knowing(further: readonly JsonObject[] = [], settings: Partial<Settings> = {}): Knowledge {
  const merged = settingsWith(settings)
  const inventory = createInventory({ ...merged, fromFiles: false })
  for (const raw of [...EXPOSED, ...further]) {
    const object = narrow(raw)
    if (object !== undefined) inventory.put(object)
    if (WORKLOADS.includes(String(raw['kind']))) inventory.putWorkload(toWorkloadSummary(root(raw)))
  }
  return { inventory, settings: merged }
}

/** The record of our sleep of 45 s in the container `app` and a grace raised from the default to 75 s. */
export const RECORD =
  '{"grace":{"before":null,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}'

interface TemplateParts {
  readonly labels?: JsonObject
  readonly annotations?: JsonObject
  readonly grace?: unknown
  readonly container?: JsonObject
}

/** A pod template with one container, `app`. */
export const template = ({ labels, annotations, grace, container }: TemplateParts = {}): JsonObject => ({
  metadata: { labels: { app: 'web', ...labels }, ...(annotations === undefined ? {} : { annotations }) },
  spec: {
    ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
    containers: [{ name: 'app', image: 'web:1', ...container }],
  },
})

/** The same template as we leave it. */
export const injected = (parts: TemplateParts = {}): JsonObject =>
  template({
    grace: 75,
    container: { lifecycle: { preStop: { sleep: { seconds: 45 } } } },
    ...parts,
    annotations: { [RECORD_ANNOTATION]: RECORD, ...parts.annotations },
  })

export const deployment = (
  podTemplate: unknown = template(),
  metadata: JsonObject = {},
  spec: JsonObject = {},
): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: { replicas: 3, template: podTemplate, ...spec },
})

/** A Pod of a template, as the ReplicaSet controller of the Deployment `web` makes it. */
export const podOf = (podTemplate: JsonObject, labels: JsonObject = {}): JsonObject => {
  const { metadata, spec } = podTemplate as { readonly metadata: JsonObject; readonly spec: JsonObject }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      generateName: 'web-6d4b-',
      namespace: 'shop',
      labels: { ...(metadata['labels'] as JsonObject), 'pod-template-hash': '6d4b', ...labels },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4b', controller: true }],
    },
    spec,
  }
}

const kindOf = ({ apiVersion, kind }: JsonObject): AdmissionRequest['kind'] => {
  const [version = '', group = ''] = String(apiVersion).split('/').reverse()
  return { group, version, kind: String(kind) }
}

/** A request to create this object, or whatever else is said. */
export const requestFor = (
  object: JsonObject,
  further: Partial<AdmissionRequest> = {},
): AdmissionRequest => ({
  uid: '7f3c',
  kind: kindOf(object),
  operation: 'CREATE',
  name: 'web',
  namespace: 'shop',
  dryRun: false,
  object,
  oldObject: null,
  ...further,
})
