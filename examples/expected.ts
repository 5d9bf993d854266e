import type { Verdict } from '../src/core/decision/decide.ts'
import type { FindingId } from '../src/core/findings/catalogue.ts'

/** What must come of one object: derived by hand in README.md, never from the program's output. */
export interface Expectation {
  readonly file: string
  readonly kind: string
  readonly name: string
  readonly verdict: Verdict
  /** Where the hook is written: in the template, in its Pods only, or nowhere. */
  readonly into: 'template' | 'pods' | 'nowhere'
  /** The budget: S and G in seconds. */
  readonly sleep: number
  readonly grace: number
  /** Findings that the change ends. */
  readonly fixed: readonly FindingId[]
  /** Findings that stay or come, information too. */
  readonly staying: readonly FindingId[]
}

/** One way of standing behind a load balancer: its chains of reasons besides. */
export interface SourceExpectation extends Expectation {
  readonly namespace: string
  /** The readiness-gate label that its controller wants there. */
  readonly label: string
  readonly chains: readonly string[]
}

export const EXPECTED: readonly Expectation[] = [
  {
    file: '1-bookshop.yaml',
    kind: 'Deployment',
    name: 'storefront',
    verdict: 'inject',
    into: 'template',
    // C 5 + max(P 25, min(D 300, P 25 + R 10)) + J 5; + A 30
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing', 'readiness-gate-missing'],
    staying: ['deregistration-delay-assumed', 'readiness-probe-missing'],
  },
  {
    file: '2-arcade.yaml',
    kind: 'Deployment',
    name: 'arcade',
    verdict: 'complete',
    into: 'nowhere',
    // 5 + max(25, min(70, 35)) + 5; A = grace 60 − hook 10 = 50
    sleep: 45,
    grace: 95,
    fixed: [],
    staying: ['liveness-grace', 'prestop-too-short', 'readiness-gate-missing'],
  },
  {
    file: '3-library.yaml',
    kind: 'Deployment',
    name: 'catalogue',
    verdict: 'inject',
    into: 'template',
    // 5 + max(25, min(30, 35)) + 5; + 30
    sleep: 40,
    grace: 70,
    fixed: ['prestop-missing', 'readiness-gate-missing'],
    staying: ['deregistration-delay-cuts-requests', 'readiness-probe-missing'],
  },
  {
    file: '4-chat.yaml',
    kind: 'Deployment',
    name: 'gateway',
    verdict: 'inject',
    into: 'template',
    // C 5 + P 120 + R 10 + J 5; + 30
    sleep: 140,
    grace: 170,
    fixed: ['prestop-missing'],
    staying: ['liveness-grace', 'nlb-flows-stay'],
  },
  {
    file: '5-payments.yaml',
    kind: 'Deployment',
    name: 'ledger',
    verdict: 'inject-in-pods',
    into: 'pods',
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing'],
    staying: ['deregistration-delay-assumed'],
  },
  {
    file: '6-reports.yaml',
    kind: 'StatefulSet',
    name: 'reports',
    verdict: 'withhold',
    into: 'nowhere',
    sleep: 45,
    grace: 75,
    fixed: [],
    staying: ['deregistration-delay-assumed', 'outage-on-replacement', 'readiness-gate-missing'],
  },
  {
    file: '7-legacy.yaml',
    kind: 'Deployment',
    name: 'portal',
    verdict: 'inject',
    into: 'template',
    // K 10 + I 60 + J 5; + 30
    sleep: 75,
    grace: 105,
    fixed: ['prestop-missing'],
    staying: ['instance-targets'],
  },
]

/** One example of each further source, in `sources`. */
export const SOURCES: readonly SourceExpectation[] = [
  {
    file: 'sources/argo-rollout.yaml',
    namespace: 'tickets',
    kind: 'Rollout',
    name: 'tickets',
    verdict: 'inject-in-pods',
    into: 'pods',
    // C 5 + max(P 25, min(D 300, P 25 + R 10)) + J 5; + A 30
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing'],
    staying: [
      'deregistration-delay-assumed',
      'deregistration-delay-assumed',
      'gate-not-covering',
      'readiness-gate-missing',
    ],
    label: 'elbv2.k8s.aws/pod-readiness-gate-inject',
    chains: [
      'Ingress tickets/tickets → rule tickets.example.com/ → Rollout tickets/tickets → Service tickets/tickets-canary:80 → Rollout tickets/tickets',
      'Ingress tickets/tickets → rule tickets.example.com/ → Rollout tickets/tickets → Service tickets/tickets-stable:80 → Rollout tickets/tickets',
    ],
  },
  {
    file: 'sources/auto-mode.yaml',
    namespace: 'search',
    kind: 'Deployment',
    name: 'search',
    verdict: 'inject',
    into: 'template',
    // the same; another controller, another label
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing'],
    staying: ['deregistration-delay-assumed', 'readiness-gate-missing'],
    label: 'eks.amazonaws.com/pod-readiness-gate-inject',
    chains: [
      'Ingress search/search → rule search.example.com/ → Service search/search:80 → Deployment search/search',
    ],
  },
  {
    file: 'sources/gateway-http.yaml',
    namespace: 'orders',
    kind: 'Deployment',
    name: 'orders',
    verdict: 'inject',
    into: 'template',
    // 5 + max(25, min(45, 35)) + 5: D 45 is written and longer than P + R
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing'],
    staying: ['readiness-gate-missing'],
    label: 'elbv2.k8s.aws/pod-readiness-gate-inject',
    chains: [
      'Gateway edge/public → listener https → HTTPRoute orders/orders → Service orders/orders:80 → Deployment orders/orders',
    ],
  },
  {
    file: 'sources/gateway-tcp.yaml',
    namespace: 'messaging',
    kind: 'Deployment',
    name: 'broker',
    verdict: 'inject',
    into: 'template',
    // C 5 + P 120 + R 10 + J 5; 140 + 30 = 170 > 110
    sleep: 140,
    grace: 170,
    fixed: ['prestop-missing'],
    staying: ['nlb-flows-stay', 'readiness-gate-missing'],
    label: 'elbv2.k8s.aws/pod-readiness-gate-inject',
    chains: [
      'Gateway messaging/broker → listener mqtt → TCPRoute messaging/broker → Service messaging/broker:1883 → Deployment messaging/broker',
    ],
  },
  {
    file: 'sources/target-group-binding.yaml',
    namespace: 'billing',
    kind: 'Deployment',
    name: 'billing',
    verdict: 'inject',
    into: 'template',
    // as the first; D stands in AWS only
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing'],
    staying: ['deregistration-delay-assumed', 'readiness-gate-missing'],
    label: 'elbv2.k8s.aws/pod-readiness-gate-inject',
    chains: ['TargetGroupBinding billing/billing → Service billing/billing:80 → Deployment billing/billing'],
  },
  {
    file: 'sources/three-target-groups.yaml',
    namespace: 'media',
    kind: 'Deployment',
    name: 'media',
    verdict: 'inject',
    into: 'template',
    // ALB instance 10 + 60 + 5 = 75, ALB ip 45, NLB ip 140: the NLB decides
    sleep: 140,
    grace: 170,
    fixed: ['prestop-missing'],
    staying: ['deregistration-delay-assumed', 'instance-targets', 'nlb-flows-stay', 'readiness-gate-missing'],
    label: 'elbv2.k8s.aws/pod-readiness-gate-inject',
    chains: [
      'Ingress media/partners → default backend → Service media/partners:80 → Deployment media/media',
      'Ingress media/web → rule media.example.com/ → Service media/web:80 → Deployment media/media',
      'Service media/stream:1935 → Deployment media/media',
    ],
  },
]
