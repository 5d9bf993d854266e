/**
 * What the API server knows of the fields that the tests use (the OpenAPI schema of apps/v1 and core/v1): by this two
 * managers' fields are told apart, and lists are merged.
 */

export type Schema =
  /** A value, a list or a mapping that is owned and replaced as a whole. */
  | { readonly kind: 'leaf' }
  /** A mapping with named fields. */
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, Schema> }
  /** A mapping whose keys are the user's. */
  | { readonly kind: 'map' }
  /** A list of mappings, told apart by their `name`. */
  | { readonly kind: 'list'; readonly item: Schema }

export const LEAF: Schema = { kind: 'leaf' }
const MAP: Schema = { kind: 'map' }

const struct = (fields: Readonly<Record<string, Schema>>): Schema => ({
  kind: 'struct',
  fields: new Map(Object.entries(fields)),
})

const list = (item: Schema): Schema => ({ kind: 'list', item })

const leaves = (...names: readonly string[]): Readonly<Record<string, Schema>> =>
  Object.fromEntries(names.map((name) => [name, LEAF]))

const handler = {
  exec: struct(leaves('command')),
  httpGet: struct(leaves('host', 'path', 'port', 'scheme')),
  tcpSocket: struct(leaves('host', 'port')),
}

const hook = struct({ ...handler, sleep: struct(leaves('seconds')) })

const probe = struct({
  ...handler,
  ...leaves('failureThreshold', 'initialDelaySeconds', 'periodSeconds', 'successThreshold', 'timeoutSeconds'),
  ...leaves('terminationGracePeriodSeconds'),
})

const container = struct({
  ...leaves('name', 'image', 'imagePullPolicy', 'command', 'args', 'restartPolicy'),
  ...leaves('terminationMessagePath', 'terminationMessagePolicy'),
  env: list(struct(leaves('name', 'value'))),
  resources: struct({ limits: MAP, requests: MAP }),
  lifecycle: struct({ postStart: hook, preStop: hook }),
  livenessProbe: probe,
  startupProbe: probe,
  readinessProbe: probe,
})

const metadata = struct({
  ...leaves('name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'),
  labels: MAP,
  annotations: MAP,
})

const podSpec = struct({
  ...leaves('terminationGracePeriodSeconds', 'restartPolicy', 'dnsPolicy', 'schedulerName', 'nodeSelector'),
  ...leaves('enableServiceLinks'),
  securityContext: struct({}),
  containers: list(container),
  initContainers: list(container),
})

const workloadSpec = struct({
  ...leaves(
    'replicas',
    'selector',
    'minReadySeconds',
    'revisionHistoryLimit',
    'progressDeadlineSeconds',
    'paused',
  ),
  ...leaves('serviceName', 'podManagementPolicy'),
  strategy: struct({ type: LEAF, rollingUpdate: struct(leaves('maxSurge', 'maxUnavailable')) }),
  updateStrategy: struct({ type: LEAF, rollingUpdate: struct(leaves('maxUnavailable', 'partition')) }),
  persistentVolumeClaimRetentionPolicy: struct(leaves('whenDeleted', 'whenScaled')),
  template: struct({ metadata, spec: podSpec }),
})

const typed = leaves('apiVersion', 'kind')

export const WORKLOAD: Schema = struct({ ...typed, metadata, spec: workloadSpec })
export const POD: Schema = struct({ ...typed, metadata, spec: podSpec })

/** What stands under a key. */
export function schemaAt(schema: Schema, key: string): Schema {
  if (schema.kind === 'struct') return schema.fields.get(key) ?? LEAF
  return LEAF
}
