import { describe, expect, test } from 'vitest'
import {
  type AdoptionContext,
  adoptionOf,
  BIRTH,
  type SeenExposure,
} from '../../../src/core/adoption/adoption.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import type { LiveFacts, WorkloadSummary } from '../../../src/core/model/workload.ts'
import { exposure } from '../exposures.ts'

const CREATED = 1_000_000_000
const LIVE: LiveFacts = {
  uid: 'u1',
  created: CREATED,
  rolledOut: false,
  paused: false,
  templateLabels: { app: 'web' },
  recorded: false,
  unhooked: true,
  unready: false,
  adopted: false,
}
const WORKLOAD: WorkloadSummary = {
  ref: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  replacement: { kind: 'unknown' },
  minReadySeconds: seconds(0),
  live: LIVE,
}
const SEEN: SeenExposure = {
  exposure: exposure(),
  progress: { address: 'none', isBound: true, isMadeByHand: false },
  isFromStart: false,
}
const CONTEXT: AdoptionContext = {
  now: CREATED + 60_000,
  settings: { adopt: 'newborn', daemonSets: false, injectInto: 'auto', webhook: {} },
  mode: 'enforce',
  excludedNamespaces: ['kube-system', 'slackwater-system'],
  exposures: [SEEN],
  gateSettled: true,
}
const HANDOVER = 'slackwater handover deployment/web -n shop'

const live = (facts: Partial<LiveFacts>): WorkloadSummary => ({ ...WORKLOAD, live: { ...LIVE, ...facts } })
const seen = (further: Partial<SeenExposure>): Partial<AdoptionContext> => ({
  exposures: [{ ...SEEN, ...further }],
})
const progress = (further: Partial<SeenExposure['progress']>): Partial<AdoptionContext> =>
  seen({ progress: { ...SEEN.progress, ...further } })

test('a newborn whose only load balancer is new and has no address is adopted', () => {
  expect(adoptionOf(WORKLOAD, CONTEXT)).toEqual({ kind: 'adopt' })
})

/** Each condition from the side on which it does not hold; the other side is the test above, or the second table. */
describe('left to a person', () => {
  test.for<readonly [string, WorkloadSummary, Partial<AdoptionContext>, RegExp]>([
    ['ten minutes old', WORKLOAD, { now: CREATED + BIRTH }, /more than ten minutes ago/],
    ['rolled out before', live({ rolledOut: true }), {}, /rolled out before/],
    [
      'its exposure was there at our start',
      WORKLOAD,
      seen({ isFromStart: true }),
      /existed before Slackwater started/,
    ],
    ['a second exposure', WORKLOAD, { exposures: [SEEN, SEEN] }, /^2 target groups send to it/],
    ['an address that may be in use', WORKLOAD, progress({ address: 'known' }), /has an address/],
    ['a TargetGroupBinding made by hand', WORKLOAD, progress({ isMadeByHand: true }), /created by hand/],
    ['adopt: off', WORKLOAD, { settings: { ...CONTEXT.settings, adopt: 'off' } }, /adopt is off/],
    ['written once already', live({ recorded: true }), {}, /written its template once already/],
  ])('%s', ([, workload, further, why]) => {
    const verdict = adoptionOf(workload, { ...CONTEXT, ...further })
    expect(verdict).toEqual({ kind: 'leave', why: expect.stringMatching(why), cure: HANDOVER })
  })

  test('paused: a touch would start no rollout, but its ReplicaSet still replaces a Pod', () => {
    expect(adoptionOf(live({ paused: true }), CONTEXT)).toEqual({
      kind: 'leave',
      why: 'it is paused: no change of its template starts a rollout',
      cure: HANDOVER,
    })
  })

  test('paused, and too old besides: what lasts is said', () => {
    expect(adoptionOf(live({ paused: true }), { ...CONTEXT, now: CREATED + BIRTH })).toMatchObject({
      why: expect.stringMatching(/more than ten minutes ago/),
    })
  })

  test('its Pods are left out by a selector: only a changed template gives them the hook', () => {
    const settings = { ...CONTEXT.settings, webhook: { objectSelector: { matchLabels: { app: 'other' } } } }
    expect(adoptionOf(live({ rolledOut: true }), { ...CONTEXT, settings })).toMatchObject({
      cure: 'kubectl rollout restart deployment/web -n shop',
    })
  })

  test('an old exposure and a new one: it is served already', () => {
    const exposures = [SEEN, { ...SEEN, isFromStart: true }]
    expect(adoptionOf(WORKLOAD, { ...CONTEXT, exposures }).kind).toBe('leave')
  })

  test('in dry-run the mode has to change first: until then no new Pod has a hook', () => {
    expect(adoptionOf(live({ rolledOut: true }), { ...CONTEXT, mode: 'dry-run' })).toMatchObject({
      cure: `mode enforce, then ${HANDOVER}`,
    })
  })

  test('injectInto: workloads: only a changed template brings the hook', () => {
    const settings = { ...CONTEXT.settings, injectInto: 'workloads' } as const
    expect(adoptionOf(live({ rolledOut: true }), { ...CONTEXT, settings })).toMatchObject({
      cure: 'kubectl rollout restart deployment/web -n shop',
    })
  })

  test('a StatefulSet, whose Pods no ReplicaSet creates: its restart', () => {
    const stateful = { ...live({ rolledOut: true }), ref: { ...WORKLOAD.ref, kind: 'StatefulSet' } }
    expect(adoptionOf(stateful, CONTEXT)).toMatchObject({
      cure: 'kubectl rollout restart statefulset/web -n shop',
    })
  })
})

describe('on the other side of each condition', () => {
  test.for<readonly [string, WorkloadSummary, Partial<AdoptionContext>]>([
    ['a millisecond before its ten minutes are over', WORKLOAD, { now: CREATED + BIRTH - 1 }],
    ['created in the future, by another clock', WORKLOAD, { now: CREATED - 5_000 }],
    ['an address that came a moment ago', WORKLOAD, progress({ address: 'new' })],
    ['a StatefulSet', { ...WORKLOAD, ref: { ...WORKLOAD.ref, kind: 'StatefulSet' } }, {}],
  ])('%s: adopted', ([, workload, further]) => {
    expect(adoptionOf(workload, { ...CONTEXT, ...further })).toEqual({ kind: 'adopt' })
  })
})

describe('waits', () => {
  test.for<readonly [string, Partial<AdoptionContext>, RegExp]>([
    ['for the TargetGroupBinding', progress({ isBound: false }), /no TargetGroupBinding yet/],
    ['for the label, so that the gate comes with the hook', { gateSettled: false }, /readiness-gate label/],
  ])('%s', ([, further, why]) => {
    expect(adoptionOf(WORKLOAD, { ...CONTEXT, ...further })).toEqual({
      kind: 'wait',
      why: expect.stringMatching(why),
    })
    const later = adoptionOf(WORKLOAD, { ...CONTEXT, ...further, now: CREATED + BIRTH })
    expect(later.kind, 'but not for ever').toBe('leave')
  })
})

describe('not ours to judge', () => {
  test.for<readonly [string, WorkloadSummary, Partial<AdoptionContext>]>([
    ['mode off', WORKLOAD, { mode: 'off' }],
    ['an excluded namespace', WORKLOAD, { excludedNamespaces: ['shop'] }],
    ['left out by a selector', WORKLOAD, { leftOut: 'webhook.objectSelector leaves out it and its Pods' }],
    ['owned', { ...WORKLOAD, owner: { kind: 'Rollout', namespace: 'shop', name: 'web' } }, {}],
    ['a DaemonSet', { ...WORKLOAD, ref: { ...WORKLOAD.ref, kind: 'DaemonSet' } }, {}],
    [
      'from a file',
      { ref: WORKLOAD.ref, replacement: WORKLOAD.replacement, minReadySeconds: seconds(0) },
      {},
    ],
  ])('%s', ([, workload, further]) => {
    expect(adoptionOf(workload, { ...CONTEXT, ...further }).kind).toBe('untouched')
  })
})

test('nothing sends here; or every container has a hook', () => {
  expect(adoptionOf(WORKLOAD, { ...CONTEXT, exposures: [] })).toEqual({ kind: 'not-exposed' })
  expect(adoptionOf(live({ unhooked: false }), CONTEXT)).toEqual({ kind: 'protected' })
  // Rolled out once, with the hooks in its Pods: the template stays as it is.
  const adopted = live({ adopted: true, recorded: true, rolledOut: true })
  expect(adoptionOf(adopted, CONTEXT)).toEqual({ kind: 'protected' })
})

describe('dry-run acts never, and says what enforce would do', () => {
  test.for<readonly [string, Partial<AdoptionContext>, string]>([
    ['adopt', {}, 'the mode is dry-run'],
    ['wait', { gateSettled: false }, 'the mode is dry-run'],
    ['leave', { now: CREATED + BIRTH }, 'it was created more than ten minutes ago'],
  ])('%s', ([, further, why]) => {
    const verdict = adoptionOf(WORKLOAD, { ...CONTEXT, ...further, mode: 'dry-run' })
    expect(verdict).toEqual({ kind: 'leave', why, cure: `mode enforce, then ${HANDOVER}` })
  })
})
