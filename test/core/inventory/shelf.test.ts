import { expect, test } from 'vitest'
import type { NamespaceObject } from '../../../src/core/discovery/objects/discovery-object.ts'
import { Shelf } from '../../../src/core/inventory/shelf.ts'

const namespace = (name: string, version = 0): NamespaceObject => ({
  kind: 'Namespace',
  ref: { kind: 'Namespace', namespace: '', name },
  facts: { name, labels: { version: `${version}` }, annotations: {} },
})

/** As an inventory updates an object: it takes the old one away and adds the new one. */
const update = (shelf: Shelf, object: NamespaceObject): void => {
  shelf.remove(object.ref)
  shelf.add(object)
}

test('of a shelf that nobody asks for, no more changes wait than objects are there, and some', () => {
  const shelf = new Shelf()
  shelf.add(namespace('stands'))
  shelf.add(namespace('changes'))
  for (let version = 1; version <= 10_000; version++) {
    update(shelf, namespace('changes', version))
    expect(shelf.pending).toBeLessThanOrEqual(2 + 64 + 1)
  }
  expect(shelf.objects()).toEqual([namespace('changes', 10_000), namespace('stands')])
})

test('objects that come and go beside one that stays leave nothing', () => {
  const shelf = new Shelf()
  shelf.add(namespace('stays'))
  for (let round = 0; round < 1_000; round++) {
    shelf.add(namespace(`passing-${round}`))
    shelf.remove(namespace(`passing-${round}`).ref)
  }
  expect(shelf.size).toBe(1)
  expect(shelf.pending).toBeLessThanOrEqual(1 + 64 + 1)
  expect(shelf.objects()).toEqual([namespace('stays')])
})
