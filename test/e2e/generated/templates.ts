import fc from 'fast-check'

/**
 * Pod templates that a user could write: odd, but valid. The proof that we do no harm is only as good as these, so
 * each field that our patch comes near is there in every form that the API server takes, absent and null included.
 */

export interface JsonObject {
  readonly [key: string]: unknown
}

/** Leaves out what is undefined, so that absent and null stay two things. */
export const compact = (object: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq })

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const action = fc.oneof(
  fc.record({ exec: fc.record({ command: fc.constantFrom(['/bin/true'], ['sh', '-c', 'exit 0']) }) }),
  fc.record({
    httpGet: fc.record(
      {
        port: fc.constantFrom<unknown>(8080, 'http'),
        path: fc.constantFrom('/', '/healthz?full=1'),
        scheme: fc.constantFrom('HTTP', 'HTTPS'),
        httpHeaders: fc.constant([{ name: 'X-Probe', value: 'yes' }]),
      },
      { requiredKeys: ['port'] },
    ),
  }),
  fc.record({ tcpSocket: fc.record({ port: fc.constantFrom<unknown>(8080, 'http') }) }),
)

const grpc = fc.record({ grpc: fc.record({ port: fc.constant(9090) }) })

/** A probe whose own grace period is given stops the container within that time. */
const probe = (ownGrace: boolean) =>
  fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: action }, { weight: 1, arbitrary: grpc }),
      fc.record(
        {
          periodSeconds: fc.integer({ min: 1, max: 600 }),
          timeoutSeconds: fc.integer({ min: 1, max: 60 }),
          initialDelaySeconds: fc.integer({ min: 0, max: 300 }),
          failureThreshold: fc.integer({ min: 1, max: 30 }),
          ...(ownGrace ? { terminationGracePeriodSeconds: fc.integer({ min: 1, max: 600 }) } : {}),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([what, how]) => ({ ...what, ...how }))

/** The API server takes a sleep from 0 to the grace period; with a grace period of 0 only 0. */
const preStop = (grace: number): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    fc.record({
      exec: fc.record({
        command: fc.constantFrom(
          ['sleep', '10'],
          ['/bin/sh', '-c', 'sleep 15 && nginx -s quit'],
          ['sh', '-c', 'kill -TERM 1; sleep 25'],
          ['/drain'],
          ['bash', '-ec', 'sleep 1m'],
          ['sh', '-l', '-c', 'echo "leaving; now"; set -e; sleep 30; sleep 30'],
          ['/usr/bin/env', 'sleep', '0.5'],
          ['busybox', 'sh', '-c', ': drain\nexec sleep 5'],
          ['sh', '-c', 'nginx -s quit'],
          ['kong', 'quit', '--wait=20'],
          ['sh', '-c', 'sleep $('],
          ['/wait-shutdown'],
        ),
      }),
    }),
    fc.constant({ httpGet: { path: '/wait-for-drain', port: 8022, host: '127.0.0.1' } }),
    fc.constant({ tcpSocket: { port: 8022 } }),
    fc.integer({ min: 0, max: grace }).map((seconds) => ({ sleep: { seconds } })),
  )

const postStart = fc.constant({ exec: { command: ['/warm', '--up'] } })

const lifecycle = (grace: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<unknown>(undefined, undefined, undefined, {}, null) },
    { weight: 2, arbitrary: fc.record({ postStart }) },
    { weight: 1, arbitrary: fc.constant({ preStop: null }) },
    { weight: 1, arbitrary: fc.record({ preStop: preStop(grace) }) },
    { weight: 1, arbitrary: fc.record({ preStop: preStop(grace), postStart }) },
  )

const quantity = fc.constantFrom('100m', '0.5', '1', '64Mi', '1e3', '2Gi', 250)

const env = fc.uniqueArray(
  fc.oneof(
    fc.record({ name: fc.constantFrom('A', 'LANG', 'a.b-c'), value: fc.string({ unit: 'grapheme' }) }),
    fc.record({
      name: fc.constantFrom('POD_IP', 'NODE'),
      valueFrom: fc.constant({ fieldRef: { fieldPath: 'status.podIP' } }),
    }),
  ),
  { maxLength: 3, selector: ({ name }) => name },
)

const securityContext = fc.record(
  {
    runAsNonRoot: fc.boolean(),
    runAsUser: fc.integer({ min: 0, max: 65_535 }),
    readOnlyRootFilesystem: fc.boolean(),
    capabilities: fc.constantFrom({ drop: ['ALL'] }, { add: ['NET_BIND_SERVICE'] }),
    allowPrivilegeEscalation: fc.constant(false),
    seccompProfile: fc.constant({ type: 'RuntimeDefault' }),
  },
  { requiredKeys: [] },
)

/** What is read of a server's own settings, and what only looks like it. */
const COMMANDS = [
  ['/bin/app', '--flag', '$(A)'],
  ['gunicorn', '--keep-alive', '2', '--graceful-timeout=90', 'app:app'],
  ['sh', '-c', 'exec uvicorn app:app --timeout-keep-alive 5 --timeout-graceful-shutdown "'],
  ['puma', '-C', '/dev/null', '--keep-alive', '-1'],
]

const ARGUMENTS = [
  ['serve'],
  ['/nginx-ingress-controller', '--shutdown-grace-period=240'],
  ['--shutdown-grace-period', 'soon'],
  ['java', '-Dspring.lifecycle.timeout-per-shutdown-phase=60s', '-jar', '☃.jar'],
]

const IMAGES = [
  ...[
    'nginx',
    'nginx:1.27',
    'registry.k8s.io/ingress-nginx/controller:v1.12.0',
    'kong:3',
    'envoyproxy/envoy',
  ],
  'registry.example.com:5000/a/b@sha256:'.concat('0'.repeat(64)),
]

const container = (grace: number): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      image: fc.constantFrom(...IMAGES),
      lifecycle: lifecycle(grace),
      livenessProbe: maybe(probe(true)),
      startupProbe: maybe(probe(true)),
      readinessProbe: maybe(probe(false)),
      ports: maybe(
        fc.constantFrom<unknown>(
          [],
          null,
          [{ containerPort: 8080, name: 'http' }],
          [{ containerPort: 53, protocol: 'UDP' }],
        ),
      ),
      env: maybe(env),
      envFrom: seldom(fc.constant([{ configMapRef: { name: 'settings', optional: true } }])),
      resources: maybe(fc.oneof(fc.constant({}), fc.record({ requests: fc.record({ cpu: quantity }) }))),
      securityContext: seldom(securityContext),
      command: seldom(fc.constantFrom<unknown>(...COMMANDS)),
      args: seldom(fc.constantFrom<unknown>(...ARGUMENTS)),
      imagePullPolicy: seldom(fc.constantFrom('Always', 'IfNotPresent', 'Never')),
      terminationMessagePolicy: seldom(fc.constantFrom('File', 'FallbackToLogsOnError')),
      stdin: seldom(fc.boolean()),
      tty: seldom(fc.boolean()),
      workingDir: seldom(fc.constant('/srv')),
      volumeMounts: seldom(fc.constant([{ name: 'scratch', mountPath: '/scratch' }])),
    })
    .map(compact)

const NAMES = [
  'app',
  'envoy',
  'istio-proxy',
  'linkerd-proxy',
  'log-shipper',
  'x',
  'a-0',
  `long-${'n'.repeat(58)}`,
  '9',
]

const named = (names: readonly string[], containers: readonly JsonObject[]): readonly JsonObject[] =>
  containers.map((one, index) => ({ name: names[index], ...one }))

const containers = (grace: number): fc.Arbitrary<readonly JsonObject[]> =>
  fc
    .tuple(
      fc.shuffledSubarray(NAMES, { minLength: 1 }),
      fc.array(container(grace), { minLength: 1, maxLength: 4 }),
    )
    .map(([names, some]) => named(names, some.slice(0, names.length)))

/** An init container that ends, or a native sidecar, which alone may have hooks and probes. */
const initContainers = (grace: number): fc.Arbitrary<readonly JsonObject[]> =>
  fc
    .array(
      fc.oneof(
        fc.constant<JsonObject>({ image: 'busybox', command: ['true'] }),
        container(grace).map((one): JsonObject => ({ ...one, restartPolicy: 'Always' })),
      ),
      { maxLength: 3 },
    )
    .map((some) => named(['init-a', 'init-b', 'init-c'], some))

const OWN_ANNOTATIONS: readonly Readonly<Record<string, string>>[] = [
  { 'slackwater.dev/injected': '{"sleep":{"gone":45}}' },
  { 'slackwater.dev/injected': '{"grace":{"before":null,"after":75},"sleep":{"app":45,"envoy":45}}' },
  { 'slackwater.dev/injected': '{"sleep":{}}' },
  { 'slackwater.dev/injected': 'no record at all' },
  { 'slackwater.dev/injected': '' },
  { 'slackwater.dev/sleep-seconds': 'soon', 'slackwater.dev/assume': 'alb' },
  { 'slackwater.dev/sleep-seconds': '7' },
  { 'slackwater.dev/sleep-seconds': '-1' },
  { 'slackwater.dev/sleep-seconds': '99999999999999999999' },
  { 'slackwater.dev/shutdown-seconds': '86400' },
  { 'slackwater.dev/shutdown': 'graceful', 'slackwater.dev/request-seconds': '3600' },
  { 'slackwater.dev/assume': 'nlb-instance' },
  { 'slackwater.dev/no-such-thing': '☃' },
  { 'slackwater.dev/accept': 'single-replica: one is enough; no-such-finding: x; ☃' },
  { 'slackwater.dev/accept': ';;:;' },
  { 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '10' },
  { 'proxy.istio.io/config': '{"terminationDrainDuration":"60s"' },
]

/** Bytes below the API server's limit of 256 KiB for all annotations, so that our record meets it. */
const NEARLY_FULL = 262_144 - 100

const annotations: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom<unknown>(undefined, undefined, null, {}) },
  { weight: 30, arbitrary: fc.constant({ 'example.com/a_b.c': 'kept', plain: '"quoted" \\ \n ☃' }) },
  { weight: 30, arbitrary: fc.constantFrom<unknown>(...OWN_ANNOTATIONS) },
  { weight: 1, arbitrary: fc.constant({ 'example.com/blob': 'x'.repeat(NEARLY_FULL) }) },
)

/** What the Service of the test selects; every template has it. */
export const SELECTED = { app: 'generated' } as const

const labels = fc
  .constantFrom<JsonObject>(
    {},
    {},
    {},
    { 'app.kubernetes.io/name': 'generated', version: 'v1.2.3' },
    { 'slackwater.dev/mode': 'enforce' },
    { 'slackwater.dev/mode': 'loud' },
    { 'topology.kubernetes.io/zone': '' },
  )
  .map((more) => ({ ...more, ...SELECTED }))

const SPOT = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] }] },
      ],
    },
  },
}

const SPREAD = {
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: SELECTED },
}

const NOWHERE = { 'example.com/no-such-node': 'true' }

/** Nothing of this decides whether we may patch; all of it stands in the way of a careless patch. */
const surroundings = fc
  .record({
    nodeSelector: fc.constantFrom(NOWHERE, { ...NOWHERE, 'eks.amazonaws.com/capacityType': 'SPOT' }),
    affinity: seldom(fc.constant(SPOT)),
    tolerations: seldom(fc.constant([{ operator: 'Exists' }])),
    topologySpreadConstraints: seldom(fc.constant([SPREAD])),
    volumes: fc.constant([{ name: 'scratch', emptyDir: {} }]),
    securityContext: seldom(fc.constant({ fsGroup: 2000, supplementalGroups: [1, 2] })),
    dnsPolicy: seldom(fc.constantFrom('ClusterFirst', 'Default')),
    dnsConfig: seldom(fc.constant({ options: [{ name: 'ndots', value: '2' }] })),
    hostAliases: seldom(fc.constant([{ ip: '10.0.0.1', hostnames: ['db'] }])),
    readinessGates: seldom(fc.constant([{ conditionType: 'target-health.alb.ingress.k8s.aws/web_web_80' }])),
    shareProcessNamespace: seldom(fc.boolean()),
    enableServiceLinks: seldom(fc.boolean()),
    automountServiceAccountToken: seldom(fc.boolean()),
    hostname: seldom(fc.constant('web')),
    subdomain: seldom(fc.constant('web')),
    imagePullSecrets: seldom(fc.constant([{ name: 'pull' }])),
    os: seldom(fc.constant({ name: 'linux' })),
  })
  .map(compact)

const graces = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 2, 30, 86_400, 2 ** 31) },
)

/** The API server's default where the template says none (core/v1 PodSpec). */
const DEFAULT_GRACE = 30

/** `{ metadata, spec }` of Pods that run until they are stopped. */
export const podTemplate: fc.Arbitrary<JsonObject> = graces.chain((grace) =>
  fc
    .record({
      labels,
      annotations,
      containers: containers(grace ?? DEFAULT_GRACE),
      initContainers: seldom(initContainers(grace ?? DEFAULT_GRACE)),
      surroundings,
    })
    .map(({ labels, annotations, containers, initContainers, surroundings }) => ({
      metadata: compact({ labels, annotations }),
      spec: compact({
        terminationGracePeriodSeconds: grace,
        containers,
        initContainers,
        ...surroundings,
      }),
    })),
)
