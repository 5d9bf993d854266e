/**
 * What somebody with the token of the ServiceAccount could try on every field of a workload: one change for each field
 * that the API server knows, valid by itself, so that nothing but the policy stands in its way.
 */

/** A change that the API server would accept; a word: none is tried, and why. */
export type Attempt =
  | Readonly<Record<string, unknown>>
  /** Left to admission; tried one by one elsewhere. */
  | 'free'
  /** Only the API server writes it, or it is another's subresource. */
  | 'the API server’s own'
  /** It can never be changed. */
  | 'immutable'
  /** Behind a feature gate that is off by default: the API server drops it. */
  | 'off'

type Attempts = Readonly<Record<string, Attempt>>

/** Of one schema: where its fields are in the object, and what would be said. */
export interface Tried {
  /** Name of the schema, without its prefix. */
  readonly schema: string
  readonly of: 'Deployment' | 'StatefulSet'
  /** What the policy says. */
  readonly words: string
  /** A strategic merge patch, from the change of one field. */
  readonly patch: (change: object) => object
  readonly attempts: Attempts
}

export const inPod = (pod: object): object => ({ spec: { template: { spec: pod } } })
export const inContainer = (fields: object): object => inPod({ containers: [{ name: 'app', ...fields }] })

const METADATA_AS_IT_IS = {
  creationTimestamp: 'the API server’s own',
  deletionGracePeriodSeconds: 'the API server’s own',
  deletionTimestamp: 'the API server’s own',
  generation: 'the API server’s own',
  managedFields: 'the API server’s own',
  resourceVersion: 'the API server’s own',
  selfLink: 'the API server’s own',
  uid: 'the API server’s own',
} as const satisfies Attempts

const WORKLOAD: Tried = {
  schema: 'Deployment',
  of: 'Deployment',
  words: 'only the template',
  patch: (change) => change,
  attempts: {
    apiVersion: 'immutable',
    kind: 'immutable',
    metadata: 'free',
    spec: 'free',
    status: 'the API server’s own',
  },
}

const METADATA: Tried = {
  schema: 'ObjectMeta',
  of: 'Deployment',
  words: 'only the template',
  patch: (metadata) => ({ metadata }),
  attempts: {
    ...METADATA_AS_IT_IS,
    annotations: { annotations: { 'example.com/a': 'b' } },
    finalizers: { finalizers: ['example.com/never'] },
    generateName: { generateName: 'other-' },
    labels: { labels: { 'slackwater.dev/mode': 'off' } },
    name: 'immutable',
    namespace: 'immutable',
    ownerReferences: {
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '0' }],
    },
  },
}

const DEPLOYMENT_SPEC: Tried = {
  schema: 'DeploymentSpec',
  of: 'Deployment',
  words: 'only the template',
  patch: (spec) => ({ spec }),
  attempts: {
    minReadySeconds: { minReadySeconds: 300 },
    paused: { paused: true },
    progressDeadlineSeconds: { progressDeadlineSeconds: 1 },
    replicas: { replicas: 0 },
    revisionHistoryLimit: { revisionHistoryLimit: 0 },
    selector: 'immutable',
    strategy: { strategy: { rollingUpdate: { maxUnavailable: '100%' } } },
    template: 'free',
  },
}

const STATEFUL_SET_SPEC: Tried = {
  schema: 'StatefulSetSpec',
  of: 'StatefulSet',
  words: 'only the template',
  patch: (spec) => ({ spec }),
  attempts: {
    minReadySeconds: { minReadySeconds: 3600 },
    ordinals: { ordinals: { start: 5 } },
    persistentVolumeClaimRetentionPolicy: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    },
    podManagementPolicy: 'immutable',
    replicas: { replicas: 0 },
    revisionHistoryLimit: { revisionHistoryLimit: 0 },
    selector: 'immutable',
    serviceName: 'immutable',
    template: 'free',
    updateStrategy: { updateStrategy: { rollingUpdate: { partition: 3 } } },
    volumeClaimTemplates: 'immutable',
  },
}

const TEMPLATE: Tried = {
  schema: 'PodTemplateSpec',
  of: 'Deployment',
  words: "a template's metadata",
  patch: (template) => ({ spec: { template } }),
  attempts: { metadata: 'free', spec: 'free' },
}

const TEMPLATE_METADATA: Tried = {
  schema: 'ObjectMeta',
  of: 'Deployment',
  words: "a template's metadata",
  patch: (metadata) => ({ spec: { template: { metadata } } }),
  attempts: {
    ...METADATA_AS_IT_IS,
    annotations: { annotations: { 'example.com/a': 'b' } },
    finalizers: { finalizers: ['example.com/never'] },
    generateName: { generateName: 'other-' },
    labels: { labels: { 'example.com/a': 'b' } },
    name: { name: 'other' },
    namespace: { namespace: 'other' },
    ownerReferences: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '0' }] },
    // Of a template nobody maintains these; they mean nothing.
    generation: { generation: 7 },
    resourceVersion: { resourceVersion: '7' },
    selfLink: { selfLink: '/other' },
    uid: { uid: 'other' },
    creationTimestamp: { creationTimestamp: '2020-01-01T00:00:00Z' },
    deletionTimestamp: { deletionTimestamp: '2020-01-01T00:00:00Z' },
    deletionGracePeriodSeconds: { deletionGracePeriodSeconds: 0 },
  },
}

const POD_SPEC: Tried = {
  schema: 'PodSpec',
  of: 'Deployment',
  words: "a Pod's spec",
  patch: inPod,
  attempts: {
    activeDeadlineSeconds: 'immutable',
    affinity: {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] }, nodeAffinity: {} },
    },
    automountServiceAccountToken: { automountServiceAccountToken: true },
    containers: 'free',
    dnsConfig: { dnsConfig: { nameservers: ['192.0.2.1'] } },
    dnsPolicy: { dnsPolicy: 'Default' },
    enableServiceLinks: { enableServiceLinks: false },
    ephemeralContainers: 'immutable',
    hostAliases: { hostAliases: [{ ip: '192.0.2.1', hostnames: ['bank.example.com'] }] },
    hostIPC: { hostIPC: true },
    hostNetwork: { hostNetwork: true },
    hostPID: { hostPID: true },
    hostUsers: { hostUsers: false },
    hostname: { hostname: 'other' },
    hostnameOverride: { hostnameOverride: 'other' },
    imagePullSecrets: { imagePullSecrets: [{ name: 'other' }] },
    initContainers: { initContainers: [{ name: 'evil', image: 'evil', command: ['/bin/sh'] }] },
    nodeName: { nodeName: 'other' },
    nodeSelector: { nodeSelector: { 'kubernetes.io/hostname': 'other' } },
    os: { os: { name: 'linux' } },
    overhead: { overhead: { cpu: '1' } },
    preemptionPolicy: { preemptionPolicy: 'Never' },
    priority: { priority: 7 },
    priorityClassName: { priorityClassName: 'system-node-critical' },
    readinessGates: { readinessGates: [{ conditionType: 'example.com/never' }] },
    resourceClaims: { resourceClaims: [{ name: 'gpu', resourceClaimName: 'other' }] },
    resources: { resources: { limits: { cpu: '1' } } },
    restartPolicy: 'immutable',
    runtimeClassName: { runtimeClassName: 'other' },
    schedulerName: { schedulerName: 'other' },
    schedulingGates: { schedulingGates: [{ name: 'example.com/never' }] },
    securityContext: { securityContext: { runAsUser: 0 } },
    serviceAccount: { serviceAccount: 'admin', serviceAccountName: 'admin' },
    serviceAccountName: { serviceAccountName: 'admin' },
    setHostnameAsFQDN: { setHostnameAsFQDN: true },
    shareProcessNamespace: { shareProcessNamespace: true },
    subdomain: { subdomain: 'other' },
    terminationGracePeriodSeconds: 'free',
    tolerations: { tolerations: [{ operator: 'Exists' }] },
    topologySpreadConstraints: {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    },
    volumes: { volumes: [{ name: 'node', hostPath: { path: '/' } }] },
    workloadRef: 'off',
  },
}

const CONTAINER: Tried = {
  schema: 'Container',
  of: 'Deployment',
  words: 'of probes of a container',
  patch: inContainer,
  attempts: {
    args: { args: ['-c', 'evil'] },
    command: { command: ['/bin/sh'] },
    env: { env: [{ name: 'LD_PRELOAD', value: '/evil.so' }] },
    envFrom: { envFrom: [{ secretRef: { name: 'other' } }] },
    image: { image: 'evil' },
    imagePullPolicy: { imagePullPolicy: 'Never' },
    lifecycle: 'free',
    livenessProbe: 'free',
    name: { name: 'another', image: 'evil' },
    ports: { ports: [{ containerPort: 22, hostPort: 22 }] },
    readinessProbe: { readinessProbe: { exec: { command: ['evil'] } } },
    resizePolicy: { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
    resources: { resources: { limits: { memory: '1Gi' } } },
    restartPolicy: { restartPolicy: 'Never' },
    restartPolicyRules: {
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [7] } }],
    },
    securityContext: { securityContext: { privileged: true } },
    startupProbe: 'free',
    stdin: { stdin: true },
    stdinOnce: { stdin: true, stdinOnce: true },
    terminationMessagePath: { terminationMessagePath: '/etc/shadow' },
    terminationMessagePolicy: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    tty: { tty: true },
    volumeDevices: { volumeDevices: [{ name: 'data', devicePath: '/dev/evil' }] },
    volumeMounts: { volumeMounts: [{ name: 'files', mountPath: '/evil' }] },
    workingDir: { workingDir: '/evil' },
  },
}

const LIFECYCLE: Tried = {
  schema: 'Lifecycle',
  of: 'Deployment',
  words: 'of probes of a container',
  patch: (lifecycle) => inContainer({ lifecycle }),
  attempts: {
    postStart: { postStart: { exec: { command: ['evil'] } } },
    preStop: 'free',
    stopSignal: 'off',
  },
}

/** The same of both probes whose grace admission may write. */
const probe = (name: 'livenessProbe' | 'startupProbe'): Tried => ({
  schema: 'Probe',
  of: 'Deployment',
  words: 'the grace period that its Pod had',
  patch: (fields) => inContainer({ [name]: fields }),
  attempts: {
    exec: { exec: { command: ['evil'] }, httpGet: null },
    failureThreshold: { failureThreshold: 1000 },
    grpc: { grpc: { port: 1 }, httpGet: null },
    httpGet: { httpGet: { host: '169.254.169.254', path: '/', port: 80 } },
    initialDelaySeconds: { initialDelaySeconds: 3600 },
    periodSeconds: { periodSeconds: 3600 },
    // Of these two probes it must be 1.
    successThreshold: 'immutable',
    tcpSocket: { tcpSocket: { port: 1 }, httpGet: null },
    terminationGracePeriodSeconds: 'free',
    timeoutSeconds: { timeoutSeconds: 3600 },
  },
})

export const TRIED: readonly Tried[] = [
  ...[WORKLOAD, METADATA, DEPLOYMENT_SPEC, STATEFUL_SET_SPEC, TEMPLATE, TEMPLATE_METADATA],
  ...[POD_SPEC, CONTAINER, LIFECYCLE, probe('livenessProbe'), probe('startupProbe')],
]
