import { describe, expect, test } from 'vitest'
import type { FindingId } from '../../src/core/findings/catalogue.ts'
import {
  CONCERNS,
  type Concern,
  type ConcernId,
  concernsOf,
  type JudgedReport,
} from '../../src/judgement/concerns.ts'
import { reportExitCode } from '../../src/judgement/exit-code.ts'
import type { State } from '../../src/judgement/states.ts'
import { isUngated, type JudgedWorkload, needsAttention } from '../../src/judgement/workloads.ts'
import { pods, report, workload } from './reports.ts'

const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const HANDOVER = 'slackwater handover deployment/web -n shop'

const accepted = (state: State, id: FindingId): Partial<JudgedWorkload> => ({
  state,
  findings: [{ id, severity: 'warning', holds: 'throughout', accepted: { reason: 'a canary' } }],
})

const halfAccepted: Partial<JudgedWorkload> = {
  state: 'short',
  findings: [
    { id: 'prestop-too-short', severity: 'warning', holds: 'throughout', accepted: { reason: 'a canary' } },
    { id: 'prestop-unknown-length', severity: 'information', holds: 'throughout' },
  ],
}

const EXPOSED = {
  ended: '2026-03-02T09:12:00.000Z',
  verdict: 'exposed',
  text: '3 of 10 were cut: the delete gave a grace of 30 s',
  cure: 'drain without a grace period of your own',
}
const COVERED = { ended: '2026-03-02T10:12:00.000Z', verdict: 'covered', text: '10 of 10 left after 45 s' }
const { ended: _, ...GOING_ON } = COVERED

const BUSY_NODE = {
  targetGroups: 80,
  controllerSeconds: 17,
  node: { name: 'node-a', targetGroups: 60, namespace: 'shop', ofNamespace: 48, controllerSeconds: 12 },
  budgeted: 5,
  limits: [{ perSecond: 4, burst: 20 }],
}

/** Each concern alone, with the object that it is about. */
const CASES: readonly (readonly [ConcernId, Partial<JudgedReport>, Partial<Concern>])[] = [
  [
    'inventory-in-doubt',
    { cluster: { doubt: 'services not yet read from the cluster' } },
    {
      severity: 'error',
      text: 'nothing new is injected: services not yet read from the cluster',
    },
  ],
  [
    'controller-not-ready',
    {
      cluster: {
        loadBalancerController: { deployment: { namespace: 'kube-system', name: 'lbc', ready: 0 } },
      },
    },
    {
      severity: 'error',
      object: { kind: 'Deployment', namespace: 'kube-system', name: 'lbc' },
      cure: 'restore it before you roll out or drain anything: kubectl describe deployment/lbc -n kube-system',
    },
  ],
  [
    'controller-slow',
    { cluster: { loadBalancerController: { deregistrations: BUSY_NODE } } },
    {
      severity: 'warning',
      text: 'a drain of node node-a takes Pods out of 60 target groups at once (48 of namespace shop): the load balancer controller deregisters 4 a second after a burst of 20, the last one after about 12 s, and the budget waits 5 s',
    },
  ],
  [
    'part-missing',
    { missing: [{ part: 'pods', problem: '403: no' }] },
    { severity: 'warning', text: 'pods are missing in this report: 403: no' },
  ],
  [
    'handover-unfinished',
    {
      handovers: [
        {
          ...WEB,
          pods: [
            { name: 'web-a', overdue: true },
            { name: 'web-b', overdue: false },
          ],
        },
      ],
    },
    {
      severity: 'warning',
      object: WEB,
      text: 'the handover of Deployment shop/web was interrupted: Pod web-a is not replaced',
      cure: `to go on: ${HANDOVER}; to take it back: ${HANDOVER} --undo`,
    },
  ],
  [
    'refused-without-us',
    { workloads: [workload({ refusedWithoutUs: { likelihood: 'certain', sleepSeconds: 45 } })] },
    {
      severity: 'error',
      object: WEB,
      text: 'the API server rejects the next apply of Deployment shop/web while Slackwater is unavailable',
      cure: 'set a grace period of at least 45 s in its manifest',
    },
  ],
  [
    'rollout-exposed',
    { workloads: [workload({ rollouts: [EXPOSED] })] },
    {
      severity: 'warning',
      object: WEB,
      text: `in the last rollout of Deployment shop/web, Pods left unprotected: ${EXPOSED.text}`,
      cure: EXPOSED.cure,
    },
  ],
  [
    'gate-stuck',
    {
      workloads: [
        workload({
          pods: { ...pods({}), stuckGate: { pods: 1, gate: 'target-health.x/y', reason: 'Target.Timeout' } },
        }),
      ],
    },
    { object: WEB, cure: expect.stringContaining('Target.Timeout') },
  ],
  [
    'pods-older-than-hook',
    { workloads: [workload({ pods: { ...pods({ withoutHook: 1 }), cure: HANDOVER } })] },
    {
      object: WEB,
      text: 'Pods of Deployment shop/web are older than their hook and must be replaced',
      cure: HANDOVER,
    },
  ],
  [
    'pods-without-gate',
    { workloads: [workload({ pods: { ...pods({ withoutGate: 2 }), cure: HANDOVER } })] },
    {
      severity: 'warning',
      object: WEB,
      text: 'Pods of Deployment shop/web were created without their readiness gate: before the load balancer controller had a ready replica, before their namespace had its label, or before their TargetGroupBinding; Pods created while the controller is ready get it',
      cure: HANDOVER,
    },
  ],
  [
    'rollout-awaits-person',
    { workloads: [workload({ lateExposure: { verdict: 'leave', cure: HANDOVER } })] },
    { object: WEB, cure: HANDOVER },
  ],
  ['withheld', { workloads: [workload({ state: 'withheld' })] }, { object: WEB }],
  ['too-short', { workloads: [workload({ state: 'short' })] }, { object: WEB }],
  [
    'unusable-annotation',
    { workloads: [workload({ warnings: ['one', 'two'] })] },
    { object: WEB, cure: 'correct them: one; two' },
  ],
  [
    'unreadable',
    { unreadable: [{ object: 'Pod shop/odd', problem: 'status.phase: expected a string' }] },
    { text: 'Pod shop/odd: status.phase: expected a string' },
  ],
]

describe('each concern', () => {
  test.for(CASES)('%s', ([id, wanted, concern]) =>
    expect(concernsOf(report(wanted))).toMatchObject([{ id, ...concern }]),
  )

  test('is among these cases', () => expect(CASES.map(([id]) => id)).toEqual(Object.keys(CONCERNS)))

  test('says what to do', () => {
    const all = CASES.flatMap(([, wanted]) => concernsOf(report(wanted)))
    expect(all.filter(({ cure }) => cure === '' || cure.includes('undefined'))).toEqual([])
  })
})

describe('a rollout in which Pods left unprotected', () => {
  const idsOf = (...rollouts: readonly object[]) =>
    concernsOf(report({ workloads: [workload({ rollouts: rollouts as (typeof EXPOSED)[] })] })).map(
      ({ id }) => id,
    )

  test('is made up for by a later one that was covered', () => expect(idsOf(COVERED, EXPOSED)).toEqual([]))
  test('is not by one that still goes on', () =>
    expect(idsOf(GOING_ON, EXPOSED)).toEqual(['rollout-exposed']))
  // "Until its next rollout is covered" (docs/report.md).
  test('is not by one of which not everything was seen', () =>
    expect(idsOf({ ...COVERED, verdict: 'unknown' }, EXPOSED)).toEqual(['rollout-exposed']))
  test('and one of which not everything was seen claims nothing', () =>
    expect(idsOf({ ...COVERED, verdict: 'unknown' })).toEqual([]))
  test('stands beside a concern about the Pods that run', () => {
    const both = workload({ rollouts: [EXPOSED], pods: { ...pods({ withoutHook: 1 }), cure: HANDOVER } })
    expect(concernsOf(report({ workloads: [both] })).map(({ id }) => id)).toEqual([
      'rollout-exposed',
      'pods-older-than-hook',
    ])
  })
  test('counts for the exit code, and needs attention', () => {
    const one = workload({ rollouts: [EXPOSED] })
    expect(needsAttention(one)).toBe(true)
    expect(reportExitCode(report({ workloads: [one] }), 'warning')).toBe(1)
    expect(reportExitCode(report({ workloads: [one] }), 'error')).toBe(0)
    expect(
      reportExitCode(report({ workloads: [workload({ rollouts: [COVERED, EXPOSED] })] }), 'warning'),
    ).toBe(0)
  })
})

test('in the order of the table, each object by itself', () => {
  const [one, other] = [
    workload({ state: 'short', warnings: ['no number'] }),
    workload({ name: 'api', state: 'short' }),
  ]
  const found = concernsOf(report({ workloads: [one, other], missing: [{ part: 'pods', problem: '403' }] }))
  expect(found.map(({ id, object }) => [id, object?.name])).toEqual([
    ['part-missing', undefined],
    ['too-short', 'web'],
    ['too-short', 'api'],
    ['unusable-annotation', 'web'],
  ])
})

test('one about the Pods of a workload: the first that holds, beside those about its manifest', () => {
  const both = workload({
    state: 'in-pods',
    pods: { ...pods({ withoutHook: 1 }), cure: HANDOVER },
    lateExposure: { verdict: 'leave', cure: HANDOVER },
    warnings: ['no number'],
  })
  expect(concernsOf(report({ workloads: [both] })).map(({ id }) => id)).toEqual([
    'pods-older-than-hook',
    'unusable-annotation',
  ])
})

test('Pods lack their gate alone: not where they lack their hook too, or await a person', () => {
  const lacking = pods({ withoutGate: 1 })
  expect(isUngated(workload({ pods: lacking }))).toBe(true)
  expect(isUngated(workload({ pods: { ...lacking, withoutHook: 1 } }))).toBe(false)
  const awaiting = { lateExposure: { verdict: 'leave', cure: HANDOVER } } as const
  expect(isUngated(workload({ pods: lacking, ...awaiting }))).toBe(false)
})

describe('none', () => {
  test.for<[string, Partial<JudgedReport>]>([
    ['of a protected workload', {}],
    ['of one that is about to change', { workloads: [workload({ state: 'would-change' })] }],
    [
      'of Pods whose template is not good yet',
      { workloads: [workload({ state: 'would-change', pods: pods({ withoutHook: 1 }) })] },
    ],
    [
      'of Pods that lack their gate only, and would again: the finding says why',
      {
        workloads: [
          workload({
            pods: pods({ withoutGate: 1 }),
            findings: [{ id: 'readiness-gate-missing', severity: 'warning', holds: 'before' }],
          }),
        ],
      },
    ],
    [
      'of Pods without a gate whose workload was opted out',
      { workloads: [workload({ state: 'left-alone', pods: pods({ withoutGate: 1 }) })] },
    ],
    [
      'of a late exposure in dry-run',
      { workloads: [workload({ mode: 'dry-run', lateExposure: { verdict: 'leave' } })] },
    ],
    [
      'of a late exposure that Slackwater ends',
      { workloads: [workload({ lateExposure: { verdict: 'adopt' } })] },
    ],
    ['of a handover that goes on', { handovers: [{ ...WEB, pods: [{ name: 'web-a', overdue: false }] }] }],
    [
      'of a controller that is ready',
      { cluster: { loadBalancerController: { deployment: { namespace: 'a', name: 'lbc', ready: 1 } } } },
    ],
    ['of an accepted short hook', { workloads: [workload(accepted('short', 'prestop-too-short'))] }],
    ['of an accepted outage', { workloads: [workload(accepted('withheld', 'outage-on-replacement'))] }],
    ['of a controller that is not seen', { cluster: { loadBalancerController: {} } }],
  ])('%s', ([, wanted]) => expect(concernsOf(report(wanted))).toEqual([]))
})

describe('a person should look at', () => {
  test.for<[string, Partial<JudgedWorkload>, boolean]>([
    ['a protected one: no', {}, false],
    ['one that would change', { state: 'would-change' }, true],
    [
      'a finding that stays',
      { findings: [{ id: 'grace-too-short', severity: 'warning', holds: 'throughout' }] },
      true,
    ],
    [
      'one that the change ends: no',
      { findings: [{ id: 'grace-too-short', severity: 'warning', holds: 'before' }] },
      false,
    ],
    [
      'information: no',
      { findings: [{ id: 'grace-too-short', severity: 'information', holds: 'throughout' }] },
      false,
    ],
    ['an accepted finding: no', accepted('protected', 'readiness-probe-missing'), false],
    ['an accepted outage: no', accepted('withheld', 'outage-on-replacement'), false],
    ['a kind that is left alone, accepted: no', accepted('left-alone', 'exposed-not-covered'), false],
    ['an opt-out, whatever else is accepted', accepted('left-alone', 'single-replica'), true],
    ['a short hook, accepted, beside another that is not', halfAccepted, true],
    ['a warning about its Service', { notices: [{ severity: 'warning' }] }, true],
    ['information about its Service: no', { notices: [{ severity: 'information' }] }, false],
  ])('%s', ([, wanted, isMeant]) => expect(needsAttention(workload(wanted))).toBe(isMeant))
})

describe('the load balancer controller by its own metrics', () => {
  const measured = {
    reconciles: 80,
    controllerSeconds: 14,
    slowest: { at: '2026-03-02T10:02:00.000Z', reconciles: 60, waitedSeconds: 12, workedSeconds: 0.9 },
    throttled: 0,
    failed: 0,
    budgeted: 5,
  }
  const said = (wanted: Partial<typeof measured> & { readonly accepted?: string }) =>
    concernsOf(report({ cluster: { loadBalancerController: { measured: { ...measured, ...wanted } } } })).map(
      ({ text, cure }) => [text, cure],
    )

  test('slower than the budget waits: the number, when, and what to write', () =>
    expect(said({})).toEqual([
      [
        'in the last hour the load balancer controller needed at least 14 s for a deregistration, and the budget waits 5 s (until 2026-03-02T10:02:00.000Z each of 60 TargetGroupBindings waited 12 s and took 0.9 s, on average)',
        'set terms.controllerSeconds: 14 or more (slackwater explain controller-slow)',
      ],
    ]))

  test('as slow as the budget waits is covered; calls that AWS refused then say nothing', () =>
    expect(said({ controllerSeconds: 5, throttled: 7 })).toEqual([]))

  test('deregistrations that failed come later than anything that was measured', () =>
    expect(said({ controllerSeconds: 2, failed: 3, throttled: 7 })).toEqual([
      [
        'in the last hour 3 times a deregistration failed and was tried again; AWS refused 7 of its calls as too many',
        'see the log of the load balancer controller (slackwater explain controller-slow)',
      ],
    ]))

  test('accepted: nothing', () => expect(said({ failed: 3, accepted: 'known' })).toEqual([]))
})
