import { describe, expect, test } from 'vitest'
import type { Subject } from '../../../src/core/decision/subject.ts'
import type { FindingId } from '../../../src/core/findings/catalogue.ts'
import { FINDINGS } from '../../../src/core/findings/catalogue.ts'
import type { Finding } from '../../../src/core/findings/finding.ts'
import { listNames } from '../../../src/core/findings/rule.ts'
import { RULES } from '../../../src/core/findings/rules.ts'
import type { ContainerProcess } from '../../../src/core/model/container-process.ts'
import type { Exposure } from '../../../src/core/model/exposure.ts'
import { GATE_LABELS } from '../../../src/core/model/keys.ts'
import { NO_OVERRIDES } from '../../../src/core/model/overrides.ts'
import { explicit } from '../../../src/core/model/resolved.ts'
import type { Seconds } from '../../../src/core/model/seconds.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import {
  type DisruptionBudget,
  NO_SURROUNDINGS,
  type Surroundings,
} from '../../../src/core/model/surroundings.ts'
import type { NamespaceFacts, Replacement } from '../../../src/core/model/workload.ts'
import {
  container,
  exec,
  nativeSleep,
  ourTemplate,
  podTemplate,
  QUIT,
  s,
  said,
  shown,
  summary,
  WEB,
} from '../decision/subjects.ts'
import { exposure } from '../exposures.ts'
import { line, started } from '../servers/processes.ts'

interface Case {
  readonly subject?: Partial<Subject>
  readonly exposures?: readonly Exposure[]
  readonly settings?: Partial<Settings>
  readonly namespace?: NamespaceFacts
  readonly processes?: readonly ContainerProcess[]
  readonly surroundings?: Surroundings
}

const findings = (id: FindingId, { subject, ...around }: Case): readonly Finding[] =>
  shown(subject, around).findings.filter((finding) => finding.id === id)

const holds = (id: FindingId, given: Case): readonly string[] =>
  findings(id, given).map((finding) => finding.holds)

const app = (wanted: Parameters<typeof container>[1], grace?: Seconds) =>
  podTemplate({ containers: [container('app', wanted)], ...(grace === undefined ? {} : { grace }) })
const ofKind = (kind: string): Partial<Subject> => ({ ref: { ...WEB, kind } })
const evictions = (budget: Partial<DisruptionBudget>) => ({
  surroundings: {
    ...NO_SURROUNDINGS,
    disruptionBudgets: [{ name: 'web', isShared: false, ...budget }],
  },
})
/** An application without a hook beside a proxy with one, or without. */
const withProxy = (hook: number | undefined) =>
  podTemplate({
    grace: s(75),
    containers: [
      container('app'),
      container('istio-proxy', hook === undefined ? {} : { preStop: nativeSleep(hook) }),
    ],
  })
const draining = (hook: number | undefined) => ({
  subject: { template: withProxy(hook), overrides: { graceful: true } },
})
const waiting = (length: number) =>
  podTemplate({
    proxyWait: {
      container: 'linkerd-proxy',
      annotation: 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds',
      length: s(length),
    },
  })
const drained = (
  replicas: number,
  budget: Partial<DisruptionBudget>,
  replacement: Replacement = rolling(1, 0),
) => ({
  ...evictions(budget),
  exposures: [nlb],
  subject: { workload: summary({ replicas, replacement }) },
})
const onSpot = (wanted: Parameters<typeof container>[1]) =>
  podTemplate({ spot: true, containers: [container('app', wanted)] })
const quota = (pods: number) => ({
  surroundings: { ...NO_SURROUNDINGS, podQuotas: [{ name: 'team', pods }] },
})
const rolling = (maxSurge: number, maxUnavailable: number): Replacement => ({
  kind: 'rolling',
  maxSurge: { count: maxSurge },
  maxUnavailable: { count: maxUnavailable },
})
const shop = (labels: Readonly<Record<string, string>>): NamespaceFacts => ({
  name: 'shop',
  labels,
  annotations: {},
})
const nlb = exposure({ loadBalancer: 'nlb' })
const instance = exposure({ targetType: 'instance' })
const runs = (text: string): Pick<Case, 'processes'> => ({ processes: [started(line(text))] })
const requestSeconds = (length: number) => ({ overrides: { graceful: false, request: said(s(length)) } })
/** The Namespace says it of all its applications. */
const ofNamespace = (length: number) => ({
  overrides: {
    graceful: false,
    shutdownSeconds: explicit(s(length), {
      kind: 'annotation',
      key: 'test',
      object: { kind: 'Namespace', namespace: '', name: 'shop' },
    }),
  },
})
const RECREATE = { workload: summary({ replacement: { kind: 'recreate' } }) }
const shutdownSeconds = (length: number) => ({
  overrides: { graceful: false, shutdownSeconds: said(s(length)) },
})
const sleepSeconds = (length: number) => ({ overrides: { graceful: false, sleep: said(s(length)) } })

/** Each rule, from both sides: when it speaks, when the finding holds, and when it is silent. */
describe('each finding, and whether it holds before our change, after it, or throughout', () => {
  test.for<[FindingId, string, Case, readonly string[]]>([
    [
      'capped-by-policy',
      'a policy lowered ours of 75 to 60: it stays',
      { subject: { template: ourTemplate(45, 75, { grace: s(60) }) } },
      ['throughout'],
    ],
    [
      'capped-by-policy',
      'in the update that is the first after the policy was installed',
      {
        subject: {
          template: ourTemplate(45, 75, { grace: s(60) }),
          stored: ourTemplate(),
          change: 'changed',
        },
      },
      ['throughout'],
    ],
    ['capped-by-policy', 'as we wrote it', { subject: { template: ourTemplate() } }, []],
    [
      'capped-by-policy',
      'we lower it ourselves, with its record',
      { subject: { template: ourTemplate(), ...sleepSeconds(20) } },
      [],
    ],
    ['deregistration-delay-assumed', 'nothing says it', {}, ['throughout']],
    ['deregistration-delay-assumed', 'it is declared', { exposures: [exposure({ delay: 300 })] }, []],
    ['deregistration-delay-assumed', 'the NLB’s row does not ask for it', { exposures: [nlb] }, []],
    // P 25 + R 10 = 35
    [
      'deregistration-delay-cuts-requests',
      '34 < 35',
      { exposures: [exposure({ delay: 34 })] },
      ['throughout'],
    ],
    ['deregistration-delay-cuts-requests', '35', { exposures: [exposure({ delay: 35 })] }, []],
    [
      'deregistration-delay-cuts-requests',
      'an NLB cuts nothing',
      { exposures: [exposure({ loadBalancer: 'nlb', delay: 5 })] },
      [],
    ],
    // Three replicas, where a case says nothing else.
    ['drain-blocked', 'no budget', {}, []],
    ['drain-blocked', 'maxUnavailable 1', evictions({ maxUnavailable: { count: 1 } }), []],
    // 1 % of 3 is rounded up to 1
    ['drain-blocked', 'maxUnavailable 1 %', evictions({ maxUnavailable: { percent: 1 } }), []],
    ['drain-blocked', 'maxUnavailable 0', evictions({ maxUnavailable: { count: 0 } }), ['throughout']],
    ['drain-blocked', 'maxUnavailable 0 %', evictions({ maxUnavailable: { percent: 0 } }), ['throughout']],
    ['drain-blocked', 'neither', evictions({}), []],
    ['drain-blocked', 'minAvailable 2 of 3', evictions({ minAvailable: { count: 2 } }), []],
    ['drain-blocked', 'minAvailable 3 of 3', evictions({ minAvailable: { count: 3 } }), ['throughout']],
    // 0.66 × 3 = 1.98, up to 2; 0.67 × 3 = 2.01, up to 3
    ['drain-blocked', 'minAvailable 66 % of 3', evictions({ minAvailable: { percent: 66 } }), []],
    ['drain-blocked', 'minAvailable 67 % of 3', evictions({ minAvailable: { percent: 67 } }), ['throughout']],
    [
      'drain-blocked',
      'of several workloads: nobody knows how many pods there are',
      evictions({ minAvailable: { count: 3 }, isShared: true }),
      [],
    ],
    [
      'drain-blocked',
      'of several workloads, none may be unavailable',
      evictions({ maxUnavailable: { count: 0 }, isShared: true }),
      ['throughout'],
    ],
    [
      'drain-blocked',
      'an autoscaler keeps four',
      {
        ...evictions({ minAvailable: { count: 3 } }),
        subject: { workload: { ...summary(), ...minimum(4) } },
      },
      [],
    ],
    [
      'drain-blocked',
      'an autoscaler goes down to two',
      {
        ...evictions({ minAvailable: { count: 2 } }),
        subject: { workload: { ...summary(), ...minimum(2) } },
      },
      ['throughout'],
    ],
    [
      'drain-blocked',
      'replicas unknown: nothing is certain',
      { ...evictions({ minAvailable: { count: 1 } }), subject: { workload: withoutReplicas(rolling(1, 0)) } },
      [],
    ],
    [
      'drain-blocked',
      'but with 100 %',
      {
        ...evictions({ minAvailable: { percent: 100 } }),
        subject: { workload: withoutReplicas(rolling(1, 0)) },
      },
      ['throughout'],
    ],
    [
      'drain-blocked',
      'a drain leaves DaemonSets alone',
      {
        ...evictions({ maxUnavailable: { count: 0 } }),
        settings: { daemonSets: true },
        subject: { ...ofKind('DaemonSet'), workload: summary({ ref: { ...WEB, kind: 'DaemonSet' } }) },
      },
      [],
    ],
    [
      'drain-blocked',
      'no replicas',
      { ...evictions({ maxUnavailable: { count: 0 } }), subject: { workload: summary({ replicas: 0 }) } },
      [],
    ],
    [
      'drain-blocked',
      'two budgets',
      {
        surroundings: {
          ...NO_SURROUNDINGS,
          disruptionBudgets: [
            { name: 'one', isShared: false, maxUnavailable: { count: 1 } },
            { name: 'other', isShared: false, maxUnavailable: { count: 1 } },
          ],
        },
      },
      ['throughout'],
    ],
    // Before us nobody waits for a gate. NLB: S 140, A 30, gate 180 + 15 = 195. 9 pods: 5 on a node, 4 × 195 + 170 = 950; 8: 3 × 195 + 170 = 755.
    ['drain-time', 'nine pods, one at a time', drained(9, { maxUnavailable: { count: 1 } }), ['after']],
    [
      'drain-time',
      'a minimum of nine, though one stands',
      {
        ...drained(9, { maxUnavailable: { count: 1 } }),
        subject: { workload: { ...summary({ replicas: 1, replacement: rolling(1, 0) }), ...minimum(9) } },
      },
      ['after'],
    ],
    // The deletion of a node group waits 300 s. Three pods: 2 on a node, 195 + 170 = 365.
    ['drain-time', 'eight pods', drained(8, { maxUnavailable: { count: 1 } }), ['after']],
    ['drain-time', 'three pods', drained(3, { maxUnavailable: { count: 1 } }), ['after']],
    ['drain-time', 'two pods are not on one node', drained(2, { maxUnavailable: { count: 1 } }), []],
    // 5 pods on a node, 2 at a time: 3 rounds, 2 × 195 + 170 = 560; 5 at a time: 170
    ['drain-time', 'two at a time', drained(9, { minAvailable: { count: 7 } }), ['after']],
    ['drain-time', 'five at a time', drained(9, { minAvailable: { count: 4 } }), []],
    // ALB: S 45, A 30, gate 15 × 2 + 15 = 45; 5 × 45 + 75 = 300, 6 × 45 + 75 = 345
    [
      'drain-time',
      '12 pods behind an ALB',
      { ...drained(12, { maxUnavailable: { count: 1 } }), exposures: [exposure()] },
      [],
    ],
    [
      'drain-time',
      '13 pods behind an ALB',
      { ...drained(13, { maxUnavailable: { count: 1 } }), exposures: [exposure()] },
      ['after'],
    ],
    ['drain-time', 'none at a time is blocked', drained(9, { maxUnavailable: { count: 0 } }), []],
    ['drain-time', 'a shared budget', drained(9, { maxUnavailable: { count: 1 }, isShared: true }), []],
    ['drain-time', 'no budget: all at a time', { exposures: [nlb] }, []],
    [
      'drain-time',
      'without a gate only the last one counts: 170',
      { ...drained(9, { maxUnavailable: { count: 1 } }), namespace: shop({ [GATE_LABELS.lbc]: 'disabled' }) },
      [],
    ],
    // 3 pods on a node × (140 + 30 + 195) = 1095; 2 × 365 = 730
    [
      'drain-time',
      'a StatefulSet of five',
      drained(5, { maxUnavailable: { count: 1 } }, { kind: 'in-place' }),
      ['after'],
    ],
    ['drain-time', 'of four', drained(4, { maxUnavailable: { count: 1 } }, { kind: 'in-place' }), ['after']],
    [
      'drain-time',
      'a hook of 900',
      { subject: { template: app({ preStop: nativeSleep(900) }, s(930)) } },
      ['throughout'],
    ],
    [
      'drain-time',
      'a hook of 300',
      { subject: { template: app({ preStop: nativeSleep(300) }, s(330)) } },
      ['throughout'],
    ],
    [
      'drain-time',
      'a hook of 299',
      { subject: { template: app({ preStop: nativeSleep(299) }, s(330)) } },
      [],
    ],
    ['exposed-not-covered', 'a Deployment', {}, []],
    ['exposed-not-covered', 'a DaemonSet', { subject: ofKind('DaemonSet') }, ['throughout']],
    ['exposed-not-covered', 'a Job', { subject: ofKind('Job') }, ['throughout']],
    [
      'exposed-not-covered',
      'a DaemonSet that is changed',
      { subject: ofKind('DaemonSet'), settings: { daemonSets: true } },
      [],
    ],
    [
      'exposed-not-covered',
      'a DaemonSet behind nothing',
      { subject: ofKind('DaemonSet'), exposures: [] },
      [],
    ],
    [
      'exposed-not-covered',
      'a DaemonSet of an operator',
      { subject: { ...ofKind('DaemonSet'), owner: { kind: 'Proxy', namespace: 'shop', name: 'main' } } },
      [],
    ],
    [
      'exposed-not-covered',
      'a DaemonSet in a namespace that is excluded',
      { subject: ofKind('DaemonSet'), settings: { excludedNamespaces: ['shop'] } },
      [],
    ],
    [
      'exposed-not-covered',
      'a DaemonSet that opted out',
      { subject: { ...ofKind('DaemonSet'), modeLabels: [{ value: 'off', object: WEB }] } },
      [],
    ],
    // S 45
    [
      'exposed-not-covered',
      'a DaemonSet with a hook of its own',
      { subject: { ...ofKind('DaemonSet'), template: app({ preStop: nativeSleep(45) }, s(75)) } },
      [],
    ],
    [
      'exposed-not-covered',
      'one that is too short',
      { subject: { ...ofKind('DaemonSet'), template: app({ preStop: nativeSleep(44) }, s(75)) } },
      ['throughout'],
    ],
    [
      'exposed-not-covered',
      'one that the kubelet cuts',
      { subject: { ...ofKind('DaemonSet'), template: app({ preStop: exec('sleep', '45') }, s(45)) } },
      ['throughout'],
    ],
    [
      'exposed-not-covered',
      'one of unknown length',
      { subject: { ...ofKind('DaemonSet'), template: app({ preStop: QUIT }, s(75)) } },
      [],
    ],
    [
      'exposed-not-covered',
      'one that ends the server',
      {
        subject: {
          ...ofKind('DaemonSet'),
          template: app({ preStop: exec('nginx', '-s', 'quit') }, s(75)),
        },
      },
      ['throughout'],
    ],
    [
      'exposed-not-covered',
      'one on one of two containers',
      {
        subject: {
          ...ofKind('DaemonSet'),
          template: podTemplate({
            grace: s(75),
            containers: [container('app', { preStop: nativeSleep(45) }), container('log')],
          }),
        },
      },
      ['throughout'],
    ],
    // 140 + 30 > 110, and nothing shows that it may run on Spot
    ['grace-above-limit', 'the NLB’s sleep exceeds a Spot notice', { exposures: [nlb] }, []],
    // 110 − 30 = 80
    [
      'grace-above-limit',
      'on Spot our own is capped',
      { exposures: [nlb], subject: { template: podTemplate({ spot: true }) } },
      [],
    ],
    [
      'grace-above-limit',
      'on Spot a user’s hook exceeds it',
      { subject: { template: onSpot({ preStop: nativeSleep(200) }) } },
      ['throughout'],
    ],
    [
      'grace-above-limit',
      'elsewhere it does not matter',
      { subject: { template: app({ preStop: nativeSleep(200) }) } },
      [],
    ],
    [
      'grace-above-limit',
      '600 is what cluster-autoscaler gives',
      {
        subject: {
          template: podTemplate({ grace: s(600), containers: [container('app', { preStop: QUIT })] }),
        },
      },
      [],
    ],
    [
      'grace-above-limit',
      '601 is more',
      {
        subject: {
          template: podTemplate({ grace: s(601), containers: [container('app', { preStop: QUIT })] }),
        },
      },
      ['throughout'],
    ],
    // 140 + 571 > 600 only after.
    [
      'grace-above-limit',
      'our own sleep exceeds it',
      { exposures: [nlb], subject: { template: podTemplate({ grace: s(571) }) } },
      ['after'],
    ],
    [
      'grace-too-short',
      'it ends with the hook: raised',
      {
        subject: {
          template: podTemplate({
            grace: s(30),
            containers: [container('app', { preStop: exec('sleep', '31') })],
          }),
        },
      },
      ['before'],
    ],
    [
      'grace-too-short',
      'exactly with the hook: the user’s, left alone',
      {
        subject: {
          template: podTemplate({
            grace: s(30),
            containers: [container('app', { preStop: exec('sleep', '30') })],
          }),
        },
      },
      ['throughout'],
    ],
    [
      'grace-too-short',
      'one second is left',
      {
        subject: {
          template: podTemplate({
            grace: s(31),
            containers: [container('app', { preStop: exec('sleep', '30') })],
          }),
        },
      },
      [],
    ],
    [
      'grace-too-short',
      'shutdown-seconds asks for more than there is',
      { subject: shutdownSeconds(60) },
      ['before'],
    ],
    // ceiling 80: A gives way to 80 − 45 = 35 < 60
    [
      'grace-too-short',
      'and maxGrace leaves less',
      { subject: shutdownSeconds(60), settings: { maxGraceSeconds: s(80) } },
      ['throughout'],
    ],
    ['grace-too-short', 'shutdown-seconds asks for what there is', { subject: shutdownSeconds(30) }, []],
    ['grace-too-short', 'no hook and nothing asked', {}, []],
    // Requests arrive until C 5 + P 25 = 30, however long the hook is.
    [
      'grace-too-short',
      '29 < 30 and a hook of unknown length: the user’s, left alone',
      { subject: { template: app({ preStop: QUIT }, s(29)) } },
      ['throughout'],
    ],
    [
      'grace-too-short',
      '30 and a hook of unknown length',
      { subject: { template: app({ preStop: QUIT }, s(30)) } },
      [],
    ],
    // C 5 + P 120 = 125
    [
      'grace-too-short',
      '124 < 125 behind an NLB',
      { exposures: [nlb], subject: { template: app({ preStop: QUIT }, s(124)) } },
      ['throughout'],
    ],
    // K 10
    [
      'grace-too-short',
      '10 is enough for kube-proxy to notice',
      { exposures: [instance], subject: { template: app({ preStop: QUIT }, s(10)) } },
      [],
    ],
    [
      'grace-too-short',
      'the hook ends the server at once, which is said: the grace makes no difference',
      { subject: { template: app({ preStop: exec('kill', '1') }, s(7)) } },
      [],
    ],
    [
      'grace-too-short',
      'nobody could serve meanwhile',
      { subject: { ...RECREATE, template: app({ preStop: QUIT }, s(7)) } },
      [],
    ],
    [
      'grace-too-short',
      '0 and a user’s hook',
      { subject: { template: app({ preStop: QUIT }, s(0)) } },
      ['throughout'],
    ],
    [
      'grace-too-short',
      '0 without a hook: both are given',
      { subject: { template: app({}, s(0)) } },
      ['before'],
    ],
    ['instance-targets', 'instance', { exposures: [exposure(), instance] }, ['throughout']],
    ['instance-targets', 'ip', {}, []],
    ['keep-alive-below-idle-timeout', '2 < 60', runs('gunicorn --keep-alive 2 app'), ['throughout']],
    [
      'keep-alive-below-idle-timeout',
      '60: either may close first',
      runs('gunicorn --keep-alive 60 app'),
      ['throughout'],
    ],
    ['keep-alive-below-idle-timeout', '61', runs('gunicorn --keep-alive 61 app'), []],
    ['keep-alive-below-idle-timeout', 'nothing shows it', runs('gunicorn app'), []],
    [
      'keep-alive-below-idle-timeout',
      '75, and somebody raised the idle timeout to 120',
      { ...runs('gunicorn --keep-alive 75 app'), exposures: [exposure({ idle: 120 })] },
      ['throughout'],
    ],
    [
      'keep-alive-below-idle-timeout',
      'an NLB sends on no connection of its own',
      { ...runs('gunicorn --keep-alive 2 app'), exposures: [nlb] },
      [],
    ],
    [
      'keep-alive-below-idle-timeout',
      'instance targets of an ALB',
      { ...runs('gunicorn --keep-alive 2 app'), exposures: [instance] },
      ['throughout'],
    ],
    [
      'keep-alive-below-idle-timeout',
      'behind another container',
      { processes: [...(runs('gunicorn --keep-alive 2 app').processes ?? []), started(['nginx'])] },
      [],
    ],
    [
      'legacy-readiness-gate',
      'a gate of 1.x',
      {
        subject: {
          template: podTemplate({ readinessGates: ['target-health.alb.ingress.k8s.aws/web_web_80'] }),
        },
      },
      ['throughout'],
    ],
    [
      'legacy-readiness-gate',
      'a gate of 2.x',
      {
        subject: { template: podTemplate({ readinessGates: ['target-health.elbv2.k8s.aws/k8s-shop-web'] }) },
      },
      [],
    ],
    // The probe is given 30, the hook sleeps 45 first.
    [
      'liveness-grace',
      'our hook runs first in a restart',
      { subject: { template: app({ probes: { livenessProbe: {} } }) } },
      ['after'],
    ],
    [
      'liveness-grace',
      'a user’s did before',
      { subject: { template: app({ preStop: nativeSleep(10), probes: { startupProbe: {} } }) } },
      ['throughout'],
    ],
    [
      'liveness-grace',
      'a grace of its own that bears the hook',
      {
        subject: { template: app({ preStop: nativeSleep(10), probes: { livenessProbe: { grace: s(11) } } }) },
      },
      [],
    ],
    [
      'liveness-grace',
      'a grace of its own that ends with it',
      {
        subject: { template: app({ preStop: nativeSleep(10), probes: { livenessProbe: { grace: s(10) } } }) },
      },
      ['throughout'],
    ],
    ['liveness-grace', 'no such probe', {}, []],
    ['outage-on-replacement', 'Recreate', { subject: RECREATE }, ['throughout']],
    ['outage-on-replacement', 'rolling', {}, []],
    [
      'outage-on-replacement',
      'nobody states replicas, and maxSurge 0 would be an outage of one',
      { subject: { workload: withoutReplicas(rolling(0, 1)) } },
      ['throughout'],
    ],
    [
      'outage-on-replacement',
      'nobody states replicas, and nothing would be an outage of one',
      { subject: { workload: withoutReplicas(rolling(1, 0)) } },
      [],
    ],
    [
      'outage-on-replacement',
      'nobody states replicas, but other clusters serve',
      {
        subject: { workload: withoutReplicas({ kind: 'in-place' }) },
        exposures: [exposure({ otherClusters: true })],
      },
      [],
    ],
    [
      'outage-on-replacement',
      'a minimum of 3, and one stands',
      { subject: { workload: { ...summary({ replicas: 1, replacement: rolling(0, 1) }), ...minimum(3) } } },
      [],
    ],
    [
      'prestop-ends-server',
      'at once, the user’s',
      { subject: { template: app({ preStop: exec('nginx', '-s', 'quit') }) } },
      ['throughout'],
    ],
    [
      'prestop-ends-server',
      'after a sleep',
      { subject: { template: app({ preStop: exec('sh', '-c', 'sleep 50; nginx -s quit') }) } },
      [],
    ],
    // That it is too short is said, and is all that there is to say.
    [
      'prestop-ends-server',
      'after a sleep that is too short',
      { subject: { template: app({ preStop: exec('sh', '-c', 'sleep 5; nginx -s quit') }) } },
      [],
    ],
    [
      'prestop-ends-server',
      'nobody could serve meanwhile',
      { subject: { ...RECREATE, template: app({ preStop: exec('kill', '1') }) } },
      [],
    ],
    [
      'prestop-ends-server',
      'no sleep is wanted',
      { subject: { ...sleepSeconds(0), template: app({ preStop: exec('kill', '1') }) } },
      [],
    ],
    [
      'prestop-ends-server',
      'a hook of which nobody knows',
      { subject: { template: app({ preStop: QUIT }) } },
      [],
    ],
    ['prestop-missing', 'we add it', {}, ['before']],
    ['prestop-missing', 'nobody could serve meanwhile', { subject: RECREATE }, []],
    ['prestop-missing', 'a hook is there', { subject: { template: app({ preStop: QUIT }) } }, []],
    ['prestop-missing', 'none is needed', { subject: sleepSeconds(0) }, []],
    [
      'prestop-too-short',
      '44 < 45, the user’s',
      { subject: { template: app({ preStop: nativeSleep(44) }) } },
      ['throughout'],
    ],
    ['prestop-too-short', '45', { subject: { template: app({ preStop: nativeSleep(45) }) } }, []],
    ['prestop-too-short', 'ours, raised from 40', { subject: { template: ourTemplate(40, 70) } }, ['before']],
    ['prestop-too-short', 'of unknown length', { subject: { template: app({ preStop: QUIT }) } }, []],
    [
      'prestop-too-short',
      'nobody could serve meanwhile',
      { subject: { ...RECREATE, template: app({ preStop: nativeSleep(5) }) } },
      [],
    ],
    [
      'prestop-unknown-length',
      'the user’s',
      { subject: { template: app({ preStop: QUIT }) } },
      ['throughout'],
    ],
    [
      'prestop-unknown-length',
      'it ends the server at once, which is said',
      { subject: { template: app({ preStop: exec('kill', '1') }) } },
      [],
    ],
    ['prestop-unknown-length', 'a sleep', { subject: { template: app({ preStop: nativeSleep(5) }) } }, []],
    // A gate of an NLB may take 180 + 15 = 195; it comes with the label that we set.
    [
      'progress-deadline-too-short',
      '195 for an NLB’s gate',
      { exposures: [nlb], subject: { workload: summary({ progressDeadline: s(195) }) } },
      ['after'],
    ],
    [
      'progress-deadline-too-short',
      '196',
      { exposures: [nlb], subject: { workload: summary({ progressDeadline: s(196) }) } },
      [],
    ],
    // ALB: 2 × 15 + 15 = 45; the default deadline is 600.
    [
      'progress-deadline-too-short',
      '555 to be ready, and a gate of 45',
      { subject: { workload: summary({ minReadySeconds: s(555) }) } },
      ['after'],
    ],
    [
      'progress-deadline-too-short',
      '554 and a gate of 45',
      { subject: { workload: summary({ minReadySeconds: s(554) }) } },
      [],
    ],
    // 5 × 60 + 15 = 315
    [
      'progress-deadline-too-short',
      '315 for a slow health check',
      {
        exposures: [exposure({ healthInterval: 60, healthyThreshold: 5 })],
        subject: { workload: summary({ progressDeadline: s(315) }) },
      },
      ['after'],
    ],
    [
      'progress-deadline-too-short',
      '316',
      {
        exposures: [exposure({ healthInterval: 60, healthyThreshold: 5 })],
        subject: { workload: summary({ progressDeadline: s(316) }) },
      },
      [],
    ],
    // An NLB checks during its registration of 180: 3 × 30 < 180, 10 × 20 > 180.
    [
      'progress-deadline-too-short',
      'an NLB’s check within its registration',
      {
        exposures: [exposure({ loadBalancer: 'nlb', healthInterval: 30 })],
        subject: { workload: summary({ progressDeadline: s(196) }) },
      },
      [],
    ],
    [
      'progress-deadline-too-short',
      'an NLB’s check that outlasts it: 200 + 15',
      {
        exposures: [exposure({ loadBalancer: 'nlb', healthInterval: 20, healthyThreshold: 10 })],
        subject: { workload: summary({ progressDeadline: s(215) }) },
      },
      ['after'],
    ],
    [
      'progress-deadline-too-short',
      'no gate without the label',
      {
        subject: { workload: summary({ progressDeadline: s(45) }) },
        namespace: shop({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'disabled' }),
      },
      [],
    ],
    [
      'progress-deadline-too-short',
      'instance targets have no gate',
      { exposures: [instance], subject: { workload: summary({ progressDeadline: s(45) }) } },
      [],
    ],
    [
      'progress-deadline-too-short',
      'no rolling update',
      { subject: { workload: summary({ replacement: { kind: 'in-place' }, progressDeadline: s(1) }) } },
      [],
    ],
    [
      'publish-not-ready-addresses',
      'ip targets',
      { exposures: [exposure({ publishNotReadyAddresses: true })] },
      ['throughout'],
    ],
    [
      'publish-not-ready-addresses',
      'instance targets are not deregistered anyway',
      { exposures: [exposure({ publishNotReadyAddresses: true, targetType: 'instance' })] },
      [],
    ],
    ['publish-not-ready-addresses', 'not published', {}, []],
    ['readiness-gate-missing', 'no label: it is to come', { namespace: shop({}) }, ['before']],
    [
      'readiness-gate-missing',
      'a label that a person has set to something else stays',
      { namespace: shop({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'disabled' }) },
      ['throughout'],
    ],
    [
      'readiness-gate-missing',
      'labelled',
      { namespace: shop({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }) },
      [],
    ],
    [
      'readiness-gate-missing',
      'the label of the other controller',
      {
        exposures: [{ ...exposure(), controller: 'auto-mode' }],
        namespace: shop({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }),
      },
      ['before'],
    ],
    ['readiness-gate-missing', 'no gate is possible for instance targets', { exposures: [instance] }, []],
    [
      'readiness-probe-missing',
      'none',
      { subject: { template: app({ hasReadinessProbe: false }) } },
      ['throughout'],
    ],
    [
      'readiness-probe-missing',
      'one container has one',
      {
        subject: {
          template: podTemplate({
            containers: [container('app'), container('log', { hasReadinessProbe: false })],
          }),
        },
      },
      [],
    ],
    [
      'request-declared',
      'somebody raised the idle timeout',
      { exposures: [exposure({ idle: 121 })] },
      ['throughout'],
    ],
    ['request-declared', 'twice AWS’s default', { exposures: [exposure({ idle: 120 })] }, []],
    [
      'request-declared',
      'the installation’s setting is about every application',
      { settings: { terms: { idleTimeoutSeconds: { alb: s(600) } } } },
      [],
    ],
    [
      'request-declared',
      'the idle timeout of an NLB is of flows',
      { exposures: [exposure({ loadBalancer: 'nlb', idle: 600 })] },
      [],
    ],
    [
      'request-declared',
      'its row does not wait for requests',
      { exposures: [exposure({ targetType: 'instance', idle: 600 })] },
      [],
    ],
    [
      'request-declared',
      'the pod says how long they take',
      { exposures: [exposure({ idle: 600 })], subject: requestSeconds(20) },
      [],
    ],
    [
      'request-declared',
      'the pod says how long it sleeps',
      { exposures: [exposure({ idle: 600 })], subject: sleepSeconds(20) },
      [],
    ],
    [
      'request-declared',
      'nobody could serve meanwhile',
      { exposures: [exposure({ idle: 600 })], subject: RECREATE },
      [],
    ],
    ['request-declared', 'the server’s limit', runs('gunicorn --timeout 120 app'), ['throughout']],
    [
      'request-declared',
      'the server’s limit behind an NLB',
      { ...runs('gunicorn --timeout 120 app'), exposures: [nlb] },
      ['throughout'],
    ],
    [
      'request-declared',
      'the server’s limit does not exceed what is waited for',
      { ...runs('gunicorn --timeout 120 app'), settings: { terms: { requestSeconds: s(120) } } },
      [],
    ],
    [
      'rollout-loses-capacity',
      'maxUnavailable 3 of 3',
      { subject: { workload: summary({ replacement: rolling(1, 3) }) } },
      ['throughout'],
    ],
    [
      'rollout-loses-capacity',
      'maxUnavailable 2 of 3',
      { subject: { workload: summary({ replacement: rolling(1, 2) }) } },
      [],
    ],
    [
      'rollout-loses-capacity',
      '100 %',
      {
        subject: {
          workload: summary({
            replacement: { kind: 'rolling', maxSurge: { count: 1 }, maxUnavailable: { percent: 100 } },
          }),
        },
      },
      ['throughout'],
    ],
    // 99 % of 3 is 2.97, rounded down
    [
      'rollout-loses-capacity',
      '99 % of 3',
      {
        subject: {
          workload: summary({
            replacement: { kind: 'rolling', maxSurge: { count: 1 }, maxUnavailable: { percent: 99 } },
          }),
        },
      },
      [],
    ],
    [
      'rollout-loses-capacity',
      'no replicas',
      { subject: { workload: summary({ replicas: 0, replacement: rolling(1, 0) }) } },
      [],
    ],
    [
      'rollout-loses-capacity',
      'nobody states replicas',
      { subject: { workload: withoutReplicas(rolling(1, 1)) } },
      [],
    ],
    [
      'rollout-loses-capacity',
      'nobody states replicas, but 100 % of any number are all',
      {
        subject: {
          workload: withoutReplicas({
            kind: 'rolling',
            maxSurge: { count: 1 },
            maxUnavailable: { percent: 100 },
          }),
        },
      },
      ['throughout'],
    ],
    [
      'rollout-loses-capacity',
      'one of a minimum of 4, though one stands',
      { subject: { workload: { ...summary({ replicas: 1, replacement: rolling(1, 1) }), ...minimum(4) } } },
      [],
    ],
    [
      'rollout-loses-capacity',
      'three of a minimum of 3, though nine stand',
      { subject: { workload: { ...summary({ replicas: 9, replacement: rolling(1, 3) }), ...minimum(3) } } },
      ['throughout'],
    ],
    [
      'rollout-loses-capacity',
      'an outage in any case',
      { subject: { workload: summary({ replicas: 1, replacement: rolling(0, 1) }) } },
      [],
    ],
    ['rollout-peak-pods', 'no quota is known', {}, []],
    // Three replicas: six at once.
    ['rollout-peak-pods', 'a quota of five', quota(5), ['throughout']],
    ['rollout-peak-pods', 'a quota of six', quota(6), []],
    [
      'rollout-peak-pods',
      'a maximum of 40, though one stands',
      { ...quota(79), subject: { workload: { ...summary({ replicas: 1 }), ...minimum(4) } } },
      ['throughout'],
    ],
    ['rollout-peak-pods', 'without a sleep nobody lingers', { ...quota(5), subject: sleepSeconds(0) }, []],
    [
      'rollout-peak-pods',
      'no replicas',
      { ...quota(5), subject: { workload: summary({ replicas: 0 }) } },
      [],
    ],
    [
      'rollout-peak-pods',
      'nobody states replicas',
      { ...quota(1), subject: { workload: withoutReplicas(rolling(1, 0)) } },
      [],
    ],
    [
      'rollout-peak-pods',
      'in place',
      { ...quota(5), subject: { workload: summary({ replacement: { kind: 'in-place' } }) } },
      [],
    ],
    // Without a grace period of its own, 30 s are left.
    ['shutdown-declared', '90 > 30', runs('gunicorn --graceful-timeout 90 app'), ['throughout']],
    ['shutdown-declared', '30', runs('gunicorn --graceful-timeout 30 app'), []],
    ['shutdown-declared', 'nothing shows it', runs('gunicorn app'), []],
    [
      'shutdown-declared',
      'the grace period is 90',
      { ...runs('gunicorn --graceful-timeout 90 app'), subject: { template: podTemplate({ grace: s(90) }) } },
      [],
    ],
    [
      'shutdown-declared',
      'the grace period is 90, of which a hook takes 10',
      {
        ...runs('gunicorn --graceful-timeout 90 app'),
        subject: {
          template: podTemplate({
            grace: s(90),
            containers: [container('app', { preStop: nativeSleep(10) })],
          }),
        },
      },
      ['throughout'],
    ],
    [
      'shutdown-declared',
      'the pod says less: it knows better',
      { ...runs('gunicorn --graceful-timeout 90 app'), subject: shutdownSeconds(60) },
      [],
    ],
    [
      'shutdown-declared',
      'the namespace says less, of all',
      { ...runs('gunicorn --graceful-timeout 90 app'), subject: ofNamespace(60) },
      ['throughout'],
    ],
    [
      'shutdown-declared',
      'the namespace says as much',
      { ...runs('gunicorn --graceful-timeout 90 app'), subject: ofNamespace(90) },
      [],
    ],
    [
      'shutdown-declared',
      'nobody could serve meanwhile',
      { ...runs('gunicorn --graceful-timeout 90 app'), subject: RECREATE },
      [],
    ],
    [
      'shutdown-declared',
      'ingress-nginx, by SIGTERM',
      runs('/nginx-ingress-controller --shutdown-grace-period=90'),
      ['throughout'],
    ],
    [
      'shutdown-declared',
      'ingress-nginx, in its hook before SIGTERM',
      {
        ...runs('/nginx-ingress-controller --shutdown-grace-period=90'),
        subject: { template: app({ preStop: exec('/wait-shutdown') }) },
      },
      [],
    ],
    ['single-replica', 'one', { subject: { workload: summary({ replicas: 1 }) } }, ['throughout']],
    [
      'single-replica',
      'nobody states replicas',
      { subject: { workload: withoutReplicas(rolling(1, 0)) } },
      [],
    ],
    [
      'single-replica',
      'one, but a minimum of 2',
      { subject: { workload: { ...summary({ replicas: 1 }), ...minimum(2) } } },
      [],
    ],
    [
      'single-replica',
      'two, but a minimum of 1',
      { subject: { workload: { ...summary({ replicas: 2 }), ...minimum(1) } } },
      ['throughout'],
    ],
    ['single-replica', 'two', { subject: { workload: summary({ replicas: 2 }) } }, []],
    [
      'single-replica',
      'one, and an outage in any case',
      { subject: { workload: summary({ replicas: 1, replacement: { kind: 'recreate' } }) } },
      [],
    ],
    // S = 5 + 25 + 5 = 35; + max(A 75, R 10) = 110
    ['sidecar-dies-first', 'a proxy’s hook of 109', draining(109), ['throughout']],
    ['sidecar-dies-first', '110', draining(110), []],
    ['prestop-too-short', 'of a draining application’s proxy another finding says more', draining(10), []],
    [
      'sidecar-dies-first',
      'a container of another name',
      { ...draining(45), settings: { proxyContainers: [] } },
      [],
    ],
    [
      'sidecar-dies-first',
      'the application does not drain by itself',
      { subject: { template: withProxy(45), overrides: NO_OVERRIDES } },
      [],
    ],
    ['sidecar-dies-first', 'a proxy without a hook gets its own', draining(undefined), []],
    // S 45
    ['sidecar-dies-first', 'a mesh waits 44', { subject: { template: waiting(44) } }, ['throughout']],
    ['sidecar-dies-first', 'a mesh waits 45', { subject: { template: waiting(45) } }, []],
    // 35 + max(30, 10) = 65
    [
      'sidecar-dies-first',
      'a mesh waits 64, and the application drains',
      { subject: { template: waiting(64), overrides: { graceful: true } } },
      ['throughout'],
    ],
    [
      'sidecar-dies-first',
      'a mesh waits 65, and the application drains',
      { subject: { template: waiting(65), overrides: { graceful: true } } },
      [],
    ],
    [
      'sidecar-dies-first',
      'the proxy is there already: its hook counts',
      {
        subject: {
          template: { ...waiting(10), containers: [container('app'), container('linkerd-proxy')] },
        },
      },
      [],
    ],
    ['sidecar-dies-first', 'an outage in any case', { subject: { ...RECREATE, template: waiting(10) } }, []],
    [
      'sleep-capped',
      'maxGrace takes from the sleep',
      { settings: { maxGraceSeconds: s(60) } },
      ['throughout'],
    ],
    [
      'sleep-capped',
      'it takes from the shutdown only',
      { settings: { maxGraceSeconds: s(75) }, subject: { template: podTemplate({ grace: s(40) }) } },
      [],
    ],
    // 45, and ten more are not worth a change.
    [
      'sleep-longer-than-needed',
      '56 > 45 + 10',
      { subject: { template: app({ preStop: nativeSleep(56) }) } },
      ['throughout'],
    ],
    // What sidecar-dies-first asks for: 110, and ten more.
    ['sleep-longer-than-needed', 'a proxy’s hook of 120', draining(120), []],
    ['sleep-longer-than-needed', '121', draining(121), ['throughout']],
    // S 35, A 75 − 10 = 65: the proxy gets 100, however short the application's own hook is.
    [
      'sleep-longer-than-needed',
      'a proxy’s hook of ours, and one of 10 of the application’s',
      {
        subject: {
          template: podTemplate({
            grace: s(75),
            containers: [container('app', { preStop: nativeSleep(10) }), container('istio-proxy')],
          }),
          overrides: { graceful: true },
        },
      },
      [],
    ],
    ['sleep-longer-than-needed', '55', { subject: { template: app({ preStop: nativeSleep(55) }) } }, []],
    [
      'sleep-longer-than-needed',
      'ours, which an explicit sleep lowers',
      { subject: { template: ourTemplate(), ...sleepSeconds(20) } },
      ['before'],
    ],
    [
      'sleep-longer-than-needed',
      'none is needed',
      { subject: { ...sleepSeconds(0), template: app({ preStop: nativeSleep(46) }) } },
      [],
    ],
  ])('%s: %s', ([id, , given, expected]) => {
    expect(holds(id, given)).toEqual(expected)
  })
})

const minimum = (least: number) => ({
  autoscaled: {
    least,
    most: 40,
    by: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' },
  },
})

function withoutReplicas(replacement: Replacement) {
  const { replicas: _, ...rest } = summary({ replacement })
  return rest
}

/** About an update, which no single object shows: core/traffic says it. */
const OF_UPDATES: readonly string[] = ['backend-switch']

test('every id of the catalogue has one rule, in the order of the alphabet', () => {
  const ofObjects = Object.keys(FINDINGS).filter((id) => !OF_UPDATES.includes(id))
  expect(RULES.map(({ id }) => id)).toEqual(ofObjects)
  expect(Object.keys(FINDINGS)).toEqual(Object.keys(FINDINGS).toSorted())
})

test('a remark about one container is not taken for one about another', () => {
  const template = ourTemplate(40, 70, {
    containers: [
      container('app', { preStop: nativeSleep(40) }),
      container('log', { preStop: nativeSleep(10) }),
    ],
  })
  // Ours on app is raised to 45; the user’s on log stays at 10.
  expect(
    findings('prestop-too-short', { subject: { template } }).map((one) => [one.holds, one.message]),
  ).toEqual([
    ['throughout', 'preStop of log sleeps 10 s, it needs 45 s'],
    ['before', 'preStop of app sleeps 40 s, it needs 45 s'],
  ])
})

describe('severities are the catalogue’s', () => {
  test.for<[FindingId, Case, string]>([
    ['drain-time', drained(12, { maxUnavailable: { count: 1 } }), 'information'],
    // The exception: what is certain.
    ['drain-time', { subject: { template: app({ preStop: nativeSleep(900) }, s(930)) } }, 'warning'],
    ['prestop-missing', {}, 'warning'],
    ['deregistration-delay-assumed', {}, 'information'],
    // 110 − 30 = 80 of our own is within the notice; a user’s hook of 200 is not.
    [
      'grace-above-limit',
      {
        subject: {
          template: podTemplate({
            spot: true,
            containers: [container('app', { preStop: nativeSleep(200) })],
          }),
        },
      },
      'warning',
    ],
    [
      'grace-above-limit',
      {
        subject: {
          template: podTemplate({ grace: s(601), containers: [container('app', { preStop: QUIT })] }),
        },
      },
      'information',
    ],
  ])('%s', ([id, given, severity]) => {
    expect(findings(id, given).map((one) => one.severity)).toEqual([severity])
  })
})

describe('messages carry the numbers of the object', () => {
  test.for<[FindingId, Case, string]>([
    [
      'capped-by-policy',
      { subject: { template: ourTemplate(45, 75, { grace: s(60) }) } },
      'something lowered the grace period from 75 s to 60 s: 15 s is left after the sleep of 45 s; raise the policy’s limit to 75 s, or set maxGraceSeconds: 60',
    ],
    ['deregistration-delay-assumed', {}, 'deregistration delay of web assumed: AWS default 300 s'],
    [
      'deregistration-delay-cuts-requests',
      { exposures: [exposure({ delay: 5 })] },
      'the ALB of web cuts requests 10 s (controller 5 + delay 5) after the deletion, the last one may take until 40 s (controller 5 + propagation 25 + request 10): raise the deregistration delay from 5 s to 35 s',
    ],
    [
      'grace-above-limit',
      // 140 + 30
      { subject: { template: onSpot({ preStop: nativeSleep(140) }) } },
      'preStop 140 s + 30 s to exit = 170 s, a Spot notice leaves 110 s',
    ],
    [
      'drain-blocked',
      evictions({ maxUnavailable: { percent: 0 } }),
      'PodDisruptionBudget web has maxUnavailable 0 %: no pod can be evicted, so a node drain hangs: set maxUnavailable: 1',
    ],
    [
      'drain-blocked',
      evictions({ minAvailable: { percent: 67 } }),
      'PodDisruptionBudget web has minAvailable 67 % of 3 replicas: no pod can be evicted, so a node drain hangs: set maxUnavailable: 1',
    ],
    [
      'drain-blocked',
      {
        ...evictions({ minAvailable: { count: 2 } }),
        subject: { workload: { ...summary(), ...minimum(2) } },
      },
      'PodDisruptionBudget web has minAvailable 2 of 2 replicas (the minimum of HorizontalPodAutoscaler shop/web): no pod can be evicted, so a node drain hangs: set maxUnavailable: 1',
    ],
    [
      'drain-time',
      drained(12, { maxUnavailable: { count: 1 } }),
      'with 6 of 12 pods on one node a drain may take 1145 s (5 × 195 + 170), a node group’s update waits 900 s: let more pods go at a time',
    ],
    [
      'drain-time',
      drained(12, { maxUnavailable: { count: 1 } }, { kind: 'in-place' }),
      'with 6 of 12 pods on one node a drain may take 2190 s (6 × 365), a node group’s update waits 900 s: let more pods go at a time',
    ],
    [
      'drain-time',
      drained(4, { maxUnavailable: { count: 1 } }),
      'with 2 of 4 pods on one node a drain may take 365 s (1 × 195 + 170), the deletion of a node group ends its nodes after 300 s: let more pods go at a time',
    ],
    [
      'drain-time',
      { subject: { template: app({ preStop: nativeSleep(300) }, s(330)) } },
      'preStop of 300 s: the deletion of a node group ends its nodes after 300 s',
    ],
    [
      'drain-time',
      { subject: { template: app({ preStop: nativeSleep(900) }, s(930)) } },
      'preStop of 900 s: a node group’s update waits 900 s for a drain, then it fails: shorten the hook',
    ],
    // C 5 + P 120 + R 10 + J 5
    [
      'exposed-not-covered',
      { subject: ofKind('DaemonSet'), exposures: [nlb] },
      'the NLB of web sends to it, Slackwater leaves DaemonSets alone: set daemonSets: true, or a preStop sleep of 140 s and a grace period of 170 s',
    ],
    [
      'exposed-not-covered',
      { subject: ofKind('Job') },
      'the ALB of web sends to it: pods of a Job end on their own: serve from a Deployment',
    ],
    ['prestop-missing', {}, 'no preStop hook on app: it needs 45 s'],
    [
      'sidecar-dies-first',
      draining(45),
      'istio-proxy stops after its preStop of 45 s, the application drains until 110 s: sleep 110 s',
    ],
    [
      'sidecar-dies-first',
      { subject: { template: waiting(10) } },
      'config.alpha.linkerd.io/proxy-wait-before-exit-seconds ends linkerd-proxy after 10 s: set it to 45',
    ],
    [
      'sleep-capped',
      { settings: { maxGraceSeconds: s(60) } },
      'maxGraceSeconds cuts the sleep from 45 s to 30 s: the longest requests may be cut',
    ],
    // 59 − 30 = 29 < C 5 + P 25
    [
      'sleep-capped',
      { settings: { maxGraceSeconds: s(59) } },
      'maxGraceSeconds cuts the sleep from 45 s to 29 s: requests will be lost',
    ],
    [
      'sleep-capped',
      { settings: { maxGraceSeconds: s(30) } },
      'maxGraceSeconds cuts the sleep from 45 s to 0 s: nothing is injected',
    ],
    // Nothing propagates for instance targets: K + I + J = 75 → 20.
    [
      'sleep-capped',
      { exposures: [instance], settings: { maxSleepSeconds: s(20) } },
      'maxSleepSeconds cuts the sleep from 75 s to 20 s: the longest requests may be cut',
    ],
    [
      'outage-on-replacement',
      { subject: RECREATE },
      'strategy Recreate stops every old pod before the first new one starts: no sleep is injected',
    ],
    [
      'outage-on-replacement',
      { subject: { workload: withoutReplicas({ kind: 'in-place' }) } },
      'replicas is not set, more than one is assumed; if there is one, its replacement is an outage: set replicas',
    ],
  ])('%s', ([id, given, message]) => {
    expect(findings(id, given).map((one) => one.message)).toEqual([message])
  })
})

test('of a kind that is left alone nothing else is said, and nothing is changed', () => {
  const { findings: said, ending } = shown(ofKind('DaemonSet'), {})
  expect([said.map(({ id }) => id), ending]).toEqual([['exposed-not-covered'], undefined])
})

test('names stay short', () => {
  expect(listNames([])).toBe('')
  expect(listNames(['app'])).toBe('app')
  expect(listNames(['app', 'log'])).toBe('app and log')
  expect(listNames(['app', 'log', 'envoy', 'xray'])).toBe('app, log and 2 more')
})
