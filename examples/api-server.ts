import { randomUUID } from 'node:crypto'
import https from 'node:https'
import jsonPatch, { type Operation } from 'fast-json-patch'

/** An API server's part of the demonstration: what it adds to an object, and how it calls a webhook. */

export interface JsonObject {
  [key: string]: unknown
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const memberOf = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value)

/** The pod spec of a workload, in place. */
const podSpecOf = (object: JsonObject): JsonObject => {
  const spec = memberOf(object, 'spec', 'template', 'spec') ?? memberOf(object, 'spec')
  return isObject(spec) ? spec : {}
}

/** As `kubectl apply` sends it and the API server hands it on: with what was applied, and with its defaults. */
export function asApplied(manifest: unknown, namespace: string): JsonObject {
  const object: unknown = structuredClone(manifest)
  if (!isObject(object) || !isObject(object['metadata'])) throw new Error('a manifest must be an object')
  const { metadata } = object
  metadata['namespace'] ??= namespace
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {}
  const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
  metadata['annotations'] = { ...annotations, [lastApplied]: JSON.stringify(manifest) }
  podSpecOf(object)['terminationGracePeriodSeconds'] ??= 30
  return object
}

/** The Pod that a workload's controller makes of its template: a Deployment's by way of a ReplicaSet. */
export function podOf(workload: JsonObject): JsonObject {
  const hash = '7d4b9c6f58'
  const name = String(memberOf(workload, 'metadata', 'name'))
  const viaReplicaSet = workload['kind'] === 'Deployment'
  const owner = viaReplicaSet
    ? { kind: 'ReplicaSet', name: `${name}-${hash}` }
    : { kind: String(workload['kind']), name }
  const template = memberOf(workload, 'spec', 'template')
  const labels = memberOf(template, 'metadata', 'labels')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(viaReplicaSet ? { generateName: `${owner.name}-` } : { name: `${name}-0` }),
      namespace: memberOf(workload, 'metadata', 'namespace'),
      labels: {
        ...(isObject(labels) ? labels : {}),
        ...(viaReplicaSet ? { 'pod-template-hash': hash } : {}),
      },
      ownerReferences: [{ apiVersion: 'apps/v1', ...owner, uid: randomUUID(), controller: true }],
    },
    spec: memberOf(template, 'spec'),
  }
}

const GROUPS: Readonly<Record<string, string>> = { Pod: '' }

/** The review of an object's creation. */
export function reviewOf(object: JsonObject): JsonObject {
  const kind = String(object['kind'])
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: randomUUID(),
      kind: { group: GROUPS[kind] ?? 'apps', version: 'v1', kind },
      operation: 'CREATE',
      namespace: memberOf(object, 'metadata', 'namespace'),
      name: memberOf(object, 'metadata', 'name'),
      userInfo: { username: 'kubernetes-admin', groups: ['system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  }
}

export interface Webhook {
  readonly host: string
  readonly port: number
  /** PEM of the certificate to trust: the caBundle of a webhook configuration. */
  readonly ca: string
}

/** What came back: the decoded patch, and how long it took. */
export interface Reply {
  readonly allowed: boolean
  readonly operations: readonly Operation[]
  readonly warnings: readonly string[]
  readonly milliseconds: number
}

/** Calls the webhook over TLS, with its certificate verified. */
export async function sendReview(review: JsonObject, { host, port, ca }: Webhook): Promise<Reply> {
  const started = performance.now()
  const body = await post(JSON.stringify(review), { host, port, ca })
  const milliseconds = performance.now() - started
  const answer: unknown = JSON.parse(body)
  const response = memberOf(answer, 'response')
  if (memberOf(response, 'uid') !== memberOf(review, 'request', 'uid'))
    throw new Error(`not an answer: ${body}`)
  const patch = memberOf(response, 'patch')
  const operations: unknown =
    typeof patch === 'string' ? JSON.parse(Buffer.from(patch, 'base64').toString()) : []
  const warnings = memberOf(response, 'warnings')
  return {
    allowed: memberOf(response, 'allowed') === true,
    operations: Array.isArray(operations) ? operations.filter(isOperation) : [],
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    milliseconds,
  }
}

const isOperation = (value: unknown): value is Operation =>
  isObject(value) && typeof value['op'] === 'string' && typeof value['path'] === 'string'

/** The object as the API server would store it. */
export const patchedWith = (object: JsonObject, operations: readonly Operation[]): unknown =>
  jsonPatch.applyPatch(structuredClone(object), [...operations], true).newDocument

function post(body: string, { host, port, ca }: Webhook): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const options = { host, port, ca, method: 'POST', path: '/mutate?timeout=5s', headers, agent: false }
    const request = https.request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
    })
    request.on('error', reject)
    request.end(body)
  })
}
