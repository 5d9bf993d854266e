import { describe, expect, test } from 'vitest'
import {
  costOfReplacing,
  handoverOrRestart,
  type Replaced,
  restartOf,
} from '../../../src/core/adoption/replacing.ts'

const of = (kind: string, further: Partial<Replaced> = {}): Replaced => ({
  ref: { kind, namespace: 'shop', name: 'web' },
  injectInto: 'auto',
  ...further,
})

const PAUSED: Replaced['live'] = {
  uid: 'u1',
  created: 0,
  rolledOut: true,
  paused: true,
  templateLabels: {},
  recorded: true,
  unhooked: true,
  unready: false,
  adopted: false,
}

describe('the command that replaces running Pods', () => {
  test.for([
    ['Deployment', 'slackwater handover deployment/web -n shop'],
    ['ReplicaSet', 'slackwater handover replicaset/web -n shop'],
    ['Rollout', 'slackwater handover rollout/web -n shop'],
    // No ReplicaSet creates the Pods of these.
    ['StatefulSet', 'kubectl rollout restart statefulset/web -n shop'],
    ['DaemonSet', 'kubectl rollout restart daemonset/web -n shop'],
    ['ReplicationController', 'delete its Pods one by one: ReplicationController web creates new ones'],
  ] as const)('of a %s', ([kind, command]) => expect(handoverOrRestart(of(kind))).toBe(command))

  test('a paused Deployment rolls nothing out, but its ReplicaSet still replaces a Pod', () =>
    expect(handoverOrRestart(of('Deployment', { live: PAUSED }))).toBe(
      'slackwater handover deployment/web -n shop',
    ))

  // With this setting a Pod gets nothing at its creation, unless its kind is one whose template is never written.
  test.for([
    ['Deployment', 'kubectl rollout restart deployment/web -n shop'],
    ['ReplicaSet', 'delete its Pods one by one: ReplicaSet web creates new ones'],
    ['Rollout', 'slackwater handover rollout/web -n shop'],
  ] as const)('of a %s with injectInto: workloads', ([kind, command]) =>
    expect(handoverOrRestart(of(kind, { injectInto: 'workloads' }))).toBe(command),
  )

  test('with the hook in the template already, that setting does not matter', () => {
    const { injectInto: _, ...hooked } = of('Deployment')
    expect(handoverOrRestart(hooked)).toBe('slackwater handover deployment/web -n shop')
  })
})

describe('a restart', () => {
  // kubectl refuses to restart a Deployment that is paused (kubectl pkg/polymorphichelpers/objectrestarter.go).
  test('of a paused Deployment resumes it first', () =>
    expect(restartOf(of('Deployment', { live: PAUSED }))).toBe(
      'kubectl rollout resume deployment/web -n shop, then kubectl rollout restart deployment/web -n shop',
    ))

  test('of a Rollout is that of Argo’s plugin', () =>
    expect(restartOf(of('Rollout'))).toBe('kubectl argo rollouts restart web -n shop'))
})

describe('what it costs', () => {
  const LOSS = 'each Pod without a hook ends while its load balancer still sends to it'

  test('with a handover, only a rollout before it loses requests', () =>
    expect(costOfReplacing(of('Deployment'), 30)).toBe(
      `a rollout before it loses requests: ${LOSS}, for about 30 s`,
    ))

  test('without one, the restart itself, and why', () => {
    expect(costOfReplacing(of('StatefulSet'), 125)).toBe(
      `this restart itself loses requests: ${LOSS}, for about 125 s. slackwater handover cannot replace the Pods of a StatefulSet: choose off-peak hours, or replace few Pods at a time`,
    )
    expect(costOfReplacing(of('Deployment', { injectInto: 'workloads' }), 0)).toBe(
      `this restart itself loses requests: ${LOSS}. Only a changed template gives its Pods the hook: choose off-peak hours, or replace few Pods at a time`,
    )
  })
})
