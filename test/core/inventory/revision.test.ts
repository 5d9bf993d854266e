import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Inventory } from '../../../src/core/inventory/create-inventory.ts'
import { root } from '../../../src/kubernetes/json.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../../../src/kubernetes/workload.ts'
import { deployment, type JsonObject, knowing, namespace, template } from '../../admission/world.ts'
import { runsOf } from '../../depth.ts'

/** The revision of an inventory: what was answered at the same one is answered again. */

const service = (selector: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector, ports: [{ port: 80 }] },
})

const scaler = (maxReplicas: number): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas },
})

const OBJECTS: readonly JsonObject[] = [
  service({ app: 'web' }),
  service({ app: 'other' }),
  namespace({}),
  namespace({ 'slackwater.dev/mode': 'off' }),
  scaler(3),
  scaler(5),
]
const WORKLOADS: readonly JsonObject[] = [1, 3].map((replicas) => deployment(template(), {}, { replicas }))

const REF = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const

type Step = (inventory: Inventory) => void

const putting = (raw: JsonObject): Step => {
  const object = narrow(raw)
  if (object === undefined) throw new Error('not read')
  return (inventory) => inventory.put(object)
}
const STEPS: readonly Step[] = [
  ...OBJECTS.map(putting),
  ...WORKLOADS.map(
    (raw): Step =>
      (inventory) =>
        inventory.putWorkload(toWorkloadSummary(root(raw))),
  ),
  ...['Service', 'Namespace', 'HorizontalPodAutoscaler', 'Deployment'].map(
    (kind): Step =>
      (inventory) =>
        inventory.remove({ kind, namespace: kind === 'Namespace' ? '' : 'shop', name: 'web' }),
  ),
]

const answersOf = (inventory: Inventory): string =>
  JSON.stringify([
    inventory.exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'template' }).exposures
      .length,
    inventory.namespace('shop'),
    inventory.workload(REF),
    inventory.autoscaled(REF),
    inventory.lbc(),
  ])

test('no two answers at one revision, whatever is put and removed', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STEPS), { maxLength: 20 }), (steps) => {
      const inventory = knowing().inventory as Inventory
      const answers = new Map<number, string>()
      for (const step of steps) {
        step(inventory)
        const [revision, answer] = [inventory.revision(), answersOf(inventory)]
        expect(answers.get(revision) ?? answer).toBe(answer)
        answers.set(revision, answer)
        seen.add(answer)
      }
    }),
    { numRuns: runsOf(2_000) },
  )
  // Two Services or none, three Namespaces, three scalers, three workloads: most of them were met.
  expect(seen.size).toBeGreaterThan(20)
})

test('labels that a Rollout changes on its Pods are news: Services may select them', () => {
  const inventory = knowing().inventory as Inventory
  const rollout = (role: string) =>
    toWorkloadSummary(
      root({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { template: template(), strategy: { canary: { canaryMetadata: { labels: { role } } } } },
      }),
    )
  inventory.putWorkload(rollout('canary'))
  const revision = inventory.revision()
  inventory.putWorkload(rollout('preview'))
  expect(inventory.revision()).not.toBe(revision)
  const { changingLabels } = inventory.workload({ ...REF, kind: 'Rollout' }) ?? {}
  expect(changingLabels).toEqual(new Map([['role', new Set(['preview'])]]))
})

test('what is put again as it is changes nothing, nor does the removal of what is not there', () => {
  const inventory = knowing([...WORKLOADS, ...OBJECTS]).inventory as Inventory
  for (const step of STEPS) {
    step(inventory)
    const revision = inventory.revision()
    step(inventory)
    expect(inventory.revision()).toBe(revision)
  }
})
