import { expect, test } from 'vitest'
import type { DiscoveryObject } from '../../../src/core/discovery/objects/discovery-object.ts'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'

/** A TargetGroupBinding that no rule can read: no such object is known, so a fault of ours is played. */
function poisoned() {
  const tried = { count: 0 }
  const object = {
    kind: 'TargetGroupBinding',
    controller: 'lbc',
    ref: { kind: 'TargetGroupBinding', namespace: 'shop', name: 'poison' },
    get labels(): never {
      tried.count++
      throw new RangeError('Maximum call stack size exceeded')
    },
    service: 'web',
    port: '80',
    multiCluster: false,
    deleting: false,
  } satisfies DiscoveryObject
  return { object, tried }
}

const selection = { namespace: 'shop', labels: { app: 'web' }, matching: 'template' } as const

test('an object that makes a rule throw costs what it would have said, is named, and is not tried again', () => {
  const inventory = createInventory({ fromFiles: false })
  keepIn(inventory, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  const { object, tried } = poisoned()
  inventory.put(object)
  for (let look = 0; look < 3; look++) {
    expect(inventory.exposuresOf(selection).exposures.map(({ id }) => id)).toEqual([
      'service shop/web → shop/web:80',
    ])
    expect(inventory.exposedNamespaces()).toEqual([])
    const [notice, ...others] = inventory.notices().filter(({ object: { name } }) => name === 'poison')
    expect(others).toEqual([])
    expect(notice).toMatchObject({ id: 'unreadable', severity: 'warning' })
    expect(notice?.text).toContain('Maximum call stack size exceeded')
    // Everything that rests on it is made again, and still it is not tried.
    keepIn(inventory, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, name: `n${look}` }] },
    })
  }
  expect(tried.count).toBe(1)
  const steps = inventory.passedOver()
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  expect(step.value.map(({ object: { name } }) => name)).toEqual(['poison'])
})
