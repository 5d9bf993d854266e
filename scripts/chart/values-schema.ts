import Type, { type TSchema } from 'typebox'
import { SettingsSchema } from '../../src/settings/schema.ts'
import { SelectorSchema } from '../../src/settings/webhook-schema.ts'

/**
 * The values that the chart accepts: the settings of `serve`, and the values of the installation. All objects are
 * closed, so that a misspelled key is rejected. But values that are copied into a Kubernetes object are left to the
 * API server, which knows its own fields.
 */

/** The setting whose values are levels by the ids of findings. */
export const LEVELS = 'findings'

/** Set by the chart: to the release's namespace, and to the selectors and conditions among the values of the webhook. */
export const SET_BY_CHART: readonly string[] = ['ownNamespace', 'webhook']

const closed = (properties: Readonly<Record<string, TSchema>>): TSchema =>
  Type.Object(properties, { additionalProperties: false })

const text = Type.String()
const flag = Type.Boolean()
const texts = Type.Record(Type.String(), Type.String(), { additionalProperties: Type.String() })
const port = Type.Integer({ minimum: 1, maximum: 65_535 })
/** Key of a label; it is written inside quotes in CEL. */
const labelKey = Type.String({ pattern: '^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$' })
/** A part of a Kubernetes object. */
const asInKubernetes = Type.Unsafe({ type: 'object' })
const listAsInKubernetes = Type.Array(asInKubernetes)
/** A part of which the templates read some fields: these have the types of Kubernetes. null removes one. */
const withFields = (properties: Readonly<Record<string, object>>) => ({
  type: ['object', 'null'],
  properties,
})
const names = { type: ['array', 'null'], items: { type: 'string' } }
const securityContext = (more: Readonly<Record<string, object>>): TSchema =>
  Type.Unsafe({
    ...withFields({ runAsUser: { type: ['integer', 'null'] }, seccompProfile: withFields({}), ...more }),
    type: 'object',
  })
/** Of an image, without a scheme; empty: none. */
const registry = Type.String({ pattern: '^([^\\s/]+(/[^\\s/]+)*/?)?$' })
/** The longest webhook timeout that the API server accepts. */
const timeoutSeconds = Type.Integer({ minimum: 1, maximum: 30 })
/** A duration of Prometheus; empty: its default. */
const interval = Type.String({ pattern: '^([0-9]+(ms|s|m|h|d))*$' })
/** A Go duration, as cert-manager reads it: without days. */
const duration = Type.String({ pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$' })
const oneOf = (...values: readonly string[]): TSchema => Type.Enum([...values])
/** A Secret as Kubernetes lists it, or only its name, as other charts take it. */
const secret = Type.Union([Type.String({ minLength: 1 }), closed({ name: Type.String({ minLength: 1 }) })])
/** The API server accepts 64 for each webhook; no webhook of the chart has more than 3 of its own. */
const matchConditions = Type.Array(
  closed({
    name: Type.String({
      pattern: '^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$',
      maxLength: 63,
    }),
    expression: Type.String({ minLength: 1 }),
  }),
  { maxItems: 61 },
)
/**
 * Values that came after the first chart may be missing: `helm upgrade --reuse-values` has those of the old chart. The
 * templates then do what the default does.
 */
const later = Type.Optional

const INSTALLATION: Readonly<Record<string, TSchema>> = {
  // The templates reject 0, with a message that explains what to do instead.
  replicaCount: Type.Integer({ minimum: 0, maximum: 100 }),
  image: closed({
    repository: Type.String({ minLength: 1 }),
    tag: text,
    digest: Type.String({ pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
  }),
  imagePullSecrets: Type.Array(secret),
  nameOverride: later(text),
  fullnameOverride: text,
  certificates: closed({
    mode: oneOf('self-managed', 'cert-manager', 'own'),
    secretName: text,
    certManager: closed({
      issuerRef: closed({
        name: Type.Optional(text),
        kind: Type.Optional(text),
        group: Type.Optional(text),
      }),
      duration,
      renewBefore: duration,
    }),
    own: closed({ caBundle: text, certFile: text, keyFile: text }),
  }),
  webhook: closed({
    failurePolicy: oneOf('Ignore', 'Fail'),
    workloads: closed({ timeoutSeconds }),
    pods: closed({ timeoutSeconds }),
    validate: closed({ enabled: flag, timeoutSeconds }),
    port,
    annotations: texts,
    namespaceSelector: later(SelectorSchema),
    objectSelector: later(SelectorSchema),
    matchConditions: later(matchConditions),
    // The limits of `serve`.
    maxInflightMib: Type.Integer({ minimum: 8, maximum: 65_536 }),
    maxConnections: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    clients: closed({
      caConfigMap: text,
      caSecret: text,
      caKey: Type.String({ minLength: 1 }),
      caFile: text,
      names: Type.Array(Type.String({ minLength: 1 })),
    }),
  }),
  listenAddress: Type.String({ minLength: 1 }),
  healthPort: port,
  reportPort: port,
  logLevel: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  termination: closed({
    sleepSeconds: Type.Integer({ minimum: 1, maximum: 600 }),
    drainSeconds: Type.Integer({ minimum: 1, maximum: 600 }),
  }),
  resources: asInKubernetes,
  serviceAccount: closed({ create: flag, name: text, annotations: texts }),
  rbac: closed({ create: flag, events: flag, report: flag, departures: flag }),
  admissionPolicy: closed({ enabled: flag, namespaceLabelKeys: Type.Array(labelKey) }),
  podDisruptionBudget: closed({ enabled: flag, maxUnavailable: Type.Integer({ minimum: 1 }) }),
  hostNetwork: flag,
  dnsPolicy: oneOf('', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  priorityClassName: text,
  runtimeClassName: later(text),
  podSecurityContext: later(
    securityContext({
      sysctls: { type: ['array', 'null'], items: { type: 'object', required: ['name'] } },
    }),
  ),
  containerSecurityContext: later(securityContext({ capabilities: withFields({ add: names, drop: names }) })),
  podSecurityStandard: later(oneOf('restricted', 'privileged')),
  revisionHistoryLimit: later(Type.Integer({ minimum: 0 })),
  nodeSelector: texts,
  tolerations: listAsInKubernetes,
  affinity: asInKubernetes,
  topologySpreadConstraints: listAsInKubernetes,
  commonLabels: texts,
  commonAnnotations: texts,
  podLabels: texts,
  podAnnotations: texts,
  deploymentLabels: later(texts),
  deploymentAnnotations: later(texts),
  serviceLabels: later(texts),
  serviceAnnotations: later(texts),
  extraEnv: listAsInKubernetes,
  extraArgs: Type.Array(Type.String()),
  extraVolumes: listAsInKubernetes,
  extraVolumeMounts: listAsInKubernetes,
  extraObjects: later(Type.Array(Type.Union([Type.String({ minLength: 1 }), asInKubernetes]))),
  networkPolicy: closed({
    enabled: flag,
    webhookFrom: listAsInKubernetes,
    metricsFrom: listAsInKubernetes,
    // Without a port the rule would allow every one.
    apiServerPorts: Type.Array(port, { minItems: 1 }),
  }),
  serviceMonitor: closed({ enabled: flag, interval, labels: texts }),
  podMonitor: closed({ enabled: flag, interval, labels: texts }),
  prometheusRule: closed({ enabled: flag, labels: texts }),
  grafanaDashboard: closed({ enabled: flag, labels: texts }),
  // The usual condition of a dependency, which Helm gives to the subchart as well. Alone the templates refuse false.
  enabled: Type.Optional(flag),
  // Helm gives it to every subchart, including keys meant for other charts.
  global: Type.Optional(
    Type.Object({
      imageRegistry: Type.Optional(Type.Union([registry, Type.Null()])),
      imagePullSecrets: Type.Optional(Type.Union([Type.Array(secret), Type.Null()])),
    }),
  ),
}

/** A part of a JSON schema. */
export interface Field {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Field>>
  readonly [keyword: string]: unknown
}

/** Plain JSON, without the symbols that the schema library adds. */
const plain = (schema: TSchema): Field => JSON.parse(JSON.stringify(schema)) as Field

const settingFields = plain(SettingsSchema).properties ?? {}

/** The settings that are values, by key, in the order of the schema. */
export const SETTINGS: Readonly<Record<string, Field>> = Object.fromEntries(
  Object.entries(settingFields).filter(([key]) => !SET_BY_CHART.includes(key)),
)

/**
 * Settings that allow `off`, with all their values. YAML 1.1, which Helm reads, parses a bare `off` as `false`: a
 * schema would have to list that among the values. So the templates validate these, with a message.
 */
export const HAS_OFF: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(SETTINGS).flatMap(([key, { enum: words = [] }]) =>
    words.includes('off') ? [[key, words.map(String)]] : [],
  ),
)

/** A level for each finding: a schema within a schema is not validated by the templates, so `false` is listed. */
const asLevels = (levels: Readonly<Record<string, Field>>): Readonly<Record<string, Field>> =>
  Object.fromEntries(
    Object.entries(levels).map(([id, { enum: words = [] }]) => [id, { enum: [...words, false] }]),
  )

/** Helm names another value beside a mistaken key if a schema lists the keys in `propertyNames`. */
const withListedKeys = ({ propertyNames, additionalProperties, ...field }: Field): Field => {
  const { enum: keys = [] } = propertyNames as Field
  const properties = Object.fromEntries(keys.map((key) => [String(key), additionalProperties as Field]))
  return { ...field, properties, additionalProperties: false }
}

const asValue = ([key, field]: [string, Field]): [string, Field] => {
  if (field['propertyNames'] !== undefined) return [key, withListedKeys(field)]
  if (key === LEVELS) return [key, { ...field, properties: asLevels(field.properties ?? {}) }]
  const examples = HAS_OFF[key]
  if (examples === undefined) return [key, field]
  return [key, { type: ['string', 'boolean'], description: field.description ?? '', examples }]
}

const installation = plain(closed(INSTALLATION))

/**
 * `values.schema.json`. Every value has a default, so a missing one was removed by the user; a setting may be
 * missing.
 */
export const VALUES_SCHEMA: Field = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Values of the chart slackwater',
  type: 'object',
  properties: {
    ...Object.fromEntries(Object.entries(SETTINGS).map(asValue)),
    ...installation.properties,
  },
  required: installation['required'],
  additionalProperties: false,
}
