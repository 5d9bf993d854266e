import { stringify } from 'yaml'
import type { FindingId } from '../../src/core/findings/catalogue.ts'

/** Manifests with one finding each, with the numbers that the pages of docs/findings show. */

type Part = Readonly<Record<string, unknown>>

interface Wanted {
  readonly kind?: string
  /** `spec` beside the template. */
  readonly spec?: Part
  readonly annotations?: Part
  readonly labels?: Part
  /** The pod's spec beside its container. */
  readonly pod?: Part
  /** The container `app`. */
  readonly app?: Part
  readonly more?: readonly Part[]
}

const PROBE = { httpGet: { path: '/ready', port: 8080 } }
const preStop = (hook: Part): Part => ({ lifecycle: { preStop: hook } })
const sleeping = (seconds: number): Part => preStop({ sleep: { seconds } })
const command = (...words: readonly string[]): Part => preStop({ exec: { command: words } })

function workload({
  kind = 'Deployment',
  spec,
  annotations,
  labels,
  pod,
  app,
  more = [],
}: Wanted = {}): Part {
  const all = { app: 'web', ...labels }
  const container = { name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }], readinessProbe: PROBE }
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: 3 }),
      selector: { matchLabels: { app: 'web' } },
      ...spec,
      template: {
        metadata: { labels: all, ...(annotations === undefined ? {} : { annotations }) },
        spec: { ...pod, containers: [{ ...container, ...app }, ...more] },
      },
    },
  }
}

const rollout = (strategy: Part): Part => {
  const { spec, ...rest } = workload()
  return {
    ...rest,
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    spec: { ...(spec as Part), strategy },
  }
}

const serviceOf = (annotations: Part = {}, spec: Part = {}): Part => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', annotations },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
})

const BACKEND = { service: { name: 'web', port: { number: 80 } } }

const ingress = (annotations: Part = {}): Part => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'web',
    namespace: 'shop',
    annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip', ...annotations },
  },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: BACKEND }],
        },
      },
    ],
  },
})

const namespace = (labels: Part = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }): Part => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels },
})

const disruptionBudget = (spec: Part): Part => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
})

const delay = (seconds: number): Part => ({
  'alb.ingress.kubernetes.io/target-group-attributes': `deregistration_delay.timeout_seconds=${seconds}`,
})

/** Behind an ALB with ip targets that needs a sleep of 45 s. */
const behindAlb = (web: Part, ...more: readonly Part[]): readonly Part[] => [
  namespace(),
  ingress(delay(300)),
  serviceOf(),
  web,
  ...more,
]

const NLB: Part = {
  'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
}
const behindNlb = (annotations: Part, web: Part, ...more: readonly Part[]): readonly Part[] => [
  namespace(),
  serviceOf({ ...NLB, ...annotations }, { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' }),
  web,
  ...more,
]

/** Behind an ALB of a Gateway, whose target group has this deregistration delay. */
const behindGateway = (seconds: number): readonly Part[] => [
  namespace(),
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'alb' },
    spec: { controllerName: 'gateway.k8s.aws/alb' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'front', namespace: 'shop' },
    spec: { gatewayClassName: 'alb', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { parentRefs: [{ name: 'front' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
  },
  {
    apiVersion: 'gateway.k8s.aws/v1beta1',
    kind: 'TargetGroupConfiguration',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      targetReference: { name: 'web' },
      defaultConfiguration: {
        targetType: 'ip',
        targetGroupAttributes: [{ key: 'deregistration_delay.timeout_seconds', value: String(seconds) }],
      },
    },
  },
  serviceOf(),
  workload(),
]

const scaler: Part = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 9 },
}

const CASES: readonly (readonly [FindingId, readonly Part[]])[] = [
  [
    'blue-green-sibling',
    [
      namespace(),
      ingress(delay(300)),
      serviceOf({}, { selector: { app: 'web', color: 'blue' } }),
      workload({ labels: { color: 'green' } }),
    ],
  ],
  ['deregistration-delay-assumed', [namespace(), ingress(), serviceOf(), workload()]],
  ['deregistration-delay-cuts-requests', [namespace(), ingress(delay(30)), serviceOf(), workload()]],
  ['deregistration-delay-cuts-requests', behindGateway(30)],
  ['drain-blocked', behindAlb(workload(), disruptionBudget({ minAvailable: 3 }))],
  ['drain-time', behindAlb(workload({ spec: { replicas: 40 } }), disruptionBudget({ maxUnavailable: 1 }))],
  ['exposed-not-covered', behindAlb(workload({ kind: 'DaemonSet' }))],
  [
    'grace-above-limit',
    behindAlb(workload({ app: sleeping(45), pod: { terminationGracePeriodSeconds: 900 } })),
  ],
  [
    'grace-above-limit',
    behindAlb(
      workload({
        app: sleeping(45),
        pod: {
          terminationGracePeriodSeconds: 90,
          nodeSelector: { 'karpenter.sh/nodepool': 'general' },
        },
      }),
      {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodePool',
        metadata: { name: 'general' },
        spec: { template: { spec: { terminationGracePeriod: '60s' } } },
      },
    ),
  ],
  ['grace-too-short', behindAlb(workload({ app: sleeping(45), pod: { terminationGracePeriodSeconds: 40 } }))],
  [
    'health-check-differs',
    [
      namespace(),
      ingress({ ...delay(300), 'alb.ingress.kubernetes.io/healthcheck-path': '/healthz' }),
      serviceOf(),
      workload(),
    ],
  ],
  [
    'legacy-readiness-gate',
    behindAlb(
      workload({
        pod: { readinessGates: [{ conditionType: 'target-health.alb.ingress.k8s.aws/web_web_80' }] },
      }),
    ),
  ],
  [
    'local-policy-loses',
    [
      serviceOf(
        {
          ...NLB,
          [`${Object.keys(NLB)[1]}`]: 'instance',
          'service.beta.kubernetes.io/aws-load-balancer-healthcheck-port': 'traffic-port',
        },
        { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb', externalTrafficPolicy: 'Local' },
      ),
      workload(),
    ],
  ],
  ['nlb-flows-stay', behindNlb({}, workload())],
  ['prestop-ends-server', behindAlb(workload({ app: command('/usr/sbin/nginx', '-s', 'quit') }))],
  ['prestop-ends-server', behindAlb(workload({ app: command('sh', '-c', 'nginx -s quit; sleep 5') }))],
  ['prestop-missing', behindAlb(workload())],
  ['prestop-missing', behindAlb(workload({ more: [{ name: 'log', image: 'log:1' }] }))],
  ['prestop-too-short', behindAlb(workload({ app: sleeping(5) }))],
  ['prestop-too-short', behindAlb(workload({ app: command('sleep', '5') }))],
  ['prestop-too-short', behindAlb(workload({ app: command('sh', '-c', 'sleep 5; nginx -s quit') }))],
  ['prestop-too-short', behindAlb(workload({ app: command('sh', '-c', 'echo; sleep 5s && sleep 2') }))],
  ['prestop-unknown-length', behindAlb(workload({ app: command('sh', '-c', '/drain') }))],
  ['prestop-unknown-length', behindAlb(workload({ app: command('/drain', "it's", '$HOME', '') }))],
  ['progress-deadline-too-short', behindAlb(workload({ spec: { progressDeadlineSeconds: 45 } }))],
  ['readiness-gate-missing', [namespace({}), ingress(delay(300)), serviceOf(), workload()]],
  [
    'request-declared',
    behindAlb(workload({ app: { command: ['gunicorn', '--timeout', '300', 'shop:app'] } })),
  ],
  [
    'rollout-loses-capacity',
    behindAlb(workload({ spec: { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 2 } } } })),
  ],
  [
    'shutdown-declared',
    behindAlb(workload({ app: { command: ['gunicorn', '--graceful-timeout', '90', 'shop:app'] } })),
  ],
  [
    'sidecar-dies-first',
    behindAlb(
      workload({
        annotations: { 'slackwater.dev/shutdown': 'graceful' },
        more: [{ name: 'istio-proxy', image: 'proxy:1', ...sleeping(45) }],
      }),
    ),
  ],
  [
    'sidecar-dies-first',
    behindAlb(workload({ annotations: { 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '10' } })),
  ],
  ['single-replica', behindAlb(workload({ spec: { replicas: 1 } }))],
  ['single-replica', behindAlb(workload(), scaler)],
  ['sleep-capped', behindAlb(workload({ annotations: { 'slackwater.dev/request-seconds': '280' } }))],
  ['sleep-longer-than-needed', behindAlb(workload({ app: sleeping(90) }))],
  ['sleep-longer-than-needed', behindAlb(workload({ app: command('/bin/sh', '-c', 'sleep 90 && /drain') }))],
  [
    'stale-gate',
    behindAlb(
      workload({
        pod: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789' }] },
      }),
    ),
  ],
  [
    'zone-without-target',
    behindNlb(
      {
        'service.beta.kubernetes.io/aws-load-balancer-attributes': 'load_balancing.cross_zone.enabled=false',
      },
      workload({ spec: { replicas: 2 } }),
    ),
  ],
]

const quota: Part = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { hard: { pods: 5 } },
}

/** Of findings that give nothing to paste: what is right for the workload is not known. */
const OTHERS: readonly (readonly [FindingId, readonly Part[]])[] = [
  [
    'capped-by-policy',
    behindAlb(
      workload({
        annotations: { 'slackwater.dev/injected': '{"grace":{"before":null,"after":75},"sleep":{"app":45}}' },
        app: sleeping(45),
        pod: { terminationGracePeriodSeconds: 60 },
      }),
    ),
  ],
  [
    'gate-not-covering',
    [namespace(), ingress(delay(300)), serviceOf(), rollout({ blueGreen: { activeService: 'web' } })],
  ],
  [
    'instance-targets',
    [
      namespace(),
      ingress({ ...delay(300), 'alb.ingress.kubernetes.io/target-type': 'instance' }),
      serviceOf({}, { type: 'NodePort' }),
      workload(),
    ],
  ],
  [
    'keep-alive-below-idle-timeout',
    behindAlb(workload({ app: { command: ['gunicorn', '--keep-alive', '2', 'shop:app'] } })),
  ],
  ['liveness-grace', behindAlb(workload({ app: { ...sleeping(45), livenessProbe: PROBE } }))],
  ['outage-on-replacement', behindAlb(workload({ spec: { strategy: { type: 'Recreate' } } }))],
  [
    'publish-not-ready-addresses',
    [namespace(), ingress(delay(300)), serviceOf({}, { publishNotReadyAddresses: true }), workload()],
  ],
  ['readiness-probe-missing', behindAlb(workload({ app: { readinessProbe: null } }))],
  ['rollout-peak-pods', behindAlb(workload(), quota)],
]

type Text = readonly [id: FindingId, text: string]

const textOf = ([id, objects]: readonly [FindingId, readonly Part[]]): Text => [
  id,
  objects.map((object) => stringify(object)).join('---\n'),
]

/** Each as the text of a file. */
export const PASTE_CASES: readonly Text[] = CASES.map(textOf)
export const OTHER_CASES: readonly Text[] = OTHERS.map(textOf)

const ingressClass = (name: string, controller: string): Part => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name },
  spec: { controller },
})

/** Two files: what a load balancer sends to, and the same Ingress of another controller. */
export const VARIANTS: readonly (readonly [file: string, text: string])[] = [
  [
    'production.yaml',
    textOf(['exposed-by-one-variant', behindAlb(workload(), ingressClass('alb', 'ingress.k8s.aws/alb'))])[1],
  ],
  [
    'local.yaml',
    textOf([
      'exposed-by-one-variant',
      [
        ingressClass('nginx', 'k8s.io/ingress-nginx'),
        { ...ingress(), spec: { ingressClassName: 'nginx', defaultBackend: BACKEND } },
      ],
    ])[1],
  ],
]
