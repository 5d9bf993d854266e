import { describe, expect, test } from 'vitest'
import { gateLimit } from '../../../src/core/gates/gate-limit.ts'
import { stuckGateOf } from '../../../src/core/gates/stuck-gate.ts'
import { toPodStatus } from '../../../src/kubernetes/pod-status.ts'
import { exposure } from '../exposures.ts'

/** Expected values: design, namespaces: 2 × (interval × healthy threshold + timeout + 60). */
describe('how long a gate may take', () => {
  test('behind an ALB: 2 × (15 × 2 + 5 + 60)', () => {
    expect(gateLimit([exposure()])).toBe(190)
  })
  test('behind an NLB: 2 × (10 × 3 + 10 + 60)', () => {
    expect(gateLimit([exposure({ loadBalancer: 'nlb' })])).toBe(200)
  })
  test('with a declared check: 2 × (30 × 5 + 5 + 60)', () => {
    expect(gateLimit([exposure({ healthInterval: 30, healthyThreshold: 5 })])).toBe(430)
  })
  test('behind several: the longest', () => {
    expect(gateLimit([exposure(), exposure({ loadBalancer: 'nlb' })])).toBe(200)
  })
  // LBC issue 1786: a new NLB took up to five minutes.
  test('while a target is being registered, at least 2 × 300', () => {
    expect(gateLimit([exposure({ loadBalancer: 'nlb' })], 'Elb.RegistrationInProgress')).toBe(600)
    expect(gateLimit([exposure()], 'Elb.InitialHealthChecking')).toBe(600)
    expect(gateLimit([exposure()], 'Target.FailedHealthChecks')).toBe(190)
    const slow = [exposure({ healthInterval: 60, healthyThreshold: 5 })]
    expect(gateLimit(slow, 'Elb.RegistrationInProgress')).toBe(730)
  })
  test('while it is being registered it has no gate behind instance targets either', () => {
    expect(gateLimit([exposure({ targetType: 'instance' })], 'Elb.RegistrationInProgress')).toBeUndefined()
  })
  test('instance targets and classic load balancers have none', () => {
    const none = [exposure({ targetType: 'instance' }), exposure({ loadBalancer: 'classic' })]
    expect(gateLimit(none)).toBeUndefined()
  })
})

const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'
const START = Date.parse('2026-11-20T10:00:00Z')
const at = (second: number): string => new Date(START + second * 1000).toISOString()

interface Told {
  readonly gates?: readonly string[]
  readonly startTime?: string | null
  readonly conditions?: readonly object[]
}

const UNREADY = { type: 'Ready', status: 'False', lastTransitionTime: at(0) }
const CONTAINERS = { type: 'ContainersReady', status: 'True', lastTransitionTime: at(20) }
const FAILED = {
  type: GATE,
  status: 'False',
  reason: 'Target.FailedHealthChecks',
  message: 'Health checks failed',
  lastTransitionTime: at(25),
}

/** A Pod that started at 0 and whose containers were ready at 20, looked at so many seconds after its start. */
function looked(second: number, { gates = [GATE], startTime = at(0), conditions }: Told = {}) {
  const raw = { status: { startTime, conditions: conditions ?? [UNREADY, CONTAINERS, FAILED] } }
  const ref = { kind: 'Pod', namespace: 'shop', name: 'web-1' }
  const pod = { ref, workload: ref, readinessGates: gates, readiness: toPodStatus(raw) }
  return stuckGateOf(pod, [exposure()], START + second * 1000)
}

describe('a gate of an ALB’s target group, containers ready at 20: stuck after 20 + 190', () => {
  test('not a moment before', () => {
    expect(looked(210)).toBeUndefined()
    expect(looked(211)).toMatchObject({
      gate: GATE,
      limit: 190,
      since: START + 20_000,
      reason: 'Target.FailedHealthChecks',
      message: 'Health checks failed',
    })
  })

  test('while the load balancer takes its target up, not before 20 + 600', () => {
    const registering = { ...FAILED, reason: 'Elb.RegistrationInProgress' }
    const conditions = [UNREADY, CONTAINERS, registering]
    expect(looked(620, { conditions })).toBeUndefined()
    expect(looked(621, { conditions })).toMatchObject({ limit: 600, reason: 'Elb.RegistrationInProgress' })
  })

  test('a target group that is still registering hides no other whose checks fail', () => {
    const other = 'target-health.elbv2.k8s.aws/k8s-shop-web-9876543210'
    const registering = { ...FAILED, type: other, reason: 'Elb.RegistrationInProgress' }
    const told = { gates: [other, GATE], conditions: [UNREADY, CONTAINERS, registering, FAILED] }
    expect(looked(211, told)).toMatchObject({ gate: GATE, limit: 190 })
  })

  test.for<[string, Told, boolean]>([
    ['the condition does not exist yet (LBC issue 3622)', { conditions: [UNREADY, CONTAINERS] }, true],
    [
      'the condition has no time (LBC issue 2857)',
      { conditions: [UNREADY, CONTAINERS, { ...FAILED, lastTransitionTime: null }] },
      true,
    ],
    [
      'no listener sends to the target group (LBC issue 3753)',
      { conditions: [UNREADY, CONTAINERS, { ...FAILED, reason: 'Target.NotInUse' }] },
      true,
    ],
    ['unknown', { conditions: [UNREADY, CONTAINERS, { ...FAILED, status: 'Unknown' }] }, true],
    [
      'the second of two gates',
      {
        gates: ['target-health.elbv2.k8s.aws/other', GATE],
        conditions: [
          UNREADY,
          CONTAINERS,
          FAILED,
          { type: 'target-health.elbv2.k8s.aws/other', status: 'True' },
        ],
      },
      true,
    ],
    ['it has no condition Ready yet', { conditions: [CONTAINERS, FAILED] }, true],
    ['the gate has passed', { conditions: [UNREADY, CONTAINERS, { ...FAILED, status: 'True' }] }, false],
    [
      'its containers are not ready: the gate is not the reason',
      { conditions: [UNREADY, { ...CONTAINERS, status: 'False' }, FAILED] },
      false,
    ],
    [
      'since when they are ready is unknown',
      { conditions: [UNREADY, { ...CONTAINERS, lastTransitionTime: null }, FAILED] },
      false,
    ],
    [
      'it was ready once: Ready has changed since its start',
      { conditions: [{ ...UNREADY, lastTransitionTime: at(15) }, CONTAINERS, FAILED] },
      false,
    ],
    [
      'it is ready',
      { conditions: [{ ...UNREADY, status: 'True' }, CONTAINERS, { ...FAILED, status: 'False' }] },
      false,
    ],
    ['a gate of somebody else', { gates: ['example.com/warm'] }, false],
    ['the gate of LBC’s first version', { gates: ['target-health.alb.ingress.k8s.aws/web_80'] }, false],
    ['no gate', { gates: [] }, false],
  ])('%s', ([, told, isStuck]) => {
    expect(looked(3600, told) !== undefined).toBe(isStuck)
  })

  test('behind nothing, nobody would set it', () => {
    const ref = { kind: 'Pod', namespace: 'shop', name: 'web-1' }
    const readiness = toPodStatus({ status: { conditions: [UNREADY, CONTAINERS, FAILED] } })
    const pod = { ref, workload: ref, readinessGates: [GATE], readiness }
    expect(stuckGateOf(pod, [], START + 3_600_000)).toBeUndefined()
  })

  test('a condition’s text is kept up to 300 characters', () => {
    const long = { ...FAILED, message: 'x'.repeat(100_000) }
    expect(looked(3600, { conditions: [UNREADY, CONTAINERS, long] })?.message).toHaveLength(300)
  })
})
