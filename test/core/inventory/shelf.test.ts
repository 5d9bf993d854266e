import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DiscoveryObject, objectRef } from '../../../src/core/discovery/objects/discovery-object.ts'
import { Shelf } from '../../../src/core/inventory/shelf.ts'
import { compareRefs, keyOf } from '../../../src/core/model/object-ref.ts'

/** The `version` tells one object of a name from the next of the same name. */
const classOf = (name: string, version = ''): DiscoveryObject => ({
  kind: 'IngressClass',
  ref: objectRef('IngressClass', '', name),
  controller: version,
  isDefault: false,
})

const step = fc.record({
  name: fc.constantFrom(...'abcdefgh'),
  does: fc.constantFrom('put' as const, 'remove' as const, 'look' as const),
})

test('whatever comes and goes, it holds what is there, in the order of names', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const shelf = new Shelf()
      const there = new Map<string, DiscoveryObject>()
      const expected = () => [...there.values()].sort((a, b) => compareRefs(a.ref, b.ref))
      for (const [index, { name, does }] of steps.entries()) {
        const object = classOf(name, String(index))
        const key = keyOf(object.ref)
        if (does === 'look') expect(shelf.objects()).toEqual(expected())
        else {
          if (there.delete(key)) shelf.remove(object.ref)
          if (does === 'put') {
            there.set(key, object)
            shelf.add(object)
          }
        }
        expect(shelf.size).toBe(there.size)
      }
      expect(shelf.objects()).toEqual(expected())
    }),
  )
})

test('a list that was given stays as it is', () => {
  const shelf = new Shelf()
  shelf.add(classOf('b'))
  const before = shelf.objects()
  shelf.add(classOf('a'))
  shelf.remove(classOf('b').ref)
  expect(before.map(({ ref }) => ref.name)).toEqual(['b'])
  expect(shelf.objects().map(({ ref }) => ref.name)).toEqual(['a'])
})

test('nothing is put in order anew while nothing changes', () => {
  const shelf = new Shelf()
  shelf.add(classOf('a'))
  expect(shelf.objects()).toBe(shelf.objects())
})
