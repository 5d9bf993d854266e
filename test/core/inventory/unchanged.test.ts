import { expect, test } from 'vitest'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'
import { DEFAULT_SETTINGS } from '../../../src/settings/schema.ts'
import { CLUSTER, ingress, service } from '../../hostile/objects.ts'

test('an update that changes nothing of what is kept drops no answer; one that does, does', () => {
  const inventory = createInventory({ ...DEFAULT_SETTINGS, fromFiles: false })
  const objects = [...CLUSTER, service('shop', 'web'), ingress('shop', 'web', [{ service: 'web' }])]
  const keep = (labels: object) => {
    for (const one of objects) keepIn(inventory, { ...one, metadata: { ...one.metadata, ...labels } })
  }
  const ask = () => inventory.exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'pod' })
  keep({})
  const before = ask()
  expect(before.exposures).toHaveLength(1)
  keep({ resourceVersion: '2' })
  expect(ask()).toBe(before)
  inventory.remove({ kind: 'Ingress', namespace: 'shop', name: 'web' })
  expect(ask().exposures).toEqual([])
})
