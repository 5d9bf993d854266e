import { describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { type AdmissionRequest, reviewOf } from '../../src/admission/review.ts'
import { MODE_LABEL, RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import {
  deployment,
  injected,
  type JsonObject,
  knowing,
  namespace,
  podOf,
  RECORD,
  requestFor,
  template,
} from './world.ts'

const T = '/spec/template'
/** Sleep 45 and grace 75 into a template without a grace, a lifecycle or annotations. */
const FULL_PATCH = [
  { op: 'add', path: `${T}/spec/terminationGracePeriodSeconds`, value: 75 },
  { op: 'add', path: `${T}/spec/containers/0/lifecycle`, value: { preStop: { sleep: { seconds: 45 } } } },
  { op: 'add', path: `${T}/metadata/annotations`, value: { [RECORD_ANNOTATION]: RECORD } },
]
const mode = (value: string) => ({ [MODE_LABEL]: value })
const answerTo = (
  object: JsonObject,
  { known = [], settings = {}, ...further }: Partial<AdmissionRequest> & Known = {},
) => admit(requestFor(object, further), knowing(known, settings))

interface Known {
  readonly known?: readonly JsonObject[]
  readonly settings?: Partial<Settings>
}

describe('modes', () => {
  const outcomes = { enforce: 'patched', 'dry-run': 'would-patch', off: 'opted-out' } as const
  const MODES = ['enforce', 'dry-run', 'off'] as const

  test.for(
    MODES.flatMap((value) => [
      ['object', value, deployment(template(), { labels: mode(value) }), {}] as const,
      ['template', value, deployment(template({ labels: mode(value) })), {}] as const,
      ['namespace', value, deployment(), { known: [namespace(mode(value))] }] as const,
      ['installation', value, deployment(), { settings: { mode: value } }] as const,
    ]),
  )('the %s says %s', ([, value, object, world]) => {
    const answer = answerTo(object, world)
    expect(answer.outcome).toBe(outcomes[value])
    expect(answer.operations).toEqual(value === 'enforce' ? FULL_PATCH : [])
    expect(answer.auditAnnotations['mode']).toBe(value)
  })

  test.for<[string, JsonObject, Known, string]>([
    [
      'the object wins over its namespace',
      deployment(template(), { labels: mode('enforce') }),
      { known: [namespace(mode('off'))] },
      'patched',
    ],
    [
      'the template, as its Pods will, wins over the object',
      deployment(template({ labels: mode('off') }), { labels: mode('enforce') }),
      {},
      'opted-out',
    ],
    [
      'the namespace wins over the installation',
      deployment(),
      { known: [namespace(mode('enforce'))], settings: { mode: 'off' } },
      'patched',
    ],
    [
      'a label that names no mode is passed over',
      deployment(template(), { labels: mode('audit') }),
      { known: [namespace(mode('off'))] },
      'opted-out',
    ],
  ])('%s', ([, object, world, outcome]) => {
    expect(answerTo(object, world).outcome).toBe(outcome)
  })

  test('a label that names no mode is quoted in a warning', () => {
    expect(answerTo(deployment(template(), { labels: mode('audit') })).warnings).toEqual([
      'slackwater: Deployment label slackwater.dev/mode: "audit" is not one of enforce, dry-run, off; ignored',
    ])
  })
})

describe('in dry-run', () => {
  const settings = { mode: 'dry-run' } as const

  test('warnings say what would be done, the former grace of a liveness probe included', () => {
    const container = { livenessProbe: { httpGet: { port: 80 } } }
    const { warnings, operations } = answerTo(deployment(template({ container, grace: 40 })), { settings })
    expect(operations).toEqual([])
    // A is what the pod had: S + A = 45 + 40 = 85.
    expect(warnings).toEqual([
      'slackwater: dry-run: would add preStop sleep 45 s to app',
      'slackwater: dry-run: would set terminationGracePeriodSeconds 40 → 85',
      'slackwater: dry-run: would keep 40 s for failing probes of app',
    ])
  })

  test('audit annotations carry the mode, the decision, the budget and the patch', () => {
    expect(answerTo(deployment(), { settings }).auditAnnotations).toEqual({
      mode: 'dry-run',
      decision: 'inject: visible in the template, and works while the webhook is unavailable',
      budget: 'sleep 45 s, grace 75 s',
      patch: JSON.stringify(FULL_PATCH),
    })
  })

  test('a patch that is sent is in no audit annotation: the API server audits it itself', () => {
    expect(answerTo(deployment()).auditAnnotations).toEqual({
      mode: 'enforce',
      decision: 'inject: visible in the template, and works while the webhook is unavailable',
      budget: 'sleep 45 s, grace 75 s',
    })
  })

  test('audit annotations of another call with the same object are the same', () => {
    const [first, second] = ['u-1', 'u-2'].map((uid) => answerTo(deployment(), { settings, uid }))
    expect(first?.auditAnnotations).toEqual(second?.auditAnnotations)
  })

  test('a patch too long for the audit log is counted: 200 hooks, the grace and the record', () => {
    const containers = Array.from({ length: 200 }, (_, index) => ({ name: `c-${index}` }))
    const object = deployment({ metadata: { labels: { app: 'web' } }, spec: { containers } })
    const answer = answerTo(object, { settings })
    expect(answer.auditAnnotations['patch']).toBe('202 operations')
    expect(answer.warnings[0]).toBe(
      'slackwater: dry-run: would add preStop sleep 45 s to c-0, c-1 and 198 more',
    )
  })

  test('an object that a controller made gets no warnings, and the audit annotations all the same', () => {
    const pod = answerTo(podOf(template()), { settings })
    expect(pod.outcome).toBe('would-patch')
    expect(pod.warnings).toEqual([])
    expect(pod.auditAnnotations).toMatchObject({ mode: 'dry-run', budget: 'sleep 45 s, grace 75 s' })
  })

  test('a Pod that a person applies gets its warnings', () => {
    const { ownerReferences: _, ...metadata } = podOf(template())['metadata'] as JsonObject
    const { warnings } = answerTo({ ...podOf(template()), metadata }, { settings })
    expect(warnings[0]).toBe('slackwater: dry-run: would add preStop sleep 45 s to app')
  })

  test('a template that is left to its Pods is said to be, with the reason', () => {
    const applied = { spec: { template: { spec: { terminationGracePeriodSeconds: 30 } } } }
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) }
    const { warnings } = answerTo(deployment(template({ grace: 30 }), { annotations }), { settings })
    // 115 characters: a longer one would lose the numbers.
    expect(warnings).toEqual([
      'slackwater: dry-run: would protect its Pods only: its manifest states a grace period of 30 s, below the sleep of 45 s',
    ])
  })

  test('names of any length leave a warning of at most 120 characters', () => {
    const container = { name: 'a'.repeat(63), livenessProbe: {} }
    const twin = { ...container, name: 'b'.repeat(63) }
    const object = deployment({
      metadata: { labels: { app: 'web' } },
      spec: { containers: [container, twin] },
    })
    const { body } = reviewOf('u', answerTo(object, { settings }))
    const warnings: string[] = JSON.parse(body).response.warnings
    expect(warnings.length).toBe(3)
    expect(warnings.filter((warning) => [...warning].length > 120)).toEqual([])
    expect(warnings[0]?.endsWith('…')).toBe(true)
  })
})

/** The user's own hook beside ours, which the API server would refuse. */
const contested = injected({
  container: { lifecycle: { preStop: { sleep: { seconds: 45 }, exec: { command: ['quit'] } } } },
})
/** Ours is gone from the container, the raised grace still stands. */
const RECORD_OF_GRACE =
  '{"grace":{"before":null,"after":75},"sleep":{},"created":{"annotations":true,"lifecycle":[]}}'

describe('repairs', () => {
  const REPAIR = [
    { op: 'remove', path: `${T}/spec/containers/0/lifecycle/preStop/sleep` },
    {
      op: 'replace',
      path: `${T}/metadata/annotations/slackwater.dev~1injected`,
      value: RECORD_OF_GRACE,
    },
  ]

  test('in dry-run our hook beside a user’s goes, and nothing else', () => {
    const answer = answerTo(deployment(contested), {
      operation: 'UPDATE',
      oldObject: deployment(injected()),
      settings: { mode: 'dry-run' },
    })
    expect(answer.outcome).toBe('repaired')
    expect(answer.operations).toEqual(REPAIR)
    expect(answer.warnings).toEqual(['slackwater: remove Slackwater’s preStop next to yours on app'])
    expect(answer.auditAnnotations['patch']).toBeUndefined()
  })

  test('in dry-run what a request dropped is put back, and not announced as well', () => {
    const { outcome, warnings } = answerTo(deployment(template({ grace: 30 })), {
      operation: 'UPDATE',
      oldObject: deployment(injected()),
      settings: { mode: 'dry-run' },
    })
    expect({ outcome, warnings }).toEqual({ outcome: 'restored', warnings: [] })
  })

  test('in mode off it goes as well, with all that is ours', () => {
    const answer = answerTo(deployment(contested, { labels: mode('off') }), {
      operation: 'UPDATE',
      oldObject: deployment(injected()),
    })
    expect(answer.operations).toEqual([
      { op: 'remove', path: `${T}/spec/terminationGracePeriodSeconds` },
      { op: 'remove', path: `${T}/spec/containers/0/lifecycle/preStop/sleep` },
      { op: 'remove', path: `${T}/metadata/annotations` },
    ])
  })

  test('in dry-run a grace below our sleep takes our sleep away', () => {
    const answer = answerTo(deployment(injected({ grace: 20 })), {
      operation: 'UPDATE',
      oldObject: deployment(injected()),
      settings: { mode: 'dry-run' },
    })
    // Without our work the template is the stored one but for the grace of 20, so it is another template.
    expect(answer.outcome).toBe('repaired')
    expect(answer.operations).toEqual([
      { op: 'remove', path: `${T}/spec/containers/0/lifecycle` },
      { op: 'remove', path: `${T}/metadata/annotations` },
    ])
  })
})

describe('Pods', () => {
  const PATCH = [
    { op: 'add', path: '/spec/terminationGracePeriodSeconds', value: 75 },
    { op: 'add', path: '/spec/containers/0/lifecycle', value: { preStop: { sleep: { seconds: 45 } } } },
    { op: 'add', path: '/metadata/annotations', value: { [RECORD_ANNOTATION]: RECORD } },
  ]
  const workload = (value: string) => [deployment(template(), { labels: mode(value) })]

  test.for<[string, JsonObject, Known, string, unknown[]]>([
    ['of a workload that is not known', podOf(template()), {}, 'patched', PATCH],
    ['of a workload in mode off', podOf(template()), { known: workload('off') }, 'opted-out', []],
    ['of a workload in dry-run', podOf(template()), { known: workload('dry-run') }, 'would-patch', []],
    [
      'of a workload in enforce, in a namespace that is off',
      podOf(template()),
      { known: [...workload('enforce'), namespace(mode('off'))] },
      'patched',
      PATCH,
    ],
    [
      'with a label of its own, of a workload that is off',
      podOf(template(), mode('enforce')),
      { known: workload('off') },
      'patched',
      PATCH,
    ],
    ['made from a template that carries our work', podOf(injected()), {}, 'complete', []],
    [
      'made from a template that carries our work, of a workload that is off by now',
      podOf(injected()),
      { known: workload('off') },
      'opted-out',
      [],
    ],
  ])('%s', ([, pod, world, outcome, operations]) => {
    const answer = answerTo(pod, world)
    expect(answer.outcome).toBe(outcome)
    expect(answer.operations).toEqual(operations)
  })
})

describe('a stored Pod cannot be changed where we wrote: what a request drops there comes back', () => {
  const stored = podOf(injected())
  const HOOK = { preStop: { sleep: { seconds: 45 } } }

  test.for<[string, JsonObject, unknown[]]>([
    ['all of it stands', podOf(injected({ labels: { version: '2' } })), []],
    [
      'the manifest from Git, without our work, and another image',
      podOf(template({ container: { image: 'web:2' } })),
      [
        { op: 'add', path: '/spec/terminationGracePeriodSeconds', value: 75 },
        { op: 'add', path: '/spec/containers/0/lifecycle', value: HOOK },
        { op: 'add', path: '/metadata/annotations', value: { [RECORD_ANNOTATION]: RECORD } },
      ],
    ],
    [
      'the grace that the manifest states',
      podOf(injected({ grace: 30 })),
      [{ op: 'replace', path: '/spec/terminationGracePeriodSeconds', value: 75 }],
    ],
  ])('%s', ([, object, operations]) => {
    for (const value of ['enforce', 'dry-run', 'off'] as const) {
      const request = requestFor(object, { operation: 'UPDATE', oldObject: stored })
      expect(admit(request, knowing([], { mode: value })).operations).toEqual(operations)
    }
  })
})

describe('outcomes', () => {
  const update = (oldObject: unknown) => ({ operation: 'UPDATE', oldObject })
  const applied = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(deployment(template({ grace: 30 }))),
  }
  const service = { apiVersion: 'v1', kind: 'Service' }
  const tooLong = { 'example.com/note': 'x'.repeat(256 * 1024 - 16) }

  test.for<[string, JsonObject, Partial<AdmissionRequest> & Known, string]>([
    ['a Service', service, {}, 'not-concerned'],
    ['a Deployment of another group', deployment(), { kind: kind('extensions') }, 'not-concerned'],
    ['a Pod of another group', podOf(template()), { kind: kind('metrics.k8s.io', 'Pod') }, 'not-concerned'],
    ['an update of a Pod that we never touched', podOf(template()), update(podOf(template())), 'unchanged'],
    ['a deletion', deployment(), { operation: 'DELETE' }, 'not-concerned'],
    ['a subresource', deployment(), { subResource: 'scale' }, 'not-concerned'],
    ['no template', deployment(null), {}, 'out-of-scope'],
    ['containers that are no list', deployment({ spec: { containers: {} } }), {}, 'unreadable'],
    ['a Job', { ...deployment(), apiVersion: 'batch/v1', kind: 'Job' }, {}, 'out-of-scope'],
    ['mode off', deployment(template(), { labels: mode('off') }), {}, 'opted-out'],
    ['nothing sends there', deployment(template({ labels: { app: 'db' } })), {}, 'not-exposed'],
    ['an explicit 0', deployment(template({ annotations: sleepSeconds('0') })), {}, 'no-sleep'],
    ['Recreate', deployment(template(), {}, { strategy: { type: 'Recreate' } }), {}, 'withhold'],
    ['ours as it should be', deployment(injected()), update(deployment()), 'complete'],
    ['no change', deployment(), update(deployment()), 'unchanged'],
    ['our work dropped', deployment(), update(deployment(injected())), 'restored'],
    [
      'a stated grace below the sleep',
      deployment(template(), { annotations: applied }),
      {},
      'inject-in-pods',
    ],
    ['a Pod of a template', podOf(template()), { settings: { injectInto: 'workloads' } }, 'by-template'],
    // 16 bytes of key, and the rest of 256 KiB: no room for the record.
    ['annotations that are full', deployment(template({ annotations: tooLong })), {}, 'unproven'],
  ])('%s', ([, object, further, outcome]) => {
    expect(answerTo(object, further).outcome).toBe(outcome)
  })

  test('only what is patched, restored or repaired has operations', () => {
    expect(answerTo(deployment(), update(deployment(injected()))).operations).toEqual(FULL_PATCH)
    expect(answerTo(deployment(template({ annotations: tooLong }))).operations).toEqual([])
  })

  test('what cannot be read is named by its field', () => {
    const answer = answerTo(deployment({ spec: { containers: {} } }))
    expect(answer.warnings).toEqual([
      'slackwater: not changed: spec.template.spec.containers: expected a list, got a mapping',
    ])
    expect(answer.log).toEqual({
      problem: 'spec.template.spec.containers: expected a list, got a mapping',
    })
  })

  test('what is to be found in it is for the validating webhook to say; the audit log has the reason', () => {
    const answer = answerTo(deployment(template(), {}, { strategy: { type: 'Recreate' } }))
    expect(answer.warnings).toEqual([])
    expect(answer.auditAnnotations['decision']).toMatch(/^withhold: .*Recreate/)
  })

  test('an entry that cannot be used is quoted', () => {
    const wrong = { annotations: { 'slackwater.dev/accept': 'outage-on-replacement' } }
    expect(answerTo(deployment(template(), wrong)).warnings).toEqual([
      'slackwater: annotation slackwater.dev/accept: "outage-on-replacement" has no reason, expected "id: reason"; ignored',
    ])
  })

  test('the log has the decision’s numbers', () => {
    expect(answerTo(deployment()).log).toMatchObject({
      mode: 'enforce',
      verdict: 'inject',
      why: 'visible in the template, and works while the webhook is unavailable',
      exposures: 1,
      operations: 3,
      sleep: 45,
      grace: 75,
    })
  })

  test('a dry run of the API server is answered as the real request', () => {
    const { eventsFor: _, ...answer } = answerTo(deployment())
    expect(answerTo(deployment(), { dryRun: true })).toEqual(answer)
  })
})

function kind(group: string, name = 'Deployment'): AdmissionRequest['kind'] {
  return { group, version: 'v1', kind: name }
}

function sleepSeconds(text: string): JsonObject {
  return { 'slackwater.dev/sleep-seconds': text }
}

describe('what is told later, on the object', () => {
  test('a workload that is protected, and one that would be', () => {
    const ref = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    expect(answerTo(deployment()).eventsFor).toEqual([{ ref, reason: 'Protected' }])
    expect(answerTo(deployment(), { settings: { mode: 'dry-run' } }).eventsFor).toEqual([
      { ref, reason: 'WouldProtect' },
    ])
  })

  test.for<[string, JsonObject, Partial<AdmissionRequest> & Known]>([
    ['a request that is a dry run itself', deployment(), { dryRun: true }],
    ['mode off', deployment(), { settings: { mode: 'off' } }],
    ['a Pod', podOf(template()), {}],
    ['an update that changes nothing', deployment(), { operation: 'UPDATE', oldObject: deployment() }],
    ['what is protected already', deployment(injected()), {}],
    ['a name that no object can have', deployment(template(), { name: 'web\n$(reboot)' }), {}],
    ['a name of 254 characters', deployment(template(), { name: 'a'.repeat(254) }), {}],
    ['another kind', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } }, {}],
  ])('%s: nothing', ([, object, further]) => expect(answerTo(object, further).eventsFor).toBeUndefined())
})

describe('the user’s selectors of the webhook', () => {
  const SELECTORS = {
    namespaceSelector: { matchLabels: { team: 'web' } },
    objectSelector: { matchLabels: { protect: 'yes' } },
  }
  const known = [namespace({ team: 'other' })]
  const by = (only: keyof typeof SELECTORS) => ({ known, settings: { webhook: { [only]: SELECTORS[only] } } })

  // The API server may know a label that we have not seen yet.
  test.for(['namespaceSelector', 'objectSelector'] as const)(
    '%s: a request is sent, so its object is selected',
    (only) => expect(answerTo(deployment(), by(only)).operations).toEqual(FULL_PATCH),
  )

  // Another webhook of ours asks about what has our record, selected or not.
  test.for([
    ['namespaceSelector', 'webhook.namespaceSelector leaves out namespace shop'],
    ['objectSelector', 'webhook.objectSelector leaves out it and its Pods'],
  ] as const)('%s: what has our record may be left out', ([only, why]) => {
    const before = deployment(injected())
    const after = deployment(injected({ labels: { version: '2' } }))
    const answer = answerTo(after, { ...by(only), operation: 'UPDATE', oldObject: before })
    expect(answer).toMatchObject({ outcome: 'out-of-scope', operations: [] })
    expect(answer.auditAnnotations['decision']).toBe(`out-of-scope: ${why}`)
  })

  test('what drops our work is restored there all the same', () => {
    const answer = answerTo(deployment(template()), {
      ...by('objectSelector'),
      operation: 'UPDATE',
      oldObject: deployment(injected()),
    })
    expect(answer.outcome).toBe('restored')
  })
})
