import { describe, expect, test } from 'vitest'
import { toChangedWorkload, toWorkload } from '../../src/kubernetes/workload.ts'

const OURS = '{"grace":{"before":20,"after":65},"sleep":{"app":45}}'
const OURS_FROM_NOTHING = '{"grace":{"before":null,"after":75},"sleep":{"app":45}}'
const OUR_HOOK = { preStop: { sleep: { seconds: 45 } } }

interface Parts {
  readonly applied?: unknown
  readonly appliedText?: string
  readonly managed?: readonly object[]
  readonly grace?: number
  readonly record?: string
  readonly containers?: readonly object[]
}

const stated = (parts: Parts, stored?: Parts) =>
  (stored === undefined
    ? toWorkload(workload(parts), 'shop')
    : toChangedWorkload(workload(parts), 'shop', { stored: workload(stored) }).workload
  ).template.stated

const workload = ({ applied, appliedText, managed, grace, record, containers }: Parts) => {
  const text = appliedText ?? (applied === undefined ? undefined : JSON.stringify(applied))
  return {
    kind: 'Deployment',
    metadata: {
      name: 'web',
      annotations: text === undefined ? {} : { 'kubectl.kubernetes.io/last-applied-configuration': text },
      managedFields: managed,
    },
    spec: {
      template: {
        metadata: record === undefined ? {} : { annotations: { 'slackwater.dev/injected': record } },
        spec: { terminationGracePeriodSeconds: grace, containers },
      },
    },
  }
}

const manifest = (grace: unknown, ...containers: readonly object[]) => ({
  spec: { template: { spec: { terminationGracePeriodSeconds: grace, containers } } },
})
const entry = (operation: string, ...fields: readonly object[]) => ({
  operation,
  fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': Object.assign({}, ...fields) } } },
})
const GRACE = { 'f:terminationGracePeriodSeconds': {} }
const CONTAINERS = { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {}, 'f:image': {} } } }
const owned = (name: string, fields: object) => ({ 'f:containers': { [`k:{"name":"${name}"}`]: fields } })
const SLEEP = { 'f:lifecycle': { 'f:preStop': { 'f:sleep': { 'f:seconds': {} } } } }

describe('the grace period that a source states', () => {
  test.for<[string, Parts, number | undefined]>([
    ['nothing says it: 30 may be the API’s default', { grace: 30 }, undefined],
    ['the configuration that was last applied', { applied: manifest(20), grace: 65 }, 20],
    ['0 is stated too', { applied: manifest(0), grace: 65 }, 0],
    ['a configuration without it', { applied: { spec: { template: {} } }, grace: 65 }, undefined],
    ['one that names it elsewhere', { applied: { x: 'terminationGracePeriodSeconds' } }, undefined],
    ['one that is no JSON', { appliedText: '{"terminationGracePeriodSeconds": 20' }, undefined],
    ['one whose spec is a text', { applied: { spec: 'terminationGracePeriodSeconds' } }, undefined],
    // Of which Kubernetes makes 1 in a Pod.
    ['a negative one', { applied: manifest(-20) }, 1],
    ['a text', { applied: manifest('20') }, undefined],
    ['a field that an Apply owns', { managed: [entry('Apply', GRACE)], grace: 20 }, 20],
    ['a field that an Update owns', { managed: [entry('Update', GRACE)], grace: 20 }, undefined],
    ['another field that an Apply owns', { managed: [entry('Apply', CONTAINERS)], grace: 20 }, undefined],
    [
      'the live value is ours: the applier’s was before it',
      { managed: [entry('Apply', GRACE)], grace: 65, record: OURS },
      20,
    ],
    [
      'the live value is ours, and it was absent: what its owner states is not known',
      { managed: [entry('Apply', GRACE)], grace: 75, record: OURS_FROM_NOTHING },
      undefined,
    ],
    ['the live value is no longer ours', { managed: [entry('Apply', GRACE)], grace: 50, record: OURS }, 50],
    [
      'what an Apply owns and is not ours, before what was last applied',
      { applied: manifest(10), managed: [entry('Apply', GRACE)], grace: 50 },
      50,
    ],
    [
      'the applier owns our hook, too: that apply left the template as it was, and so states our grace',
      {
        managed: [entry('Apply', GRACE, owned('app', SLEEP))],
        grace: 65,
        record: OURS,
        containers: [{ name: 'app', lifecycle: OUR_HOOK }],
      },
      65,
    ],
    [
      'another applier owns our hook: of the grace that says nothing',
      {
        managed: [entry('Apply', GRACE), entry('Apply', owned('app', SLEEP))],
        grace: 65,
        record: OURS,
        containers: [{ name: 'app', lifecycle: OUR_HOOK }],
      },
      20,
    ],
  ])('%s', ([, parts, expected]) => {
    expect(stated(parts)?.grace).toBe(expected)
  })
})

describe('an applier that itself makes the request states the grace period in it', () => {
  const at = (time: string, ...fields: readonly object[]) => ({ ...entry('Apply', ...fields), time })
  const ours = { grace: 65, record: OURS }
  const before = { ...ours, managed: [at('09:00', GRACE)] }

  test.for<[string, Parts, Parts | undefined, true | undefined]>([
    ['its entry is renewed', { ...ours, managed: [at('09:01', GRACE)] }, before, true],
    ['its entry is new', { ...ours, managed: [at('09:00', GRACE)] }, { ...ours, managed: [] }, true],
    ['it owns more than before', { ...ours, managed: [at('09:00', GRACE, CONTAINERS)] }, before, true],
    ['its entry is as it was: another makes the request', before, before, undefined],
    [
      'another applier’s entry is renewed',
      { ...ours, managed: [at('09:00', GRACE), at('09:01', CONTAINERS)] },
      before,
      undefined,
    ],
    [
      'its entry has lost a field to another, who makes the request',
      before,
      { ...ours, managed: [at('09:00', GRACE, CONTAINERS)] },
      undefined,
    ],
    [
      'the grace period is not ours',
      { ...ours, grace: 66, managed: [at('09:01', GRACE)] },
      before,
      undefined,
    ],
    ['it is no request', { ...ours, managed: [at('09:01', GRACE)] }, undefined, undefined],
  ])('%s', ([, parts, stored, expected]) => {
    expect(stated(parts, stored)?.requestsGrace).toBe(expected)
  })
})

describe('the hooks of ours that a source states', () => {
  const live = [{ name: 'app', lifecycle: OUR_HOOK }, { name: 'log' }]
  const ours = { grace: 75, record: OURS_FROM_NOTHING, containers: live }
  const applied = (preStop: object) => manifest(undefined, { name: 'app', lifecycle: { preStop } })

  test.for<[string, Parts, readonly string[]]>([
    ['nobody', ours, []],
    [
      'the configuration that was last applied',
      { ...ours, applied: applied({ sleep: { seconds: 45 } }) },
      ['app'],
    ],
    ['another sleep was applied', { ...ours, applied: applied({ sleep: { seconds: 40 } }) }, []],
    ['another handler was applied', { ...ours, applied: applied({ exec: { command: ['/quit'] } }) }, []],
    [
      'to another container',
      { ...ours, applied: manifest(75, { name: 'log', lifecycle: OUR_HOOK }) },
      ['log'],
    ],
    ['an Apply owns it', { ...ours, managed: [entry('Apply', owned('app', SLEEP))] }, ['app']],
    [
      'an Apply owns one of a container that has none of ours',
      { ...ours, managed: [entry('Apply', owned('log', SLEEP))] },
      [],
    ],
    [
      'an Update owns it, as it does of a copy',
      { ...ours, managed: [entry('Update', owned('app', SLEEP))] },
      [],
    ],
    [
      'an Apply owns a handler beside it',
      {
        ...ours,
        managed: [entry('Apply', owned('app', { 'f:lifecycle': { 'f:preStop': { 'f:exec': {} } } }))],
      },
      [],
    ],
    [
      'it is not recorded: what was last applied is the user’s, should we write it',
      { grace: 75, containers: live, applied: applied({ sleep: { seconds: 45 } }) },
      ['app'],
    ],
  ])('%s', ([, parts, expected]) => {
    const hooks = [...(stated(parts)?.hooks ?? [])]
    expect(
      hooks.filter(([, { sleep, handlers }]) => sleep === 45 && handlers.length === 1).map(([name]) => name),
    ).toEqual(expected)
  })

  test('in the form of a command', () => {
    const preStop = { exec: { command: ['/bin/sh', '-c', 'sleep 45'] } }
    const parts = {
      record: '{"form":"exec","sleep":{"app":45}}',
      containers: [{ name: 'app', lifecycle: { preStop } }],
    }
    const owns = owned('app', { 'f:lifecycle': { 'f:preStop': { 'f:exec': { 'f:command': {} } } } })
    for (const source of [{ applied: applied(preStop) }, { managed: [entry('Apply', owns)] }])
      expect([...(stated({ ...parts, ...source })?.hooks.keys() ?? [])]).toEqual(['app'])
  })
})

describe('the grace of probes that a source states', () => {
  const record = '{"sleep":{"app":45},"probes":{"app":{"livenessProbe":30,"startupProbe":30}}}'
  const probe = { terminationGracePeriodSeconds: 30 }
  const app = { name: 'app', lifecycle: OUR_HOOK, livenessProbe: probe, startupProbe: probe }
  const ours = { grace: 75, record, containers: [app] }
  const PROBE = { 'f:livenessProbe': { 'f:terminationGracePeriodSeconds': {} } }

  test.for<[string, Parts, object | undefined]>([
    ['nobody', ours, undefined],
    [
      'what was last applied',
      { ...ours, applied: manifest(75, { name: 'app', startupProbe: probe }) },
      { startupProbe: 30 },
    ],
    [
      'another number was applied',
      {
        ...ours,
        applied: manifest(75, { name: 'app', startupProbe: { terminationGracePeriodSeconds: 20 } }),
      },
      { startupProbe: 20 },
    ],
    ['an Apply owns one', { ...ours, managed: [entry('Apply', owned('app', PROBE))] }, { livenessProbe: 30 }],
    ['an Update owns one', { ...ours, managed: [entry('Update', owned('app', PROBE))] }, undefined],
  ])('%s', ([, parts, expected]) => {
    expect(stated(parts)?.probes.get('app')).toEqual(expected)
  })
})

describe('managed fields that were made up', () => {
  const apply = (fields: object, time: string, name = 'one') => ({
    ...entry('Apply', fields),
    manager: name,
    time,
  })
  const nested = (levels: number): object => JSON.parse(`${'{"f:a":'.repeat(levels)}{}${'}'.repeat(levels)}`)
  const asked = (now: readonly object[], before: readonly object[]) =>
    stated({ grace: 65, record: OURS, managed: now }, { grace: 65, record: OURS, managed: before })

  test('as deep as a body may be are compared as far as real ones go', () => {
    const deep = { ...GRACE, ...nested(5000) }
    expect(asked([apply(deep, 't')], [apply(deep, 't')])?.requestsGrace).toBeUndefined()
    expect(asked([apply(deep, 'u')], [apply(deep, 't')])?.requestsGrace).toBe(true)
  })

  test('of more than a hundred that apply, the others count as none', () => {
    const none = Array.from({ length: 100 }, (_, index) => apply({}, 't', `m${index}`))
    expect(stated({ grace: 65, managed: [...none.slice(1), apply(GRACE, 't')] })?.grace).toBe(65)
    expect(stated({ grace: 65, managed: [...none, apply(GRACE, 't')] })?.grace).toBeUndefined()
  })
})
