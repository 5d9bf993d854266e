import { expect, test } from 'vitest'
import { readAhead } from '../../src/admission/read-ahead.ts'
import type { AdmissionRequest } from '../../src/admission/review.ts'
import type { InventoryView, Selection } from '../../src/core/inventory/inventory.ts'
import { allAtOnce } from '../../src/core/model/steps.ts'

const LABELS = { app: 'web' }
const POD = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'app' }] } }
const DEPLOYMENT = { metadata: { name: 'web' }, spec: { template: POD } }

const request = (
  kind: string,
  object: unknown,
  further: Partial<AdmissionRequest> = {},
): AdmissionRequest => ({
  uid: '1',
  kind: { group: kind === 'Pod' ? '' : 'apps', version: 'v1', kind },
  operation: 'CREATE',
  namespace: 'shop',
  dryRun: false,
  object,
  oldObject: null,
  ...further,
})

/** What is read ahead for a request. */
function readFor(asked: AdmissionRequest): readonly Selection[] {
  const read: Selection[] = []
  const inventory: InventoryView = {
    exposuresOf: () => ({ exposures: [] }),
    *readInSteps(selection) {
      read.push(selection)
      yield
    },
    namespace: () => undefined,
    workload: () => undefined,
    autoscaled: () => undefined,
  }
  const steps = readAhead(asked, inventory)
  if (steps !== undefined) allAtOnce(steps)
  return read
}

test('of a workload its template, of a Pod the same: it is matched like the template of its workload', () => {
  const expected = [{ namespace: 'shop', labels: LABELS, matching: 'template' }]
  expect(readFor(request('Deployment', DEPLOYMENT))).toEqual(expected)
  expect(readFor(request('Pod', POD))).toEqual(expected)
})

test.for<[string, AdmissionRequest]>([
  ['what is none of ours', request('ConfigMap', {})],
  ['a scale', request('Deployment', DEPLOYMENT, { subResource: 'scale' })],
  ['what is deleted', request('Deployment', null, { operation: 'DELETE' })],
  ['what is no object', request('Deployment', 'nothing')],
  ['labels that are none', request('Deployment', { spec: { template: { metadata: { labels: [1] } } } })],
  [
    'more containers than are read',
    request('Pod', { ...POD, spec: { containers: Array.from({ length: 1001 }, () => ({})) } }),
  ],
])('nothing is read ahead for %s', ([, asked]) => {
  expect(readFor(asked)).toEqual([])
})

test('an inventory of files has nothing to read', () => {
  const inventory: InventoryView = {
    exposuresOf: () => ({ exposures: [] }),
    namespace: () => undefined,
    workload: () => undefined,
    autoscaled: () => undefined,
  }
  expect(readAhead(request('Pod', POD), inventory)).toBeUndefined()
})
