import { describe, expect, test } from 'vitest'
import { aftermathOf } from '../../src/assessment/aftermath.ts'
import { type Assessment, assess } from '../../src/assessment/assess.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import {
  deployment,
  injected,
  type JsonObject,
  knowing,
  namespace,
  podOf,
  template,
} from '../admission/world.ts'
import { containersOf, member, patched, refusal } from './api-server.ts'

interface Wanted {
  readonly what?: 'workload' | 'pod'
  readonly stored?: JsonObject
  readonly fromFile?: boolean
  readonly known?: readonly JsonObject[]
  readonly settings?: Partial<Settings>
}

const assessed = (raw: unknown, wanted: Wanted = {}): Assessment => {
  const { what = 'workload', stored, fromFile = false, known = [], settings = {} } = wanted
  const object = { what, raw, namespace: 'shop', fromFile, ...(stored === undefined ? {} : { stored }) }
  return assess(object, knowing(known, settings))
}

function readable(raw: unknown, wanted: Wanted = {}) {
  const result = assessed(raw, wanted)
  if (!result.readable) throw new Error(result.problem)
  return result
}

const verdict = (raw: unknown, wanted: Wanted = {}) => readable(raw, wanted).decision.verdict
const mode = (value: string) => ({ labels: { 'slackwater.dev/mode': value } })
const pod: Wanted = { what: 'pod' }

test('a decision asks nothing of the load balancer controller: only what is shown of it does', () => {
  const knowledge = knowing([])
  const lbc = () => {
    throw new Error('asked')
  }
  Object.assign(knowledge.inventory, { lbc })
  const object = {
    what: 'workload',
    raw: deployment(template()),
    namespace: 'shop',
    fromFile: false,
  } as const
  const result = assess(object, knowledge)
  if (!result.readable) throw new Error(result.problem)
  expect(result.decision.verdict).toBe('inject')
  expect(() => aftermathOf(result, knowledge.inventory, object.raw)).toThrow('asked')
})

test('nor what its containers are started with', () => {
  const knowledge = knowing([])
  const raw = deployment(template())
  const started = { enumerable: false, get: () => expect.unreachable('read') }
  const object = { what: 'workload', raw, namespace: 'shop', fromFile: false } as const
  for (const container of containersOf(member(raw, 'spec', 'template')))
    Object.defineProperties(container, { command: started, args: started, env: started })
  const result = assess(object, knowledge)
  if (!result.readable) throw new Error(result.problem)
  expect(result.decision.verdict).toBe('inject')
  expect(() => aftermathOf(result, knowledge.inventory, raw)).toThrow('read')
})

describe('a Pod’s workload, and what it says', () => {
  const recreate = { strategy: { type: 'Recreate' } }
  test.for<[string, JsonObject, readonly JsonObject[], string]>([
    [
      'its Deployment’s strategy counts',
      podOf(template()),
      [deployment(template(), {}, recreate)],
      'withhold',
    ],
    ['its Deployment’s mode counts', podOf(template()), [deployment(template(), mode('off'))], 'opted-out'],
    [
      'its own mode before that',
      podOf(template(), { 'slackwater.dev/mode': 'enforce' }),
      [deployment(template(), mode('off'))],
      'inject',
    ],
    [
      'a Deployment of another name is not its own',
      podOf(template()),
      [deployment(template(), { name: 'other', ...mode('off') })],
      'inject',
    ],
    [
      'without the hash label nobody can tell',
      podOf(template(), { 'pod-template-hash': '' }),
      [deployment(template(), mode('off'))],
      'inject',
    ],
    [
      'nor with a hash that does not end the name',
      podOf(template(), { 'pod-template-hash': 'ffff' }),
      [deployment(template(), mode('off'))],
      'inject',
    ],
    [
      'its namespace’s mode, where nothing nearer says one',
      podOf(template()),
      [deployment(), namespace({ 'slackwater.dev/mode': 'off' })],
      'opted-out',
    ],
    [
      'its Deployment’s mode before its namespace’s',
      podOf(template()),
      [deployment(template(), mode('enforce')), namespace({ 'slackwater.dev/mode': 'off' })],
      'inject',
    ],
  ])('%s', ([, raw, known, expected]) => {
    expect(verdict(raw, { ...pod, known })).toBe(expected)
  })

  test('a StatefulSet owns its Pods itself', () => {
    const set = { ...deployment(template(), {}, { replicas: 1 }), kind: 'StatefulSet' }
    const metadata = {
      name: 'web-0',
      namespace: 'shop',
      labels: { app: 'web' },
      ownerReferences: [{ kind: 'StatefulSet', name: 'web', controller: true }],
    }
    const raw = { ...podOf(template()), metadata }
    expect(verdict(raw, { ...pod, known: [set] })).toBe('withhold')
    expect(verdict(raw, pod)).toBe('inject')
    expect(
      verdict({ ...raw, metadata: { ...metadata, ownerReferences: [] } }, { ...pod, known: [set] }),
    ).toBe('inject')
  })
})

describe('the mode of a workload', () => {
  const labelled = (own: string, templates: string) =>
    deployment(template({ labels: { 'slackwater.dev/mode': templates } }), mode(own))

  test('its template’s label is its Pods’ own, and comes first', () => {
    expect(verdict(labelled('enforce', 'off'))).toBe('opted-out')
    expect(verdict(labelled('off', 'enforce'))).toBe('inject')
  })

  test('a new mode on the workload alone waits for the template’s next change', () => {
    const before = deployment(injected())
    const flipped = deployment(injected(), mode('off'))
    expect(readable(flipped, { stored: before })).toMatchObject({
      decision: { verdict: 'unchanged' },
      operations: [],
    })
    const next = deployment(injected({ labels: { v: '2' } }), mode('off'))
    const opted = patched(next, readable(next, { stored: flipped }).operations)
    expect(member(opted, 'spec', 'template')).toEqual(template({ labels: { v: '2' } }))
  })

  test('dry-run sends nothing, and tells what enforce would do', () => {
    const raw = deployment(template(), mode('dry-run'))
    const result = readable(raw)
    expect(result.operations).toEqual([])
    expect(member(patched(raw, result.proposed), 'spec', 'template')).toEqual(injected())
  })
})

describe('what a source states', () => {
  test('a file states its own grace period; the same number from the API server may be its default', () => {
    const raw = deployment(template({ grace: 30 }))
    expect(verdict(raw, { fromFile: true })).toBe('inject-in-pods')
    expect(verdict(raw)).toBe('inject')
    expect(verdict(deployment(), { fromFile: true })).toBe('inject')
  })

  test('Pods get both where the template is left alone', () => {
    const raw = podOf(template({ grace: 30 }))
    const result = patched(raw, readable(raw, pod).operations)
    expect(member(result, 'spec', 'terminationGracePeriodSeconds')).toBe(75)
    expect(member(containersOf(result)[0], 'lifecycle', 'preStop', 'sleep', 'seconds')).toBe(45)
  })
})

test('labels and annotations that cannot be used are warned of, in the order in which people meet them', () => {
  const raw = deployment(
    template({
      annotations: { 'slackwater.dev/sleep-seconds': 'soon' },
      labels: { app: 'web', 'slackwater.dev/mode': 'dryrun' },
    }),
    {
      labels: { 'slackwater.dev/mode': 'on' },
      annotations: { 'slackwater.dev/request-seconds': '5' },
    },
  )
  expect(readable(raw).warnings).toEqual([
    'template label slackwater.dev/mode: "dryrun" is not one of enforce, dry-run, off; ignored',
    'Deployment label slackwater.dev/mode: "on" is not one of enforce, dry-run, off; ignored',
    'annotation slackwater.dev/request-seconds on the workload is not read: it belongs on the template',
    'annotation slackwater.dev/sleep-seconds: "soon" is not whole seconds from 0 to 86400; ignored',
  ])
})

test('the mode as an annotation of the workload: not sent to the template, where it would not be read either', () => {
  expect(
    readable(deployment(template(), { annotations: { 'slackwater.dev/mode': 'off' } })).warnings,
  ).toEqual(['annotation slackwater.dev/mode is not read: the mode is a label, so write it under labels'])
})

// Without the warning, whoever writes `mdoe: off` believes to have opted out.
test('mistyped keys on the workload, its template and its Namespace: each once, with the key that was meant', () => {
  const parts = { labels: { 'slackwater.dev/Mode': 'off' }, annotations: { 'slackwater.dev/sleep': '5' } }
  const raw = deployment(template(parts), {
    labels: { 'slackwater.dev/mdoe': 'off' },
    annotations: { 'slackwater.dev/accpet': 'drain-time: x', 'slackwater.dev/sleep': '5' },
  })
  const known = [namespace({ 'slackwater.dev/moed': 'off' })]
  const { decision, warnings } = readable(raw, { known })
  expect(decision.mode.mode).toBe('enforce')
  expect(warnings).toEqual([
    'annotation slackwater.dev/accpet is unknown: did you mean slackwater.dev/accept?',
    'annotation slackwater.dev/sleep is unknown: did you mean slackwater.dev/sleep-seconds?',
    'label slackwater.dev/mdoe is unknown: did you mean slackwater.dev/mode?',
    'label slackwater.dev/Mode is unknown: did you mean slackwater.dev/mode?',
    'label slackwater.dev/moed is unknown: did you mean slackwater.dev/mode?',
  ])
})

test('the namespace’s annotations count after the template’s', () => {
  const shop = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', annotations: { 'slackwater.dev/sleep-seconds': '20' } },
  }
  const { decision } = readable(deployment(), { known: [shop] })
  expect(decision.budget?.sleep).toBe(20)
  expect(decision.budget?.explicitSleep?.origin.source).toMatchObject({
    object: { kind: 'Namespace', name: 'shop' },
  })
})

test('an object that has not Kubernetes’ shape is a problem told, not an error thrown', () => {
  expect(assessed({ ...deployment(), spec: { template: { spec: { containers: 'app' } } } })).toEqual({
    readable: false,
    problem: 'spec.template.spec.containers: expected a list, got a string',
    field: ['spec', 'template', 'spec', 'containers'],
  })
  expect(assessed(null)).toEqual({
    readable: false,
    problem: 'the document: expected a mapping, got nothing',
    field: [],
  })
})

describe('a patch that cannot be proven is held back', () => {
  // The record names each container: 5,000 names of 63 characters are 315,000 bytes and more, over 256 KiB.
  const many = Array.from({ length: 5000 }, (_, index) => ({
    name: `c${String(index).padStart(62, '0')}`,
    image: 'x',
  }))
  const huge = (further: readonly JsonObject[] = [], annotations: JsonObject = {}, grace = 30) =>
    deployment({
      metadata: { labels: { app: 'web' }, annotations },
      spec: { terminationGracePeriodSeconds: grace, containers: [...further, ...many] },
    })

  test('5,000 containers with long names: nothing is changed, and why', () => {
    const result = readable(huge())
    expect(result).toMatchObject({
      operations: [],
      proposed: [],
      unproven: 'its annotations would exceed 256 KiB',
    })
    expect(result.warnings).toEqual([
      'not changed, the API server would reject the result: its annotations would exceed 256 KiB',
    ])
  })

  test('but the repair, without which the user would be refused, is sent all the same', () => {
    const both = { preStop: { sleep: { seconds: 45 }, exec: { command: ['/quit'] } } }
    const record = '{"grace":{"before":30,"after":75},"sleep":{"app":45}}'
    const raw = huge([{ name: 'app', lifecycle: both }], { 'slackwater.dev/injected': record }, 75)
    expect(refusal(member(raw, 'spec', 'template'))).toBe('may not specify more than 1 handler type')
    const result = readable(raw, { stored: huge() })
    const stored = member(patched(raw, result.operations), 'spec', 'template')
    expect(refusal(stored)).toBeUndefined()
    expect(member(containersOf(stored)[0], 'lifecycle')).toEqual({
      preStop: { exec: { command: ['/quit'] } },
    })
    expect(result.unproven).toBe('its annotations would exceed 256 KiB')
  })

  test('a template that was invalid before us is left to the API server', () => {
    const raw = deployment(
      template({ container: { lifecycle: { preStop: { sleep: { seconds: 50 }, exec: { command: [] } } } } }),
    )
    expect(readable(raw).operations).toEqual([])
  })
})

test('native sidecars are left alone, and containers keep their order', () => {
  const raw = deployment({
    metadata: { labels: { app: 'web' } },
    spec: {
      initContainers: [{ name: 'envoy', restartPolicy: 'Always' }],
      containers: [{ name: 'b', lifecycle: { preStop: { exec: { command: ['/quit'] } } } }, { name: 'a' }],
    },
  })
  const { operations } = readable(raw)
  expect(operations.map(({ path }) => path)).toEqual([
    '/spec/template/spec/terminationGracePeriodSeconds',
    '/spec/template/spec/containers/1/lifecycle',
    '/spec/template/metadata/annotations',
  ])
})

test('no rollout is started by a replace, though our record does not know of a neighbor that has gone', () => {
  const record = '{"grace":{"before":30,"after":75},"sleep":{"app":45}}'
  const stored = deployment({
    metadata: { labels: { app: 'web' }, annotations: { 'slackwater.dev/injected': record } },
    spec: {
      terminationGracePeriodSeconds: 75,
      containers: [{ name: 'app', image: 'web:1', lifecycle: { preStop: { sleep: { seconds: 45 } } } }],
    },
  })
  const fromGit = deployment(template({ grace: 30 }))
  expect(patched(fromGit, readable(fromGit, { stored }).operations)).toEqual(stored)
})
