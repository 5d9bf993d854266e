import { describe, expect, test } from 'vitest'
import { computeBudget } from '../../../src/core/budget/budget.ts'
import { podHooksOf } from '../../../src/core/decision/pod-hooks.ts'
import { FINDINGS, type FindingId } from '../../../src/core/findings/catalogue.ts'
import { findingsOf } from '../../../src/core/findings/findings.ts'
import type { Situation } from '../../../src/core/findings/rule.ts'
import { NO_OVERRIDES } from '../../../src/core/model/overrides.ts'
import { NO_SURROUNDINGS } from '../../../src/core/model/surroundings.ts'
import type { Container, PodTemplate } from '../../../src/core/model/workload.ts'
import type { Declaration } from '../../../src/core/servers/declarations.ts'
import { container, exec, nativeSleep, podTemplate, QUIT, s, said, summary } from '../decision/subjects.ts'
import { exposure, settingsWith } from '../exposures.ts'

interface Given extends Partial<Omit<Situation, 'budget' | 'exposures'>> {
  readonly exposed?: Parameters<typeof exposure>[0]
  readonly shutdownSeconds?: number
  readonly maxSleep?: number
}

/** Behind an ALB with ip targets, S 45, and nothing to say but the assumed deregistration delay. */
function situation({ exposed, shutdownSeconds, maxSleep, ...parts }: Given = {}): Situation {
  const template = parts.template ?? app({ preStop: nativeSleep(45) })
  const exposures = [exposure({ delay: 300, ...exposed })] as const
  const asked = shutdownSeconds === undefined ? {} : { shutdownSeconds: said(s(shutdownSeconds)) }
  const budget = computeBudget({
    exposures,
    settings: settingsWith({ maxSleepSeconds: s(maxSleep ?? 240) }),
    overrides: { ...NO_OVERRIDES, ...asked },
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

const found = (id: FindingId, given: Given) => {
  const one = situation(given)
  return findingsOf(one, one).filter((finding) => finding.id === id)
}

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
      'the grace period is 30 s, Slackwater wrote 75 s: something lowered it; set maxGraceSeconds',
      {
        template: podTemplate({
          annotations: { 'slackwater.dev/injected': '{"grace":{"before":20,"after":75},"sleep":{}}' },
        }),
      },
    ],
    // P 25 + R 10
    [
      'deregistration-delay-cuts-requests',
      'warning',
      'deregistration delay 30 s of web is below 35 s (propagation P + longest request R)',
      { exposed: { delay: 30 } },
    ],
    // min(A, 30): 81 + 30 = 111 > 110
    [
      'grace-above-limit',
      'warning',
      '111 s from preStop to exit exceed the 110 s that a Spot notice leaves',
      { template: app({ preStop: nativeSleep(81) }, { grace: s(120), spot: true }) },
    ],
    [
      'grace-above-limit',
      'warning',
      'grace period 601 s exceeds cluster-autoscaler’s 600 s',
      { template: app({ preStop: QUIT }, { grace: s(601) }) },
    ],
    // 75 − 45 = 30 < 31
    [
      'grace-too-short',
      'warning',
      'grace period 75 s leaves 30 s after a preStop of 45 s',
      { shutdownSeconds: 31 },
    ],
    [
      'grace-too-short',
      'warning',
      'grace period 30 s leaves 0 s after a preStop of 45 s',
      { template: podTemplate({ containers: [container('app', { preStop: nativeSleep(45) })] }) },
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
      'outage-on-replacement',
      'warning',
      'the only pod goes first: no sleep is injected',
      { outage: 'the only pod goes first' },
    ],
    // 7 < C 5 + P 25
    [
      'grace-too-short',
      'warning',
      'SIGKILL at 7 s, requests arrive until 30 s: raise the grace period',
      { template: app({ preStop: QUIT }, { grace: s(7) }) },
    ],
    [
      'grace-too-short',
      'warning',
      'grace period 0: SIGKILL at 0 s, no preStop hook runs; requests arrive until 30 s',
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
      'the length of the preStop hook on app is unknown; it needs 45 s',
      { template: app({ preStop: QUIT }) },
    ],
    // ALB: 15 × 2 + 15 = 45, and 10 to be ready
    [
      'progress-deadline-too-short',
      'warning',
      'progressDeadlineSeconds 55: a new pod may need 55 s (2 health checks every 15 s + 15 s until the gate is set + minReadySeconds 10)',
      { workload: summary({ replicas: 0, progressDeadline: s(55), minReadySeconds: s(10) }) },
    ],
    // A classic load balancer has no gate: the 10 s to be ready alone.
    [
      'progress-deadline-too-short',
      'warning',
      'progressDeadlineSeconds 10: a new pod may need 10 s (minReadySeconds 10)',
      {
        exposed: { loadBalancer: 'classic' },
        workload: summary({ progressDeadline: s(10), minReadySeconds: s(10) }),
      },
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
      'controller-not-ready',
      'warning',
      'Deployment kube-system/lbc has no ready replica: no target is deregistered, so no sleep helps',
      { lbcDown: 'Deployment kube-system/lbc' },
    ],
    [
      'readiness-probe-missing',
      'warning',
      'no container has a readiness probe: a pod counts as ready as soon as it runs',
      { template: app({ hasReadinessProbe: false }) },
    ],
    [
      'request-declared',
      'information',
      // An ALB ends what is silent for its idle timeout of 60.
      'app allows 300 s (--timeout 300): if requests take longer than 10 s, set slackwater.dev/request-seconds: "60"',
      { declared: declares('request', 300, '--timeout 300') },
    ],
    [
      'request-declared',
      'information',
      'the ALB of web allows 600 s (idle_timeout.timeout_seconds): if requests take longer than 10 s, set slackwater.dev/request-seconds: "600"',
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
    [
      'shutdown-declared',
      'information',
      // 75 − 45
      'app may need 76 s after SIGTERM (--graceful-timeout 76), it gets 30 s: set slackwater.dev/shutdown-seconds: "76"',
      { declared: declares('shutdown', 76, '--graceful-timeout 76') },
    ],
    ['single-replica', 'information', 'one replica', { workload: summary({ replicas: 1 }) }],
    // 30 = C 5 + P 25 still covers the propagation; 29 does not.
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
    expect(found(id, given)).toEqual([{ id, severity, message, holds: 'throughout' }])
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
    expect(findingsOf(one, one)).toEqual([
      {
        id: 'deregistration-delay-assumed',
        severity: 'information',
        message: 'deregistration delay of web assumed: AWS default 300 s',
        holds: 'throughout',
      },
    ])
  })
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

test('findings come in the order of the catalogue', () => {
  const one = situation({ template: podTemplate(), gateLabelled: false, exposed: { delay: 5 } })
  const ids = findingsOf(one, one).map(({ id }) => id)
  expect(ids).toEqual(['deregistration-delay-cuts-requests', 'prestop-missing', 'readiness-gate-missing'])
  expect(Object.keys(FINDINGS)).toEqual(expect.arrayContaining(ids))
})
