import { describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import type { AdmissionRequest, Answer } from '../../src/admission/review.ts'
import { validate } from '../../src/admission/validate.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import { MODE_LABEL } from '../../src/core/model/keys.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import {
  deployment,
  injected,
  type JsonObject,
  knowing,
  namespace,
  podOf,
  requestFor,
  template,
} from './world.ts'

/** LBC has no ready replica: at the admission of workloads, and of their Pods. */

const ENABLED = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }
const NAME = 'k8s-shop-web-0123456789'
/** LBC pkg/targetgroupbinding/utils.go: the prefix, and the name of the binding. */
const GATE = `target-health.elbv2.k8s.aws/${NAME}`

interface LbcParts {
  readonly replicas?: number
  readonly ready?: number
  readonly args?: readonly string[]
}

const lbc = ({ replicas = 2, ready = 0, args = [] }: LbcParts = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lbc', namespace: 'kube-system' },
  spec: {
    replicas,
    selector: {},
    template: { spec: { containers: [{ name: 'c', image: 'aws-load-balancer-controller', args }] } },
  },
  status: { readyReplicas: ready },
})

const WEBHOOK: JsonObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'lbc' },
  webhooks: [
    {
      name: 'mpod.elbv2.k8s.aws',
      failurePolicy: 'Ignore',
      namespaceSelector: { matchLabels: ENABLED },
    },
  ],
}

const binding = (metadata: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: {
    name: NAME,
    namespace: 'shop',
    labels: { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': 'web' },
    ...metadata,
  },
  spec: { targetType: 'ip', serviceRef: { name: 'web', port: 80 }, ...spec },
})

const service = (name: string, selector: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector, ports: [{ port: 80 }] },
})

/** In which the Pods of `shop` get their gate. */
interface World {
  readonly controller?: readonly JsonObject[]
  readonly webhooks?: readonly JsonObject[]
  readonly labels?: JsonObject
  readonly bindings?: readonly JsonObject[]
  readonly further?: readonly JsonObject[]
  readonly settings?: Partial<Settings>
  readonly doubt?: string
}

const answerTo = (object: JsonObject, world: World = {}, further: Partial<AdmissionRequest> = {}): Answer =>
  admit(requestFor(object, further), knowledgeOf(world))

function knowledgeOf(world: World): Knowledge {
  const { controller = [lbc()], webhooks = [WEBHOOK], labels = ENABLED, bindings = [binding()] } = world
  const known = [...controller, ...webhooks, namespace(labels), ...bindings, ...(world.further ?? [])]
  const knowledge = knowing(known, { gateWhenControllerDown: 'on', ...world.settings })
  const inventory =
    world.doubt === undefined ? knowledge.inventory : { ...viewOf(knowledge), doubt: () => world.doubt }
  return { ...knowledge, inventory }
}

const viewOf = ({ inventory }: ReturnType<typeof knowing>) => ({
  exposuresOf: (selection: Parameters<typeof inventory.exposuresOf>[0]) => inventory.exposuresOf(selection),
  namespace: (name: string) => inventory.namespace(name),
  workload: (ref: Parameters<typeof inventory.workload>[0]) => inventory.workload(ref),
  autoscaled: (ref: Parameters<typeof inventory.autoscaled>[0]) => inventory.autoscaled(ref),
  ...(inventory.lbc === undefined ? {} : { lbc: inventory.lbc.bind(inventory) }),
  ...(inventory.objects === undefined ? {} : { objects: inventory.objects }),
})

/** Of a template that has its hook: nothing but the gate is missing. */
const POD = podOf(injected())
const adding = (...names: readonly string[]) => [
  {
    op: 'add',
    path: '/spec/readinessGates',
    value: names.map((name) => ({ conditionType: `target-health.elbv2.k8s.aws/${name}` })),
  },
]

const withSpec = (pod: JsonObject, spec: JsonObject): JsonObject => ({
  ...pod,
  spec: { ...(pod['spec'] as JsonObject), ...spec },
})

describe('gateWhenControllerDown: on', () => {
  test('a new Pod gets the gate that LBC would give it', () => {
    const answer = answerTo(POD)
    expect(answer.operations).toEqual(adding(NAME))
    expect(answer).toMatchObject({ outcome: 'patched', gates: 1, log: { gates: [GATE] } })
  })

  test('together with its hook, which comes first', () => {
    const { operations } = answerTo(podOf(template()))
    expect(operations.at(-1)).toEqual(adding(NAME)[0])
    expect(operations).toHaveLength(4)
  })

  test('one for each binding, by name; its own gates stay, and none is written twice', () => {
    const bindings = ['c', 'a', 'b'].map((name) => binding({ name }))
    expect(answerTo(POD, { bindings }).operations).toEqual(adding('a', 'b', 'c'))
    const own = [{ conditionType: 'example.com/mine' }, { conditionType: 'target-health.elbv2.k8s.aws/b' }]
    const answer = answerTo(withSpec(POD, { readinessGates: own }), { bindings })
    expect(answer.operations).toEqual(
      ['a', 'c'].map((name) => ({
        op: 'add',
        path: '/spec/readinessGates/-',
        value: { conditionType: `target-health.elbv2.k8s.aws/${name}` },
      })),
    )
  })

  test.for([null, []])('a list that is %j is as good as none', (readinessGates) =>
    expect(answerTo(withSpec(POD, { readinessGates })).operations).toEqual(adding(NAME)),
  )

  test.for([POD, podOf(template())])('a second call for the same Pod changes nothing', (pod) => {
    const patched = applyToCopy(pod, answerTo(pod).operations) as JsonObject
    expect(answerTo(patched).operations).toEqual([])
  })

  test('a Pod without an owner: whoever applies it is told', () => {
    const { ownerReferences: _, ...metadata } = POD['metadata'] as JsonObject
    const { warnings } = answerTo({ ...POD, metadata })
    expect(warnings).toEqual([
      'slackwater: this Pod is not Ready before its readiness gate: load balancer controller has no ready replica; restore it',
    ])
    expect(warnings[0]?.length).toBeLessThanOrEqual(120)
    const wouldBe = answerTo({ ...POD, metadata }, { settings: { mode: 'dry-run' } }).warnings
    expect(wouldBe).toEqual([
      expect.stringContaining('dry-run: would add readiness gate target-health.elbv2.k8s.aws/k8s-shop-web-'),
    ])
  })

  test('a Pod whose hook is the user’s own gets it all the same', () => {
    const own = { lifecycle: { preStop: { httpGet: { path: '/drain', port: 8080 } } } }
    expect(answerTo(podOf(template({ container: own, grace: 90 }))).operations).toEqual(adding(NAME))
  })
})

describe('no gate', () => {
  test.for<[string, World, JsonObject?]>([
    ['the setting is off', { settings: { gateWhenControllerDown: 'off' } }],
    ['a replica is ready: its own webhook answers', { controller: [lbc({ ready: 1 })] }],
    ['LBC was scaled to none: it is not expected back', { controller: [lbc({ replicas: 0 })] }],
    ['LBC is not found', { controller: [] }],
    ['LBC injects none', { controller: [lbc({ args: ['--enable-pod-readiness-gate-inject=false'] })] }],
    ['LBC watches another namespace', { controller: [lbc({ args: ['--watch-namespace=other'] })] }],
    ['LBC has no webhook for Pods', { webhooks: [] }],
    ['the namespace has no label', { labels: {} }],
    ['the label has another value', { labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'no' } }],
    ['there is no binding', { bindings: [] }],
    ['its targets are instances', { bindings: [binding({}, { targetType: 'instance' })] }],
    ['LBC has not filled in its target type', { bindings: [binding({}, { targetType: undefined })] }],
    ['it is in another namespace', { bindings: [binding({ namespace: 'other' })] }],
    ['it is being deleted', { bindings: [binding({ deletionTimestamp: '2026-03-01T08:00:00Z' })] }],
    // 63 characters are the longest name of a condition type (apimachinery, util/validation).
    ['its name is too long for a gate', { bindings: [binding({ name: 'b'.repeat(64) })] }],
    [
      'it is for another Service',
      {
        bindings: [binding({}, { serviceRef: { name: 'other', port: 80 } })],
        further: [service('other', { app: 'o' })],
      },
    ],
    [
      'its Service selects the Pods of another hash, as Argo has it before the switch',
      {
        bindings: [binding({}, { serviceRef: { name: 'live', port: 80 } })],
        further: [service('live', { app: 'web', 'pod-template-hash': '9999' }), deployment()],
      },
    ],
    ['it is of EKS Auto Mode', { bindings: [{ ...binding(), apiVersion: 'eks.amazonaws.com/v1' }] }],
    ['mode dry-run', { settings: { mode: 'dry-run' } }],
    ['mode off', { settings: { mode: 'off' } }],
    ['the namespace is excluded', { settings: { excludedNamespaces: ['shop'] } }],
    ['the copy of the cluster is stale', { doubt: 'services not up to date' }],
    [
      'the copy of the cluster is stale, and an annotation assumes a load balancer',
      { doubt: 'services not up to date' },
      podOf(injected({ annotations: { 'slackwater.dev/assume': 'alb-ip' } })),
    ],
    [
      'an annotation says that no load balancer sends to it',
      {},
      podOf(template({ annotations: { 'slackwater.dev/assume': 'none' } })),
    ],
  ])('%s', ([, world, pod = POD]) => {
    const gates = answerTo(pod, world).operations.filter(({ path }) => path.includes('readinessGates'))
    expect(gates).toEqual([])
  })

  test('63 characters are not too long', () => {
    const name = 'b'.repeat(63)
    expect(answerTo(POD, { bindings: [binding({ name })] }).operations).toEqual(adding(name))
  })

  test('a stored Pod: its gates cannot be changed', () =>
    expect(answerTo(POD, {}, { operation: 'UPDATE', oldObject: POD }).operations).toEqual([]))

  test('a template: only its Pods', () => {
    const answer = answerTo(deployment(injected()))
    expect(JSON.stringify(answer.operations)).not.toContain('readinessGates')
  })

  test('mode dry-run says what it would be', () => {
    const answer = answerTo(POD, { settings: { mode: 'dry-run' } })
    expect(answer).toMatchObject({ outcome: 'would-patch', operations: [] })
    expect(JSON.parse(answer.auditAnnotations['patch'] ?? '')).toEqual(adding(NAME))
    expect(answer.gates).toBeUndefined()
  })

  test('a request that is a dry run counts for no metric', () => {
    const answer = answerTo(POD, {}, { dryRun: true })
    expect(answer.operations).toEqual(adding(NAME))
    expect(answer.gates).toBeUndefined()
  })
})

const OFF = { settings: { gateWhenControllerDown: 'off' } } as const
const down = (warnings: readonly string[]) =>
  warnings.filter((warning) => /no ready replica|controller-not-ready/.test(warning))

describe('who applies or restarts is warned, by the validating webhook', () => {
  /** As `kubectl rollout restart` writes it. */
  const RESTARTED = deployment(injected({ annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } }))
  const restart = { operation: 'UPDATE', oldObject: deployment(injected()) }

  test.for<[string, JsonObject, World, Partial<AdmissionRequest>]>([
    ['a restart', RESTARTED, OFF, restart],
    ['a new workload', deployment(injected()), OFF, {}],
    ['a restart whose new Pods get their gate', RESTARTED, {}, restart],
    ['a restart in a namespace without the label: no Pod gets one', RESTARTED, { labels: {} }, restart],
    ['in dry-run no Pod gets one', RESTARTED, { settings: { mode: 'dry-run' } }, restart],
    ['one that was scaled to none', RESTARTED, { ...OFF, controller: [lbc({ replicas: 0 })] }, restart],
  ])('%s', ([, object, world, further]) => {
    const asked = [requestFor(object, further), knowledgeOf(world)] as const
    expect(down(validate(...asked).warnings)).toEqual([
      expect.stringMatching(/^slackwater: controller-not-ready: .*; restore it/),
    ])
    const { warnings, eventsFor } = admit(...asked)
    expect(down(warnings)).toEqual([])
    expect(eventsFor).toContainEqual({
      ref: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      reason: 'ControllerNotReady',
    })
  })

  test.for<[string, JsonObject, World, Partial<AdmissionRequest>]>([
    ['a replica is ready', RESTARTED, { controller: [lbc({ ready: 1 })] }, restart],
    ['LBC is not found', RESTARTED, { controller: [] }, restart],
    ['the template is unchanged: no rollout', deployment(injected()), {}, restart],
    ['mode off', deployment(template(), { labels: { [MODE_LABEL]: 'off' } }), {}, {}],
    ['the copy of the cluster is stale', RESTARTED, { doubt: 'services not up to date' }, restart],
    ['not behind a load balancer', deployment(template({ labels: { app: 'other' } })), {}, {}],
    [
      'instance targets are not deregistered',
      deployment(template({ annotations: { 'slackwater.dev/assume': 'alb-instance' } })),
      {},
      {},
    ],
    [
      'a controller owns it: nobody reads the warning',
      deployment(template(), {
        ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'App', name: 'web', controller: true }],
      }),
      {},
      {},
    ],
    ['a Pod', POD, OFF, {}],
  ])('not where %s', ([, object, world, further]) => {
    const asked = [requestFor(object, further), knowledgeOf(world)] as const
    const { warnings, eventsFor = [] } = admit(...asked)
    expect(down(warnings)).toEqual([])
    expect(down(validate(...asked).warnings)).toEqual([])
    expect(eventsFor.map(({ reason }) => reason)).not.toContain('ControllerNotReady')
  })

  test('one without Pods gets no Event; whoever scales it up later is told now', () => {
    const asked = [requestFor(deployment(injected(), {}, { replicas: 0 })), knowledgeOf(OFF)] as const
    expect(admit(...asked).eventsFor ?? []).toEqual([])
    expect(down(validate(...asked).warnings)).toHaveLength(1)
  })

  test('no Event of a request that is a dry run; the warning comes all the same', () => {
    const asked = [requestFor(RESTARTED, { ...restart, dryRun: true }), knowledgeOf(OFF)] as const
    expect(admit(...asked).eventsFor).toBeUndefined()
    expect(down(validate(...asked).warnings)).toHaveLength(1)
  })
})
