import { expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { shop } from '../cli/manifests.ts'
import { settingsWith } from '../core/exposures.ts'

/**
 * More situations of the field, each from its manifests to all warnings that stay, the numbers, and the namespaces that
 * get a label. An ALB with ip targets and D 300 needs 5 + max(25, min(300, 25 + 10)) + 5 = 45; the application has 30 s.
 */

interface Expected {
  /** Of the first workload: the seconds until SIGTERM and until SIGKILL. */
  readonly ending: readonly [sigterm: number, sigkill: number]
  readonly warnings?: readonly string[]
  readonly information?: readonly string[]
  readonly labelled?: readonly string[]
}

interface Written {
  /** Replaced in the manifest of the shop, each once. */
  readonly changes?: Readonly<Record<string, string>>
  readonly delay?: number
  readonly label?: string
  readonly replicas?: number
  readonly pod?: string
  /** Further documents. */
  readonly beside?: readonly string[]
}

function textOf({ changes = {}, beside = [], delay = 300, ...rest }: Written): string {
  let text = shop({ delay, ...rest })
  for (const [from, to] of Object.entries(changes)) {
    expect(text).toContain(from)
    text = text.replace(from, () => to)
  }
  return [text, ...beside].join('---\n')
}

const TEMPLATE = '    metadata:\n      labels: { app: web }'
const annotated = (...lines: readonly string[]): Record<string, string> => ({
  [TEMPLATE]: `    metadata:\n      annotations: { ${lines.join(', ')} }\n      labels: { app: web }`,
})
const IMAGE = 'image: nginx:1.27'
const ATTRIBUTES = 'deregistration_delay.timeout_seconds=300'
const attributes = (value: string) => ({ changes: { [ATTRIBUTES]: value } })

const AUTOSCALER = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 5
  maxReplicas: 12
`

const binding = (name: string): string => `apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata: { name: ${name}, namespace: shop }
spec:
  targetGroupARN: arn:aws:elasticloadbalancing:eu-west-1:444455556666:targetgroup/kiosk/0123456789abcdef
  targetType: ip
  targetGroupProtocol: HTTP
  serviceRef: { name: web, port: 80 }
`

const ROLLOUT: Readonly<Record<string, string>> = {
  'apiVersion: apps/v1\nkind: Deployment': 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout',
  '  replicas: 3\n': '  replicas: 3\n  strategy: { blueGreen: { activeService: web } }\n',
}

/** An NLB with ip targets, in place of the ALB. */
const behindNlb = (...lines: readonly string[]): Readonly<Record<string, string>> => ({
  'kind: Service\nmetadata:\n  name: web\n': `kind: Service\nmetadata:\n  name: web\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip\n${lines
    .map((line) => `    service.beta.kubernetes.io/aws-load-balancer-${line}\n`)
    .join('')}`,
  '  selector: { app: web }\n  ports: [{ port: 80 }]':
    '  type: LoadBalancer\n  loadBalancerClass: service.k8s.aws/nlb\n  selector: { app: web }\n  ports: [{ port: 80 }]',
  'controller: ingress.k8s.aws/alb': 'controller: k8s.io/ingress-nginx',
})

const LOWERED =
  'slackwater.dev/injected: \'{"grace":{"before":null,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}\''

test.for<[string, Written, Expected]>([
  [
    'no replicas are written, an autoscaler keeps five',
    { changes: { '  replicas: 3\n': '' }, beside: [AUTOSCALER] },
    { ending: [45, 75] },
  ],
  ['no replicas are written', { changes: { '  replicas: 3\n': '' } }, { ending: [45, 75] }],
  ['a blue-green Rollout', { changes: ROLLOUT }, { ending: [45, 75], information: ['gate-not-covering'] }],
  [
    'the load balancer checks another port than the probe: the namespace is labeled all the same',
    {
      label: '',
      changes: {
        'readinessProbe: { httpGet: { port: 80 } }': 'readinessProbe: { httpGet: { path: /up, port: 9901 } }',
      },
    },
    { ending: [45, 75], warnings: ['health-check-differs'], labelled: ['shop'] },
  ],
  [
    'two bindings of one target group',
    { beside: [binding('one'), binding('other')] },
    { ending: [45, 75], warnings: ['binding-shared', 'binding-shared'] },
  ],
  [
    'a misspelt attribute',
    attributes('deregistration_delay.timeout_second=30'),
    { ending: [45, 75], warnings: ['attribute-refused'] },
  ],
  [
    'attributes that exclude each other',
    attributes('slow_start.duration_seconds=60,load_balancing.algorithm.type=least_outstanding_requests'),
    { ending: [45, 75], warnings: ['attribute-refused'] },
  ],
  [
    'an attribute with its unit',
    attributes('deregistration_delay.timeout_seconds=90s'),
    { ending: [45, 75], warnings: ['bad-annotation-value'] },
  ],
  [
    'attributes separated by a semicolon',
    attributes('deregistration_delay.timeout_seconds=90;stickiness.enabled=false'),
    { ending: [45, 75], warnings: ['bad-annotation-value'] },
  ],
  // 5 + max(120, min(20, 120 + 40)) + 5; the NLB cuts at 5 + 20
  [
    'an NLB that ends connections itself',
    {
      changes: {
        ...behindNlb(
          'target-group-attributes: deregistration_delay.timeout_seconds=20,deregistration_delay.connection_termination.enabled=true',
        ),
        ...annotated('slackwater.dev/request-seconds: "40"'),
      },
    },
    { ending: [130, 160], warnings: ['deregistration-delay-cuts-requests'] },
  ],
  // 5 + 120 + 10 + 5 = 140; + the 290 s that the pod has for itself
  [
    'a gateway that drains for minutes',
    { changes: behindNlb(), pod: '      terminationGracePeriodSeconds: 290\n' },
    { ending: [140, 430], information: ['nlb-flows-stay'] },
  ],
  // 5 + max(25, min(28, 25 + 10)) + 5: both are stated here, so it is no mere hint
  [
    'a delay below propagation and request',
    { delay: 28 },
    { ending: [38, 68], warnings: ['deregistration-delay-cuts-requests'] },
  ],
  // 5 + max(25, min(0, 35)) + 5
  ['no delay at all', { delay: 0 }, { ending: [35, 65], warnings: ['deregistration-delay-cuts-requests'] }],
  // S = 5 + 25 + 5 = 35; the proxy goes at 35 + max(55, 40) = 90, and has 5 s
  [
    'a mesh proxy beside an application that drains by itself',
    {
      changes: {
        ...annotated(
          'slackwater.dev/shutdown: graceful',
          'slackwater.dev/shutdown-seconds: "55"',
          'slackwater.dev/request-seconds: "40"',
        ),
        '        - name: app\n':
          '        - { name: istio-proxy, image: "istio/proxyv2:1.24.0" }\n        - name: app\n',
      },
    },
    { ending: [35, 95] },
  ],
  [
    'a mesh proxy whose own hook is too short',
    {
      changes: {
        '        - name: app\n':
          '        - name: linkerd-proxy\n          image: "linkerd/proxy:1"\n          lifecycle: { preStop: { exec: { command: [/bin/sleep, "20"] } } }\n        - name: app\n',
      },
    },
    { ending: [20, 75], warnings: ['prestop-too-short'] },
  ],
  // Nobody could serve meanwhile.
  [
    'one pod that is published before it is ready, and replaced in place',
    {
      replicas: 1,
      changes: {
        '  replicas: 1\n': '  replicas: 1\n  strategy: { type: Recreate }\n',
        '  selector: { app: web }\n  ports':
          '  publishNotReadyAddresses: true\n  selector: { app: web }\n  ports',
      },
    },
    { ending: [0, 30], warnings: ['outage-on-replacement', 'publish-not-ready-addresses'] },
  ],
  // A policy's limit of 60 after our 75: 15 s are left.
  [
    'a grace period that was lowered after us',
    {
      changes: {
        ...annotated(LOWERED),
        [IMAGE]: `${IMAGE}\n          lifecycle: { preStop: { sleep: { seconds: 45 } } }`,
      },
      pod: '      terminationGracePeriodSeconds: 60\n',
    },
    { ending: [45, 60], warnings: ['capped-by-policy'] },
  ],
  [
    'a class that is not among the files, with annotations of the controller',
    {
      changes: {
        'ingressClassName: alb': 'ingressClassName: edge-public',
        'kind: IngressClass\nmetadata:\n  name: alb': 'kind: IngressClass\nmetadata:\n  name: other',
      },
    },
    { ending: [45, 75] },
  ],
])('%s', ([, written, expected]) => {
  const manifests = readManifests([{ name: 'all.yaml', text: textOf(written) }])
  const plan = planManifests({ manifests, settings: settingsWith(), namespace: 'default' })
  expect(plan.problems).toEqual([])
  const [object] = plan.objects
  const findings = plan.objects.flatMap((one) => one.findings.filter(({ holds }) => holds !== 'before'))
  const told = [...findings, ...plan.notices]
  const warnings = told.filter(({ severity }) => severity !== 'information').map(({ id }) => id)
  expect(warnings.toSorted()).toEqual([...(expected.warnings ?? [])].toSorted())
  expect([object?.ending?.sigterm, object?.ending?.sigkill]).toEqual(expected.ending)
  const information = told.filter(({ severity }) => severity === 'information').map(({ id }) => id)
  expect(information).toEqual(expect.arrayContaining([...(expected.information ?? [])]))
  const labelled = plan.namespaces.filter(({ action }) => action === 'add').map(({ name }) => name)
  expect(labelled).toEqual(expected.labelled ?? [])
})
