import { expect, test } from 'vitest'
import { toWorkload } from '../../src/kubernetes/workload.ts'

const OURS = '{"grace":{"before":20,"after":65},"sleep":{"app":45}}'
const OURS_FROM_ABSENT = '{"grace":{"before":null,"after":75},"sleep":{"app":45}}'

interface Parts {
  readonly applied?: unknown
  readonly appliedText?: string
  readonly managed?: readonly object[]
  readonly grace?: number
  readonly record?: string
}

const stated = ({ applied, appliedText, managed, grace, record }: Parts) => {
  const text = appliedText ?? (applied === undefined ? undefined : JSON.stringify(applied))
  return toWorkload({
    kind: 'Deployment',
    metadata: {
      name: 'web',
      annotations: text === undefined ? {} : { 'kubectl.kubernetes.io/last-applied-configuration': text },
      managedFields: managed,
    },
    spec: {
      template: {
        metadata: record === undefined ? {} : { annotations: { 'slackwater.dev/injected': record } },
        spec: { terminationGracePeriodSeconds: grace },
      },
    },
  }).statedGrace
}

const manifest = (grace: unknown) => ({
  spec: { template: { spec: { terminationGracePeriodSeconds: grace } } },
})
const entry = (operation: string, field: string) => ({
  operation,
  fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': { [field]: {} } } } },
})
const GRACE = 'f:terminationGracePeriodSeconds'

test.for<[string, Parts, number | undefined]>([
  ['nothing says it: 30 may be the API’s default', { grace: 30 }, undefined],
  ['the configuration that was last applied', { applied: manifest(20), grace: 65 }, 20],
  ['0 is stated too', { applied: manifest(0), grace: 65 }, 0],
  ['a configuration without it', { applied: { spec: { template: {} } }, grace: 65 }, undefined],
  ['one that names it elsewhere', { applied: { x: 'terminationGracePeriodSeconds' } }, undefined],
  ['one that is no JSON', { appliedText: '{"terminationGracePeriodSeconds": 20' }, undefined],
  ['one whose spec is a text', { applied: { spec: 'terminationGracePeriodSeconds' } }, undefined],
  ['a negative one', { applied: manifest(-20) }, undefined],
  ['a text', { applied: manifest('20') }, undefined],
  ['a field that an Apply owns', { managed: [entry('Apply', GRACE)], grace: 20 }, 20],
  ['a field that an Update owns', { managed: [entry('Update', GRACE)], grace: 20 }, undefined],
  ['another field that an Apply owns', { managed: [entry('Apply', 'f:containers')], grace: 20 }, undefined],
  [
    'the live value is ours: the applier’s was before it',
    { managed: [entry('Apply', GRACE)], grace: 65, record: OURS },
    20,
  ],
  [
    'the live value is ours, and it was absent',
    { managed: [entry('Apply', GRACE)], grace: 75, record: OURS_FROM_ABSENT },
    undefined,
  ],
  ['the live value is no longer ours', { managed: [entry('Apply', GRACE)], grace: 50, record: OURS }, 50],
  [
    'last applied before managed fields',
    { applied: manifest(10), managed: [entry('Apply', GRACE)], grace: 50 },
    10,
  ],
])('%s', ([, parts, expected]) => {
  expect(stated(parts)).toBe(expected)
})
