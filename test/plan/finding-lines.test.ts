import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import type { Finding } from '../../src/core/findings/finding.ts'
import { findingsOfPods } from '../../src/core/findings/findings.ts'
import type { Remark, Situation } from '../../src/core/findings/rule.ts'
import { lbcNotReady } from '../../src/core/findings/rules/controller-not-ready.ts'
import { RULES } from '../../src/core/findings/rules.ts'
import { warningOf } from '../../src/core/findings/warning-line.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { type Plan, planManifests } from '../../src/plan/plan.ts'
import { planOfText } from '../cli/fixture-plans.ts'
import { s } from '../core/decision/subjects.ts'
import { settingsWith } from '../core/exposures.ts'
import { cutIn, type FindingLine } from './cut-lines.ts'
import { OTHER_CASES, PASTE_CASES, VARIANTS } from './paste-cases.ts'

/** What a finding says in one line, `ID: BRIEF; ACTION`: whole within the 120 characters of a warning. */

/** With what AWS says, which no fix is pasted to. */
const WITNESSED = 'test/fixtures/findings/attribute-differs/fail.delay.yaml'

const CASES = [
  ...PASTE_CASES,
  ...OTHER_CASES,
  ['attribute-differs', readFileSync(WITNESSED, 'utf8')] as const,
]

const findingsIn = (plan: Plan): readonly Finding[] => plan.objects.flatMap(({ findings }) => findings)

const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'

/** Only a cluster shows it. */
const stuckPod = (name: string): readonly Finding[] => {
  const pod = { kind: 'Pod', namespace: 'shop', name }
  return findingsOfPods({
    stuck: { pods: 2, longest: { pod, workload: pod, gate: GATE, limit: s(195), since: 0 } },
  })
}

const lbcDown = (): readonly FindingLine[] =>
  lbcNotReady
    .check({ lbcDown: 'Deployment kube-system/aws-load-balancer-controller' } as Situation)
    .map(({ message, brief = message }: Remark) => ({
      id: lbcNotReady.id,
      brief,
      action: FINDINGS['controller-not-ready'].action,
    }))

const variants = (): readonly Finding[] =>
  findingsIn(
    planManifests({
      manifests: readManifests(VARIANTS.map(([name, text]) => ({ name, text }))),
      settings: settingsWith(),
      namespace: 'default',
    }),
  )

/** The line of each case's finding, with the numbers that its page shows. */
const LINES: readonly string[] = [
  'blue-green-sibling: Service web selects color=blue; set slackwater.dev/assume: alb-ip',
  'deregistration-delay-assumed: delay of web unknown, 300 s assumed; declare its value',
  // P 25 + R 10
  'deregistration-delay-cuts-requests: delay of web is 30 s, needs 35 s; raise the delay',
  'drain-blocked: PodDisruptionBudget web: minAvailable 3 of 3; set maxUnavailable: 1',
  // Of 40 pods 20 on a node, one at a time: 19 × (2 × 15 + 15) + S 45 + A 30.
  'drain-time: a drain may take 930 s, a node group waits 900 s; let more pods go at a time',
  // S = C 5 + P 25 + R 10 + margin 5.
  'exposed-not-covered: Service web sends to a DaemonSet; set daemonSets: true, or sleep 45 s',
  'grace-above-limit: grace period 900 s, cluster-autoscaler waits 600 s; raise --max-graceful-termination-sec',
  'grace-above-limit: NodePool general waits 60 s, grace period is 90 s; raise its limit',
  // S 45 + A 30.
  'grace-too-short: grace 40 s leaves 0 s after a preStop of 45 s; set terminationGracePeriodSeconds 75',
  'health-check-differs: the ALB checks /healthz on 8080, the probe /ready on 8080; let both check the same',
  'legacy-readiness-gate: nothing sets the gate of controller 1.x anymore; delete the gate from the template',
  'local-policy-loses: Service web has externalTrafficPolicy Local; use ip targets or Cluster',
  'nlb-flows-stay: connections over the NLB of web stay until SIGTERM; end them on SIGTERM',
  'prestop-ends-server: preStop of app ends the server at once (nginx); sleep 45 s first',
  'prestop-missing: no preStop hook on app, needs 45 s; add a sleep of 45 s',
  'prestop-missing: no preStop hook on 2 containers, needs 45 s; add a sleep of 45 s',
  'prestop-too-short: preStop of app sleeps 5 s of 45 s; raise it, or delete the hook',
  // `sleep 5s && sleep 2`
  'prestop-too-short: preStop of app sleeps 7 s of 45 s; raise it, or delete the hook',
  'prestop-unknown-length: preStop of app may not wait 45 s; begin it with sleep 45',
  // 2 × 15 + 15
  'progress-deadline-too-short: progressDeadlineSeconds 45, a pod may need 45 s; raise it above 45',
  'readiness-gate-missing: the namespace has no readiness-gate label; label the namespace for readiness gates',
  'request-declared: app: requests up to 60 s, 10 s assumed; state how long they take',
  'rollout-loses-capacity: maxUnavailable takes all 2 replicas; set maxUnavailable: 0 and maxSurge: 1',
  'shutdown-declared: app may need 90 s after SIGTERM, it gets 30 s; state what it needs',
  // Of one that drains: C 5 + P 25 + margin 5, and A 30.
  'sidecar-dies-first: istio-proxy stops at 45 s, the application drains until 65 s; sleep 65 s',
  'sidecar-dies-first: linkerd-proxy ends after 10 s, needs 45 s; raise its proxy-wait annotation',
  'single-replica: one replica, nothing serves while its node fails; run two replicas',
  // C 5 + D 300 + margin 5, of at most 240.
  'sleep-capped: maxSleepSeconds cuts the sleep from 310 s to 240 s; raise it, or lower what needs the sleep',
  'sleep-longer-than-needed: preStop of app sleeps 90 s, 45 s is enough; shorten it',
  'stale-gate: no controller sets gate k8s-shop-web-0123456789; delete the gate from the template',
  'zone-without-target: the NLB of web sends within a zone, to 2 pods; turn cross-zone on',
  'capped-by-policy: something lowered the grace period to 60 s; raise the policy’s limit to 75 s',
  'gate-not-covering: new pods join web at a switch, without a gate; use canary with pingPong',
  'instance-targets: web has instance targets: busy connections break; use ip targets',
  'keep-alive-below-idle-timeout: app keeps alive 2 s, the ALB 60 s; set more than 60 s',
  'liveness-grace: a failing probe runs the preStop hook first; set terminationGracePeriodSeconds at the probe',
  'outage-on-replacement: no pod serves while one is replaced; use strategy RollingUpdate',
  'publish-not-ready-addresses: Service web has publishNotReadyAddresses; use a second Service',
  'readiness-probe-missing: no container has a readiness probe; add a readinessProbe',
  // 2 × 3
  'rollout-peak-pods: up to 6 pods in a rollout, ResourceQuota web allows 5; raise the quota',
  'attribute-differs: deregistration delay of search: 30 s written, AWS has 300 s; let both say the same',
]

test('the line of each finding: what happened with its numbers, and what to do', () => {
  const lines = CASES.flatMap(([id, text]) =>
    findingsIn(planOfText(text, settingsWith()))
      .filter((one) => one.id === id)
      .map(warningOf),
  )
  expect([...new Set(lines)]).toEqual(LINES)
})

test('and of those that no single file shows', () => {
  expect(stuckPod('web-7d9f8c6b5-x2x4z').map(warningOf)).toEqual([
    'gate-stuck: Pod web-7d9f8c6b5-x2x4z waits over 195 s for its gate; look up the reason',
  ])
  expect(lbcDown().map(warningOf)).toEqual([
    'controller-not-ready: the load balancer controller has no ready replica; restore it before a rollout',
  ])
  expect(variants().map(warningOf)).toContain(
    'exposed-by-one-variant: only one variant of web exposes it; plan what is applied together',
  )
})

describe('no line is cut, and so none ends within a word', () => {
  /** Names of 20 characters, as long as ordinary ones are. */
  const withLongNames = (text: string): string =>
    text
      .replaceAll(/(?<!-)\bweb\b(?!_)/g, 'checkout-payment-api')
      .replaceAll(/name: app\b/g, 'name: application-server')

  test.for(CASES)('%s, with names of 20 characters', ([id, text]) => {
    const found = findingsIn(planOfText(withLongNames(text), settingsWith()))
    expect(found.map((one) => one.id)).toContain(id)
    expect(cutIn(found)).toEqual([])
  })

  test('those that no single file shows', () => {
    expect(cutIn([...stuckPod('checkout-payment-api-7d9f8c6b5-x2x4z'), ...lbcDown(), ...variants()])).toEqual(
      [],
    )
  })
})

test('each rule has a case, and each action at most 50 characters and no full stop', () => {
  const shown = new Set([
    ...CASES.map(([id]) => id),
    'exposed-by-one-variant',
    'controller-not-ready',
    'gate-stuck',
  ])
  expect(RULES.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([])
  const actions = [
    ...Object.values(FINDINGS).map(({ action }) => action),
    ...CASES.flatMap(([, text]) => findingsIn(planOfText(text, settingsWith())).map(({ action }) => action)),
  ]
  expect(actions.filter((action) => action.length > 50 || !/^[a-z].*[^.]$/.test(action))).toEqual([])
})
