import { describe, expect, test } from 'vitest'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { KeyIndex } from '../../../src/core/inventory/key-index.ts'
import type { ObjectRef } from '../../../src/core/model/object-ref.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import type { WorkloadSummary } from '../../../src/core/model/workload.ts'
import { root } from '../../../src/kubernetes/json.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../../../src/kubernetes/workload.ts'

const settings = { ingressClass: 'alb', loadBalancerClass: 'service.k8s.aws/nlb', fromFiles: true }

const serviceOf = (name: string, selector: Record<string, string>, assume = 'alb-ip') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', annotations: { 'slackwater.dev/assume': assume } },
  spec: { selector },
})

function inventoryWith(...documents: readonly unknown[]) {
  const inventory = createInventory(settings)
  for (const document of documents) {
    const object = narrow(document)
    if (object !== undefined) inventory.put(object)
  }
  return inventory
}

const refOf = (name: string): ObjectRef => ({ kind: 'Namespace', namespace: '', name })

describe('lookups', () => {
  const inventory = inventoryWith(
    serviceOf('b', { app: 'web' }, 'nope'),
    serviceOf('a', { app: 'web', tier: 'front' }),
    serviceOf('c', { app: 'web' }, 'nlb-ip'),
    serviceOf('d', { app: 'other' }, 'alb-instance'),
  )

  test('every Service that selects the pods counts, in the order of the ids', () => {
    const labels = { app: 'web', tier: 'front' }
    const selection = { namespace: 'shop', labels, matching: 'pod' } as const
    const { exposures } = inventory.exposuresOf(selection)
    const notices = inventory.noticesAbout(selection)
    expect(exposures.map(({ id }) => id)).toEqual(['assumed → shop/a', 'assumed → shop/c'])
    expect(notices.map(({ id, object }) => [id, object.name])).toEqual([['bad-assume-annotation', 'b']])
  })

  test('another namespace holds none of them', () => {
    const selection = { namespace: 'other', labels: { app: 'web' }, matching: 'pod' } as const
    expect(inventory.exposuresOf(selection).exposures).toEqual([])
  })

  test('namespaces with ip targets are named once, and those with instance targets only are not', () => {
    expect(inventory.exposedNamespaces()).toEqual([{ namespace: 'shop', controller: 'lbc' }])
    const instances = inventoryWith(serviceOf('d', { app: 'other' }, 'alb-instance'))
    expect(instances.exposedNamespaces()).toEqual([])
  })

  test.for<[string, string | undefined, string | undefined, boolean]>([
    ['alb-ip on its template', ' alb-ip', undefined, true],
    ['nlb-ip on its namespace', undefined, 'nlb-ip', true],
    ['instance targets', 'nlb-instance', undefined, false],
    ['none, before the value of its namespace', 'none', 'alb-ip', false],
    ['a value that cannot be read, before that of its namespace', 'alb-pi', 'alb-ip', true],
    ['nothing', undefined, undefined, false],
  ])('the namespace of a workload that assumes %s', ([, assume, ofNamespace, counts]) => {
    const known = inventoryWith()
    const annotations = ofNamespace === undefined ? {} : { 'slackwater.dev/assume': ofNamespace }
    known.put({ kind: 'Namespace', ref: refOf('cups'), facts: { name: 'cups', labels: {}, annotations } })
    const template = { metadata: { annotations: { 'slackwater.dev/assume': assume } } }
    const metadata = { name: 'green', namespace: 'cups' }
    known.putWorkload(toWorkloadSummary(root({ kind: 'Deployment', metadata, spec: { template } })))
    expect(known.exposedNamespaces()).toEqual(counts ? [{ namespace: 'cups', controller: 'lbc' }] : [])
  })

  test('every Namespace is told by name, until it goes', () => {
    const facts = (name: string) => ({ name, labels: {}, annotations: {} })
    for (const name of ['shop', 'lab'])
      inventory.put({ kind: 'Namespace', ref: refOf(name), facts: facts(name) })
    expect(inventory.namespaces()).toEqual([facts('lab'), facts('shop')])
    inventory.remove(refOf('lab'))
    expect(inventory.namespaces()).toEqual([facts('shop')])
  })

  test('a known answer is the same object until something changes', () => {
    const selection = { namespace: 'shop', labels: { app: 'other' }, matching: 'pod' } as const
    const before = inventory.exposuresOf(selection)
    expect(inventory.exposuresOf(selection)).toBe(before)
  })
})

test('a Service is filed under its rarest pair, so that a label which all share does not make a scan', () => {
  const services = Array.from({ length: 50 }, (_, index) =>
    serviceOf(`s${index}`, { all: 'same', app: `a${index}` }),
  )
  // The first goes under `all=same`, which was empty like its other pair and sorts first; each of the
  // other 49 finds one Service there and none under its own `app`: 1 + 49 buckets.
  expect(inventoryWith(...services).size()).toMatchObject({ selectors: 50, selectorPairs: 50 })
})

test('workloads and namespaces are kept by name, and go by name', () => {
  const inventory = inventoryWith({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { a: 'b' }, annotations: { 'slackwater.dev/assume': 'none', x: 'y' } },
  })
  const ref = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  const summary: WorkloadSummary = { ref, replacement: { kind: 'recreate' }, minReadySeconds: seconds(0) }
  inventory.putWorkload(summary)
  expect(inventory.workload(ref)).toBe(summary)
  expect(inventory.namespace('shop')).toEqual({
    name: 'shop',
    labels: { a: 'b' },
    annotations: { 'slackwater.dev/assume': 'none' },
  })
  inventory.remove(ref)
  inventory.remove({ kind: 'Namespace', namespace: '', name: 'shop' })
  expect(inventory.workload(ref)).toBeUndefined()
  expect(inventory.namespace('shop')).toBeUndefined()
})

test('an index counts an id once under a key, and does not mind what it does not hold', () => {
  const index = new KeyIndex()
  index.add('key', 'id')
  index.add('key', 'id')
  index.add('key', 'other')
  expect([index.entries, index.keys, index.count('key')]).toEqual([2, 1, 2])
  expect([...index.idsOf('key')].sort()).toEqual(['id', 'other'])
  index.add('second', 'other')
  expect([[...index.idsOf('second')], index.count('second')]).toEqual([['other'], 1])
  expect(index.keysWithMoreThan(1)).toEqual(['key'])
  index.remove('second', 'other')
  expect([[...index.idsOf('second')], index.count('second')]).toEqual([[], 0])
  index.remove('key', 'unknown')
  index.remove('nothing', 'id')
  index.remove('key', 'id')
  index.remove('key', 'other')
  expect([index.entries, index.keys]).toEqual([0, 0])
})
