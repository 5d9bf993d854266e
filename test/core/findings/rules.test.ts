import { describe, expect, test } from 'vitest'
import { computeBudget } from '../../../src/core/budget/budget.ts'
import { podHooksOf } from '../../../src/core/decision/pod-hooks.ts'
import { FINDINGS, type FindingId } from '../../../src/core/findings/catalogue.ts'
import type { Finding } from '../../../src/core/findings/finding.ts'
import { findingsOf } from '../../../src/core/findings/findings.ts'
import type { Situation } from '../../../src/core/findings/rule.ts'
import { NO_OVERRIDES } from '../../../src/core/model/overrides.ts'
import type { Autoscaled, ScaledWorkload } from '../../../src/core/model/replicas.ts'
import type { Settings, TermSettings } from '../../../src/core/model/settings.ts'
import { NO_SURROUNDINGS } from '../../../src/core/model/surroundings.ts'
import type { Container, HttpEndpoint, PodTemplate, Replacement } from '../../../src/core/model/workload.ts'
import type { Declaration } from '../../../src/core/servers/declarations.ts'
import { DEFAULT_SETTINGS } from '../../../src/settings/schema.ts'
import { container, exec, nativeSleep, podTemplate, QUIT, s, said, summary } from '../decision/subjects.ts'
import { exposure, settingsWith } from '../exposures.ts'

interface Given extends Partial<Omit<Situation, 'budget' | 'exposures'>> {
  readonly exposed?: Parameters<typeof exposure>[0]
  readonly more?: readonly Parameters<typeof exposure>[0][]
  readonly shutdownSeconds?: number
  readonly maxSleep?: number
  readonly settings?: Settings
  readonly graceful?: boolean
}

/** Behind an ALB with ip targets, S 45, and nothing to say but the assumed deregistration delay. */
function situation({
  exposed,
  shutdownSeconds,
  maxSleep,
  settings,
  graceful,
  more = [],
  ...parts
}: Given = {}): Situation {
  const template = parts.template ?? app({ preStop: nativeSleep(45) })
  const exposures = [
    exposure({ delay: 300, ...exposed }),
    ...more.map((one) => exposure({ delay: 300, ...one })),
  ] as const
  const asked = shutdownSeconds === undefined ? {} : { shutdownSeconds: said(s(shutdownSeconds)) }
  const budget = computeBudget({
    exposures,
    settings: settings ?? settingsWith({ maxSleepSeconds: s(maxSleep ?? 240) }),
    overrides: { ...NO_OVERRIDES, ...asked, graceful: graceful === true },
    pod: podHooksOf(template, settingsWith()),
    spot: false,
  })
  return { workload: summary({ replicas: 0 }), gateLabelled: true, ...parts, template, exposures, budget }
}

const declares = (role: Declaration['role'], value: number, line: string): readonly Declaration[] => [
  { container: 'app', isFront: true, role, value: s(value), line },
]

/** One container with a grace period that bears S and 30 s of shutdown. */
const app = (wanted: Partial<Container>, parts: Partial<PodTemplate> = {}): PodTemplate =>
  podTemplate({ grace: s(75), containers: [container('app', wanted)], ...parts })

const scaledBy = (kind: string, least: number, most: number): Autoscaled => ({
  least,
  most,
  by: { kind, namespace: 'shop', name: 'web' },
})

/** Nobody states its replicas. */
function unstated(replacement: Replacement): ScaledWorkload {
  const { replicas: _, ...rest } = summary({ replacement })
  return rest
}
const DECK = { kind: 'Rollout', namespace: 'shop', name: 'deck' } as const
/** One that serves on `http` 8080 and `admin` 9090. */
const probing = (readinessHttp: HttpEndpoint, parts: Partial<PodTemplate> = {}): PodTemplate =>
  app(
    {
      preStop: nativeSleep(45),
      readinessHttp,
      ports: [
        { name: 'http', port: 8080 },
        { name: 'admin', port: 9090 },
      ],
    },
    parts,
  )

const gated = (...readinessGates: readonly string[]): PodTemplate =>
  app({ preStop: nativeSleep(45) }, { readinessGates })

const found = (id: FindingId, given: Given) => {
  const one = situation(given)
  return findingsOf(one, one).filter((finding) => finding.id === id)
}

const told = ({ id, severity, message, holds }: Finding) => ({ id, severity, message, holds })

test('a pod that has all it needs is told nothing', () => {
  const one = situation()
  expect(findingsOf(one, one)).toEqual([])
})

describe('each rule: its severity and its words, with the numbers of the object', () => {
  test.for<[FindingId, string, string, Given]>([
    [
      'capped-by-policy',
      'warning',
      // Nothing written is the API server's 30.
      'something lowered the grace period from 75 s to 30 s: 30 s is left after the sleep of 0 s; raise the policy’s limit to 75 s, or set maxGraceSeconds: 30',
      {
        template: podTemplate({
          annotations: { 'slackwater.dev/injected': '{"grace":{"before":20,"after":75},"sleep":{}}' },
        }),
      },
    ],
    // C 5 + D 30; C 5 + P 25 + R 10; P 25 + R 10
    [
      'deregistration-delay-cuts-requests',
      'warning',
      'the ALB of web cuts requests 35 s (controller 5 + delay 30) after the deletion, the last one may take until 40 s (controller 5 + propagation 25 + request 10): raise the deregistration delay from 30 s to 35 s',
      { exposed: { delay: 30 } },
    ],
    [
      'gate-not-covering',
      'information',
      'new pods join the target group of web only when Rollout shop/deck switches to them: no readiness gate covers that; the strategy canary with pingPong avoids it',
      { exposed: { switchedBy: { rollout: DECK, strategy: 'blue-green' } } },
    ],
    [
      'gate-not-covering',
      'information',
      'new pods join the target group of web only when Rollout shop/deck switches to them: no readiness gate covers that; pingPong avoids it',
      { exposed: { switchedBy: { rollout: DECK, strategy: 'canary' } } },
    ],
    // C 5 + D 100; C 5 + P 120 + R 10
    [
      'deregistration-delay-cuts-requests',
      'warning',
      'the NLB of web cuts requests 105 s (controller 5 + delay 100) after the deletion, the last one may take until 135 s (controller 5 + propagation 120 + request 10): raise the deregistration delay from 100 s to 130 s',
      { exposed: { loadBalancer: 'nlb', delay: 100, termination: [true] } },
    ],
    // min(A, 30): 81 + 30 = 111 > 110
    [
      'grace-above-limit',
      'warning',
      'preStop 81 s + 30 s to exit = 111 s, a Spot notice leaves 110 s',
      { template: app({ preStop: nativeSleep(81) }, { grace: s(120), spot: true }) },
    ],
    [
      'grace-above-limit',
      'information',
      'grace period 601 s: cluster-autoscaler, if used, ends the pod after 600 s: raise its --max-graceful-termination-sec',
      { template: app({ preStop: QUIT }, { grace: s(601) }) },
    ],
    // 75 − 45 = 30 < 31
    [
      'grace-too-short',
      'warning',
      'grace period 75 s leaves 30 s after a preStop of 45 s: set terminationGracePeriodSeconds 76',
      { shutdownSeconds: 31 },
    ],
    [
      'grace-too-short',
      'warning',
      'grace period 30 s leaves 0 s after a preStop of 45 s: set terminationGracePeriodSeconds 75',
      { template: podTemplate({ containers: [container('app', { preStop: nativeSleep(45) })] }) },
    ],
    // Nothing is written: `/` on the target port.
    [
      'health-check-differs',
      'warning',
      'the ALB of web checks / on port 8080, the readiness probe of app /ready on 9090: let both check the same path and port',
      {
        exposed: { checks: [{}], port: { port: 80, targetPort: 8080 } },
        template: probing({ path: '/ready', port: 'admin' }),
      },
    ],
    [
      'health-check-differs',
      'information',
      'the NLB of web checks /up on port 8080, the readiness probe of app /ready on 8080: let both check the same path and port',
      {
        exposed: { loadBalancer: 'nlb', checks: [{ protocol: 'HTTP', path: '/up', port: '8080' }] },
        template: probing({ path: '/ready', port: 8080 }),
      },
    ],
    [
      'instance-targets',
      'information',
      'instance targets of web: a busy connection breaks at SIGTERM: answer “Connection: close” before exit, or use ip targets; minReadySeconds replaces the gate',
      { exposed: { targetType: 'instance' } },
    ],
    [
      'keep-alive-below-idle-timeout',
      'information',
      'app closes idle connections after 2 s (--keep-alive 2), the ALB after 60 s: 502s at any hour; set more than 60 s',
      { declared: declares('keep-alive', 2, '--keep-alive 2') },
    ],
    [
      'legacy-readiness-gate',
      'warning',
      'readiness gate target-health.alb.ingress.k8s.aws/a belongs to controller 1.x: nothing sets it anymore',
      { template: app({}, { readinessGates: ['other', 'target-health.alb.ingress.k8s.aws/a'] }) },
    ],
    [
      'liveness-grace',
      'information',
      'a failing liveness or startup probe of app runs the preStop hook first',
      { template: app({ preStop: nativeSleep(45), probes: { startupProbe: { grace: s(45) } } }) },
    ],
    [
      'local-policy-loses',
      'warning',
      'Service web has externalTrafficPolicy Local: its node drops requests at exit, no sleep helps; use ip targets or Cluster',
      { exposed: { targetType: 'instance', local: true } },
    ],
    [
      'nlb-flows-stay',
      'information',
      'keep-alive and gRPC connections over the NLB of web stay on the pod until SIGTERM; if the application closes them then, set slackwater.dev/shutdown: graceful',
      { exposed: { loadBalancer: 'nlb' } },
    ],
    [
      'outage-on-replacement',
      'warning',
      'the only pod goes first: no sleep is injected',
      { outage: 'the only pod goes first' },
    ],
    [
      'outage-on-replacement',
      'information',
      'replicas is not set, more than one is assumed; if there is one, its replacement is an outage: set replicas',
      { outageIfOne: 'the only pod goes first' },
    ],
    // 7 < C 5 + P 25; S 45 + A 7, the grace that it had
    [
      'grace-too-short',
      'warning',
      'SIGKILL at 7 s, requests arrive until 30 s: set terminationGracePeriodSeconds 52',
      { template: app({ preStop: QUIT }, { grace: s(7) }) },
    ],
    // 0 is no time that somebody counted on: S 45 + A 30
    [
      'grace-too-short',
      'warning',
      'grace period 0: SIGKILL at 0 s, no preStop hook runs; requests arrive until 30 s: set terminationGracePeriodSeconds 75',
      { template: app({ preStop: nativeSleep(45) }, { grace: s(0) }) },
    ],
    [
      'prestop-ends-server',
      'warning',
      'preStop of app ends the server at once (nginx), requests arrive until 30 s: sleep 45 s first',
      { template: app({ preStop: exec('/usr/sbin/nginx', '-s', 'quit') }) },
    ],
    [
      'prestop-missing',
      'warning',
      'no preStop hook on app, log and 1 more: it needs 45 s',
      { template: podTemplate({ containers: ['app', 'log', 'envoy'].map((name) => container(name)) }) },
    ],
    [
      'prestop-too-short',
      'warning',
      'preStop of app sleeps 44 s, it needs 45 s',
      { template: app({ preStop: nativeSleep(44) }) },
    ],
    [
      'prestop-unknown-length',
      'information',
      'the length of the preStop hook on app is unknown: if it does not wait 45 s, begin it with sleep 45',
      { template: app({ preStop: QUIT }) },
    ],
    // ALB: 15 × 2 + 15 = 45, and 10 to be ready
    [
      'progress-deadline-too-short',
      'warning',
      'progressDeadlineSeconds 55: a new pod may need 55 s (2 health checks every 15 s + 15 s until the gate is set + minReadySeconds 10): raise it above 55',
      { workload: summary({ replicas: 0, progressDeadline: s(55), minReadySeconds: s(10) }) },
    ],
    // A classic load balancer has no gate: the 10 s to be ready alone.
    [
      'progress-deadline-too-short',
      'warning',
      'progressDeadlineSeconds 10: a new pod may need 10 s (minReadySeconds 10): raise it above 10',
      {
        exposed: { loadBalancer: 'classic' },
        workload: summary({ progressDeadline: s(10), minReadySeconds: s(10) }),
      },
    ],
    // Without the label there is no gate either.
    [
      'progress-deadline-too-short',
      'warning',
      'progressDeadlineSeconds 10: a new pod may need 10 s (minReadySeconds 10): raise it above 10',
      { gateLabelled: false, workload: summary({ progressDeadline: s(10), minReadySeconds: s(10) }) },
    ],
    [
      'publish-not-ready-addresses',
      'warning',
      'Service web has publishNotReadyAddresses: its pods are deregistered only when they are gone',
      { exposed: { publishNotReadyAddresses: true } },
    ],
    [
      'readiness-gate-missing',
      'warning',
      'the namespace has no readiness-gate label: new pods are ready before their targets are healthy',
      { gateLabelled: false },
    ],
    [
      'readiness-gate-missing',
      'warning',
      'the controller injects none: new pods are ready before their targets are healthy',
      { gateLabelled: false, noGate: 'the controller injects none' },
    ],
    [
      'readiness-gate-missing',
      'information',
      'the Namespace was not read: whether it has the readiness-gate label is unknown',
      { gateLabelled: false, isGateUnknown: true },
    ],
    [
      'controller-not-ready',
      'warning',
      'Deployment kube-system/lbc has no ready replica: no target is deregistered, so no sleep helps, and new pods get no readiness gate: restore it before a rollout',
      { lbcDown: 'Deployment kube-system/lbc' },
    ],
    [
      'readiness-probe-missing',
      'warning',
      'no container has a readiness probe: a pod counts as ready as soon as it runs',
      { template: app({ hasReadinessProbe: false }) },
    ],
    [
      'readiness-probe-missing',
      'warning',
      'no container has a readiness probe: a pod counts as ready as soon as its startup probe has passed',
      { template: app({ hasReadinessProbe: false, probes: { startupProbe: {} } }) },
    ],
    [
      'request-declared',
      'information',
      // An ALB ends what is silent for its idle timeout of 60; 5 + 25 + 60 + 5 = 95 is no more than 240.
      'app allows 300 s (--timeout 300): if requests take longer than 10 s, set slackwater.dev/request-seconds: "60"',
      { declared: declares('request', 300, '--timeout 300') },
    ],
    [
      'request-declared',
      'information',
      // The sleep ends with D: 5 + 200 + 5 = 210.
      'the ALB of web allows 600 s (idle_timeout.timeout_seconds): if requests take longer than 10 s, set slackwater.dev/request-seconds: "600"',
      { exposed: { idle: 600, delay: 200 } },
    ],
    [
      'request-declared',
      'information',
      // 5 + 300 + 5 = 310 is cut to 240.
      'the ALB of web allows 600 s (idle_timeout.timeout_seconds): if requests take longer than 10 s, set slackwater.dev/request-seconds to the longest one, or slackwater.dev/shutdown: graceful',
      { exposed: { idle: 600 } },
    ],
    [
      'rollout-loses-capacity',
      'warning',
      'maxUnavailable allows all 2 replicas to be unavailable before a new one is ready',
      {
        workload: summary({
          replicas: 2,
          replacement: { kind: 'rolling', maxSurge: { count: 1 }, maxUnavailable: { count: 2 } },
        }),
      },
    ],
    [
      'rollout-loses-capacity',
      'warning',
      'maxUnavailable allows the only replica (the minimum of ScaledObject shop/web) to be unavailable before a new one is ready',
      {
        workload: {
          ...summary({
            replacement: { kind: 'rolling', maxSurge: { count: 1 }, maxUnavailable: { count: 1 } },
          }),
          autoscaled: scaledBy('ScaledObject', 1, 40),
        },
      },
    ],
    [
      'rollout-loses-capacity',
      'warning',
      'maxUnavailable allows all replicas to be unavailable before a new one is ready',
      {
        workload: unstated({
          kind: 'rolling',
          maxSurge: { count: 1 },
          maxUnavailable: { percent: 100 },
        }),
      },
    ],
    // Four old ones asleep, four new ones running.
    [
      'rollout-peak-pods',
      'information',
      'up to 8 pods at once in a rollout, ResourceQuota team allows 7: new ones wait for old ones to end',
      {
        workload: summary({ replicas: 4 }),
        surroundings: { ...NO_SURROUNDINGS, podQuotas: [{ name: 'team', pods: 7 }] },
      },
    ],
    // Of the 40 that there may be, not of the minimum.
    [
      'rollout-peak-pods',
      'information',
      'up to 80 pods at once in a rollout of 40 (the maximum of HorizontalPodAutoscaler shop/web), ResourceQuota team allows 50: new ones wait for old ones to end',
      {
        surroundings: { ...NO_SURROUNDINGS, podQuotas: [{ name: 'team', pods: 50 }] },
        workload: {
          ...summary({ replicas: 4 }),
          autoscaled: scaledBy('HorizontalPodAutoscaler', 6, 40),
        },
      },
    ],
    [
      'shutdown-declared',
      'information',
      // Of the grace period of 75 the container's own hook takes 45: 31 is more than what is left.
      'app may need 31 s after SIGTERM (--graceful-timeout 31), it gets 30 s: set slackwater.dev/shutdown-seconds: "31"',
      { declared: declares('shutdown', 31, '--graceful-timeout 31') },
    ],
    [
      'single-replica',
      'information',
      'one replica: nothing serves while its node fails or is drained; run two',
      { workload: summary({ replicas: 1 }) },
    ],
    [
      'single-replica',
      'information',
      'one replica (the minimum of HorizontalPodAutoscaler shop/web): nothing serves while its node fails or is drained; run two',
      { workload: { ...summary(), autoscaled: scaledBy('HorizontalPodAutoscaler', 1, 40) } },
    ],
    // 30 = C 5 + P 25 still covers the propagation; 29 does not.
    [
      'zone-without-target',
      'information',
      'the NLB of web sends within a zone only: 2 pods may leave a zone without target: turn cross-zone on',
      { exposed: { loadBalancer: 'nlb', crossZone: false }, workload: summary({ replicas: 2 }) },
    ],
    [
      'zone-without-target',
      'information',
      'the NLB of web sends within a zone only: 1 pod leaves a zone without target (the minimum of HorizontalPodAutoscaler shop/web): turn cross-zone on',
      {
        exposed: { loadBalancer: 'nlb', crossZone: false },
        workload: { ...summary({ replicas: 6 }), autoscaled: scaledBy('HorizontalPodAutoscaler', 1, 40) },
      },
    ],
    [
      'stale-gate',
      'warning',
      'no TargetGroupBinding k8s-shop-web-0123456789 sends to these pods: no controller sets its readiness gate, so no new pod becomes ready: remove the gate',
      { template: gated('target-health.elbv2.k8s.aws/k8s-shop-web-0123456789') },
    ],
    // The binding may stand elsewhere.
    [
      'stale-gate',
      'information',
      'TargetGroupBinding web is not known here: if it does not exist, no new pod becomes ready: remove its readiness gate',
      { template: gated('target-health.elbv2.k8s.aws/web') },
    ],
    [
      'stale-gate',
      'warning',
      'no TargetGroupBinding web-2 sends to these pods: no controller sets its readiness gate, so no new pod becomes ready: remove the gate',
      {
        exposed: { binding: 'web' },
        template: gated('target-health.elbv2.k8s.aws/web', 'target-health.eks.amazonaws.com/web-2'),
      },
    ],
    [
      'sleep-capped',
      'warning',
      'maxSleepSeconds cuts the sleep from 45 s to 30 s: the longest requests may be cut',
      { maxSleep: 30 },
    ],
    [
      'sleep-capped',
      'warning',
      'maxSleepSeconds cuts the sleep from 45 s to 29 s: requests will be lost',
      { maxSleep: 29 },
    ],
    [
      'sleep-longer-than-needed',
      'information',
      'preStop of app sleeps 56 s, 45 s is enough',
      { template: app({ preStop: nativeSleep(56) }, { grace: s(86) }) },
    ],
  ])('%s (%s): %s', ([id, severity, message, given]) => {
    expect(found(id, given).map(told)).toEqual([{ id, severity, message, holds: 'throughout' }])
  })

  test('deregistration-delay-assumed', () => {
    const { template, budget: _, ...rest } = situation()
    const exposures = [exposure()] as const
    const settings = settingsWith()
    const budget = computeBudget({
      exposures,
      settings,
      overrides: NO_OVERRIDES,
      pod: podHooksOf(template, settings),
      spot: false,
    })
    const one = { ...rest, template, exposures, budget }
    expect(findingsOf(one, one).map(told)).toEqual([
      {
        id: 'deregistration-delay-assumed',
        severity: 'information',
        message: 'deregistration delay of web assumed: AWS default 300 s',
        holds: 'throughout',
      },
    ])
  })
})

test('a deregistration delay below two defaults of ours is no more than a hint', () => {
  const told = (delay: number, terms: TermSettings) =>
    found('deregistration-delay-cuts-requests', {
      exposed: { delay },
      settings: { ...DEFAULT_SETTINGS, terms },
    })
  expect(told(1, {})).toMatchObject([{ severity: 'information' }])
  expect(told(1, { requestSeconds: s(10) })).toMatchObject([{ severity: 'warning' }])
  expect(told(1, { propagationSeconds: { alb: s(25) } })).toMatchObject([{ severity: 'warning' }])
  expect(told(1, { propagationSeconds: { nlb: s(25) } })).toMatchObject([{ severity: 'information' }])
  // No delay at all cuts every request that is open, however long the others take.
  expect(told(0, {})).toMatchObject([{ severity: 'warning' }])
})

describe('health check and readiness probe are not compared, or are the same', () => {
  const target = { port: 80, name: 'web', targetPort: 8080 }
  const other = probing({ path: '/ready', port: 9090 })
  const sidecar = (ports: Container['ports']) =>
    container('proxy', { preStop: nativeSleep(45), ...(ports && { ports }) })
  const beside = (one: Container) => ({ ...other, containers: [...other.containers, one] })
  test.for<[string, Given]>([
    ['nothing tells the check', { exposed: { port: target }, template: other }],
    [
      'two objects tell different checks',
      { exposed: { port: target, checks: [{}, { path: '/a' }] }, template: other },
    ],
    ['the target port is not known', { exposed: { checks: [{}] }, template: other }],
    [
      'an NLB checks by TCP',
      { exposed: { loadBalancer: 'nlb', port: target, checks: [{}] }, template: other },
    ],
    [
      'the check is one of gRPC',
      { exposed: { port: target, checks: [{ protocol: 'GRPC' }] }, template: other },
    ],
    [
      'the check takes other answers',
      { exposed: { port: target, checks: [{ codes: '200-404' }] }, template: other },
    ],
    [
      'the targets are nodes',
      { exposed: { targetType: 'instance', port: target, checks: [{}] }, template: other },
    ],
    [
      'path and port are the same, by name',
      {
        exposed: {
          port: { port: 80, targetPort: 'http' },
          checks: [{ path: '/ready/', port: 'traffic-port' }],
        },
        template: probing({ path: 'ready?deep=1', port: 8080 }),
      },
    ],
    [
      'the port of the check is that of the probe',
      { exposed: { port: target, checks: [{ path: '/ready', port: '9090' }] }, template: other },
    ],
    [
      'a sidecar has the port of the check',
      {
        exposed: { port: { port: 80, targetPort: 7070 }, checks: [{}] },
        template: beside(sidecar([{ port: 7070 }])),
      },
    ],
    [
      'a sidecar has the port of the probe',
      {
        exposed: { port: target, checks: [{}] },
        template: {
          ...probing({ path: '/app-health/app/readyz', port: 15020 }),
          nativeSidecars: [sidecar([{ port: 15020 }])],
        },
      },
    ],
    [
      'nobody names the port of the probe, and there are two',
      {
        exposed: { port: target, checks: [{}] },
        template: {
          ...probing({ path: '/app-health/app/readyz', port: 15020 }),
          nativeSidecars: [sidecar(undefined)],
        },
      },
    ],
    ['the probe is none of HTTP', { exposed: { port: target, checks: [{}] }, template: app({}) }],
  ])('where %s', ([, given]) => {
    expect(found('health-check-differs', given)).toEqual([])
  })

  test('but where the only container names no port, both are its own', () => {
    const template = app({ readinessHttp: { path: '/ready', port: 8080 } })
    expect(found('health-check-differs', { exposed: { port: target, checks: [{}] }, template })).toHaveLength(
      1,
    )
  })
})

describe('an NLB keeps open connections on their pod', () => {
  test.for<[string, Given]>([
    ['it ends them itself', { exposed: { loadBalancer: 'nlb', termination: [true] } }],
    ['UDP has no connection', { exposed: { loadBalancer: 'nlb', port: { port: 53, isUdp: true } } }],
    ['an ALB sends its next request to another pod', {}],
    ['the application drains by itself', { exposed: { loadBalancer: 'nlb' }, graceful: true }],
  ])('not said where %s', ([, given]) => {
    expect(found('nlb-flows-stay', given)).toEqual([])
  })
})

test.for<[string, Given, number]>([
  ['is told', {}, 1],
  ['three pods', { workload: summary({ replicas: 3 }) }, 0],
  ['nobody stated how many', { workload: summary({}) }, 0],
  ['they must spread', { template: app({ preStop: nativeSleep(45) }, { spreadsOverZones: true }) }, 0],
  ['it is on', { exposed: { loadBalancer: 'nlb', crossZone: true } }, 0],
  ['nobody turned it off', { exposed: { loadBalancer: 'nlb' } }, 0],
])('two pods behind an NLB whose cross-zone balancing is off: %s', ([, given, times]) => {
  const zonal = { loadBalancer: 'nlb', crossZone: false } as const
  const all = { exposed: zonal, workload: summary({ replicas: 2 }), ...given }
  expect(found('zone-without-target', all)).toHaveLength(times)
})

test.for<[string, Given]>([
  [
    'its binding sends here',
    { exposed: { binding: 'web' }, template: gated('target-health.elbv2.k8s.aws/web') },
  ],
  ['it is of somebody else', { template: gated('example.com/warm') }],
  [
    'the controller has put it into a Pod',
    { isPod: true, template: gated('target-health.elbv2.k8s.aws/web') },
  ],
])('a readiness gate is not stale where %s', ([, given]) => {
  expect(found('stale-gate', given)).toEqual([])
})

test('two target groups of one Service that have the same to say say it once', () => {
  const exposed = { targetType: 'instance', local: true } as const
  const [one] = found('local-policy-loses', { exposed })
  expect(found('local-policy-loses', { exposed, more: [exposed] })).toEqual([one])
})

test('the policy Local loses nothing where the check asks kube-proxy, nor with ip targets', () => {
  const local = { targetType: 'instance', local: true } as const
  expect(found('local-policy-loses', { exposed: { ...local, loadBalancer: 'nlb' } })).toEqual([])
  expect(found('local-policy-loses', { exposed: { ...local, checks: [{ asksKubeProxy: true }] } })).toEqual(
    [],
  )
  expect(found('local-policy-loses', { exposed: { local: true } })).toEqual([])
})

describe('a Spot template is warned of what does not matter to another one', () => {
  test.for([
    [true, 1],
    [false, 0],
  ] as const)('spot: %s', ([spot, count]) => {
    const template = app({ preStop: nativeSleep(81) }, { grace: s(120), spot })
    expect(found('grace-above-limit', { template })).toHaveLength(count)
  })

  test('80 + 30 is within the notice', () => {
    const template = app({ preStop: nativeSleep(80) }, { grace: s(110), spot: true })
    expect(found('grace-above-limit', { template })).toEqual([])
  })
})

describe('before and after are told apart', () => {
  const short = situation({ template: app({ preStop: nativeSleep(10) }) })
  const shorter = situation({ template: app({ preStop: nativeSleep(5) }) })
  const right = situation()
  const told = (before: Situation, after: Situation) =>
    findingsOf(before, after).map(({ holds, message }) => [holds, message])

  test('our change ends it, brings it, or only moves its numbers', () => {
    expect(told(short, right)).toEqual([['before', 'preStop of app sleeps 10 s, it needs 45 s']])
    expect(told(right, short)).toEqual([['after', 'preStop of app sleeps 10 s, it needs 45 s']])
    expect(told(shorter, short)).toEqual([['throughout', 'preStop of app sleeps 10 s, it needs 45 s']])
  })
})

describe('what lets another pod serve during a replacement', () => {
  const least = { percent: 0 }
  test.for<[string, Replacement | undefined, number, string]>([
    [
      'one at a time',
      { kind: 'rolling', maxSurge: least, maxUnavailable: least },
      1,
      'run two replicas, or allow maxSurge: 1',
    ],
    ['a StatefulSet has no surge', { kind: 'in-place' }, 1, 'run two replicas'],
    ['all go first, however many', { kind: 'recreate' }, 3, 'use strategy RollingUpdate'],
    [
      'several, of which a Service selects one',
      { kind: 'in-place' },
      3,
      'let its Service select several pods',
    ],
    ['a workload that is not known', undefined, 0, 'let its Service select several pods'],
  ])('%s', ([, replacement, replicas, action]) => {
    const workload = replacement && summary({ replicas, replacement })
    const given = { outage: 'it goes first', exposed: { selectsOnePod: true } }
    const { workload: _, ...unknown } = situation(given)
    const one = workload === undefined ? unknown : situation({ ...given, workload })
    const [outage] = findingsOf(one, one).filter(({ id }) => id === 'outage-on-replacement')
    expect(outage?.action).toBe(action)
  })
})

test('nodes are targets before and after a switch', () => {
  const exposed = {
    targetType: 'instance',
    switchedBy: { rollout: DECK, strategy: 'blue-green' },
  } as const
  expect(found('gate-not-covering', { exposed })).toEqual([])
})

test('findings come in the order of the catalogue', () => {
  const one = situation({ template: podTemplate(), gateLabelled: false, exposed: { delay: 5 } })
  const ids = findingsOf(one, one).map(({ id }) => id)
  expect(ids).toEqual(['deregistration-delay-cuts-requests', 'prestop-missing', 'readiness-gate-missing'])
  expect(Object.keys(FINDINGS)).toEqual(expect.arrayContaining(ids))
})
