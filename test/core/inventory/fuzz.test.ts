import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import {
  ALB,
  ALB_ACTION_PREFIX,
  NLB,
  NLB_ACTION_PREFIX,
} from '../../../src/core/discovery/annotations/annotation-keys.ts'
import { nodePoolsNamed } from '../../../src/core/discovery/objects/node-pools.ts'
import { relatedTo } from '../../../src/core/discovery/objects/related.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import { ASSUME_ANNOTATION, GATES_ANNOTATION, RECORD_ANNOTATION } from '../../../src/core/model/keys.ts'
import type { Notice } from '../../../src/core/model/notice.ts'
import type { Labels } from '../../../src/core/model/workload.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'
import { ShapeError } from '../../../src/kubernetes/json.ts'
import { DISCOVERY_KINDS } from '../../../src/kubernetes/narrow.ts'
import { DEFAULT_SETTINGS } from '../../../src/settings/schema.ts'
import { runsOf } from '../../depth.ts'

/**
 * Whatever an API server stores is read, or refused with a ShapeError: no rule ever throws anything else. Real objects
 * of every kind, each bent at random places: other types, hostile texts, repeated thousands of times.
 */

const SEED = Number(process.env['SLACKWATER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const WORLDS = Number(process.env['SLACKWATER_FUZZ_WORLDS'] ?? runsOf(1000, 5))

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const ROOT = new URL('../../fixtures/discovery/', import.meta.url)

const WEBHOOKS: Json = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'aws-load-balancer-webhook' },
  webhooks: [
    {
      name: 'mpod.elbv2.k8s.aws',
      failurePolicy: 'Fail',
      clientConfig: { service: { namespace: 'shop', name: 'web' } },
      namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }] },
      objectSelector: { matchLabels: { app: 'web' } },
    },
  ],
}

const AUTOSCALER: Json = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 10,
  },
}

const DISRUPTION_BUDGET: Json = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a', 'b'] }],
    },
    minAvailable: '50%',
  },
}

const SCALED_OBJECT: Json = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { scaleTargetRef: { name: 'web' }, minReplicaCount: 1, idleReplicaCount: 0, maxReplicaCount: 20 },
}

const NODE_POOL: Json = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'spare' },
  spec: {
    template: {
      metadata: { labels: { team: 'web' } },
      spec: {
        terminationGracePeriod: '1h30m',
        requirements: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] }],
      },
    },
  },
}

const RESOURCE_QUOTA: Json = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'shop' },
  spec: { hard: { pods: '20', 'count/pods': 30 } },
}

const OBSERVED: Json = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'slackwater-observed', namespace: 'slackwater-system' },
  data: {
    'measured.json': JSON.stringify({
      ...{ version: 1, measured: '2026-11-01T00:00:00Z', by: 'slackwater measure 1.2.3' },
      entries: [
        {
          loadBalancer: 'app/web/50dc6c495c0c9188',
          ...{ from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' },
          lastRequest: { n: 412, median: 4, p95: 9, max: 10.6 },
        },
      ],
    }),
  },
}

/** Every object of the cases of discovery, as JSON. */
const cases: readonly Json[] = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.expected.yaml'))
  .flatMap((file) => parseAllDocuments(readFileSync(new URL(file, ROOT), 'utf8')))
  .map((document) => JSON.parse(JSON.stringify(document.toJS())))

const originals = [
  ...cases,
  OBSERVED,
  WEBHOOKS,
  AUTOSCALER,
  DISRUPTION_BUDGET,
  SCALED_OBJECT,
  NODE_POOL,
  RESOURCE_QUOTA,
]

const kindOf = (object: Json): string => {
  const { apiVersion = '', kind = '' } = object as Record<string, string>
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`
}

/** Longer than anything that is read, short enough that hundreds of worlds are made of it. */
const LONG = 20_000
const TEXTS = [
  '',
  ' ',
  '*',
  '0',
  '-1',
  '99999999999999999999',
  '1e999',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '\u202e',
  '$(X)',
  '{"type":"forward"}',
  '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":80}]}}',
  '{"type":"forward","forwardConfig":{"targetGroups":{}}}',
  '{'.repeat(LONG),
  '['.repeat(LONG),
  ','.repeat(LONG),
  '\\'.repeat(LONG),
  'a=1,'.repeat(LONG / 4),
  'x'.repeat(LONG),
]

const hostileText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 40 }))
const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  hostileText,
  fc.constantFrom<Json>(null, true, 0, -1, 1.5, 2 ** 53, -(2 ** 60), [], {}, [[]], { __proto__x: {} }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
)

const ANNOTATIONS = [
  ...Object.values(ALB),
  ...Object.values(NLB),
  `${ALB_ACTION_PREFIX}web`,
  `${ALB_ACTION_PREFIX}__proto__`,
  `${NLB_ACTION_PREFIX}TCP-80`,
  `${NLB_ACTION_PREFIX}-`,
  `${NLB.listenerAttributesPrefix}TCP-80`,
  `${NLB.targetGroupAttributes}.80`,
  'kubernetes.io/ingress.class',
  'ingressclass.kubernetes.io/is-default-class',
  ASSUME_ANNOTATION,
  GATES_ANNOTATION,
  RECORD_ANNOTATION,
]

type Bend =
  | { readonly does: 'set'; readonly at: number; readonly value: Json }
  | { readonly does: 'repeat'; readonly at: number; readonly times: number }
  | { readonly does: 'annotate'; readonly key: string; readonly value: Json }

const bend: fc.Arbitrary<Bend> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('set' as const), at: fc.nat(), value: hostileValue }),
  },
  fc.record({ does: fc.constant('repeat' as const), at: fc.nat(), times: fc.constantFrom(2, 30, 3000) }),
  fc.record({
    does: fc.constant('annotate' as const),
    key: fc.constantFrom(...ANNOTATIONS),
    value: fc.oneof({ weight: 4, arbitrary: hostileText as fc.Arbitrary<Json> }, hostileValue),
  }),
)

interface Slot {
  readonly parent: Json[] | Record<string, Json>
  readonly key: string
}

/** Every place in a document, parents before what is in them. */
function slotsOf(value: Json, slots: Slot[] = []): Slot[] {
  if (typeof value !== 'object' || value === null) return slots
  const parent = value as Json[] | Record<string, Json>
  for (const key of Object.keys(parent)) {
    slots.push({ parent, key })
    slotsOf((parent as Record<string, Json>)[key] ?? null, slots)
  }
  return slots
}

function bent(original: Json, bends: readonly Bend[]): Json {
  const copy: Json = structuredClone(original)
  for (const one of bends) {
    const slots = slotsOf(copy)
    const slot = slots[('at' in one ? one.at : 0) % Math.max(slots.length, 1)]
    if (slot === undefined) continue
    const parent = slot.parent as Record<string, Json>
    if (one.does === 'set') parent[slot.key] = structuredClone(one.value)
    else if (one.does === 'repeat' && Array.isArray(slot.parent))
      slot.parent.push(...Array.from({ length: one.times }, () => structuredClone(parent[slot.key] ?? null)))
    else if (one.does === 'annotate') annotate(copy, one.key, one.value)
  }
  return copy
}

function annotate(object: Json, key: string, value: Json): void {
  const { metadata } = object as { metadata?: Json }
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return
  const { annotations } = metadata
  const before = typeof annotations === 'object' && annotations !== null ? annotations : {}
  metadata['annotations'] = { ...before, [key]: value } as Json
}

const world = fc.array(
  fc.record({ original: fc.constantFrom(...originals), bends: fc.array(bend, { maxLength: 3 }) }),
  { minLength: 3, maxLength: 25 },
)

const SELECTIONS: readonly Labels[] = [{ app: 'web' }, { app: 'cart' }, {}, { constructor: 'x', app: 'api' }]

function look(inventory: Inventory): void {
  for (const labels of SELECTIONS)
    for (const matching of ['template', 'pod'] as const) {
      const selection = { namespace: 'shop', labels, matching }
      for (const exposure of inventory.exposuresOf(selection).exposures)
        inventory.progressOf(exposure, () => false)
      inventory.noticesAbout(selection)
    }
  relatedTo({ kind: 'Deployment', namespace: 'shop', name: 'web' }, { app: 'web' }, inventory.objects)
  nodePoolsNamed(['spare', 'constructor'], inventory.objects)
  inventory.exposedNamespaces()
  // What is bent of the JSON within a ConfigMap is unreadable; no other object may be.
  const isUnreadable = ({ id, object }: Notice): boolean => id === 'unreadable' && object.kind !== 'ConfigMap'
  expect(inventory.notices().filter(isUnreadable)).toEqual([])
}

/** The slowest of its kind, in milliseconds, and how many times what JSON.parse takes for the same text. */
class Slowest {
  #ms = 0
  #times = 0

  measure(text: string, work: () => void): void {
    const began = performance.now()
    work()
    const worked = performance.now()
    JSON.parse(text)
    const parsed = performance.now() - worked
    if (worked - began <= this.#ms) return
    this.#ms = worked - began
    this.#times = this.#ms / Math.max(parsed, 0.05)
  }

  toString(): string {
    return `${this.#ms.toFixed(1)} ms, ${this.#times.toFixed(1)} times JSON.parse of the same`
  }
}

test('there is an original of every kind', () => {
  const known = new Set(originals.map(kindOf))
  expect(DISCOVERY_KINDS.filter((kind) => !known.has(kind))).toEqual([])
})

test(`${WORLDS} worlds of bent objects: read, or refused by their shape`, () => {
  const [put, looked] = [new Slowest(), new Slowest()]
  const counts = { kept: 0, refused: 0 }
  fc.assert(
    fc.property(world, fc.boolean(), (objects, fromFiles) => {
      const inventory = createInventory({ ...DEFAULT_SETTINGS, fromFiles })
      const all = objects.map(({ original, bends }) => bent(original, bends))
      for (const object of all) {
        put.measure(JSON.stringify(object), () => {
          try {
            keepIn(inventory, object, 'shop')
            counts.kept++
          } catch (error) {
            if (!(error instanceof ShapeError)) throw error
            counts.refused++
          }
        })
      }
      looked.measure(JSON.stringify(all), () => look(inventory))
    }),
    { numRuns: WORLDS, seed: SEED },
  )
  process.stdout.write(
    `fuzz of the inventory: SLACKWATER_SEED=${SEED}; ${counts.kept} kept, ${counts.refused} refused\n` +
      `  slowest put:  ${put}\n  slowest look: ${looked}\n`,
  )
  // A generator that is mostly refused would try nothing.
  expect(counts.kept).toBeGreaterThan(counts.refused)
})
