import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { sampleOf } from '../depth.ts'
import type { Attack } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { CLUSTER } from './objects.ts'

/** Nobody's object may keep more memory than its size: what it is filed under, and what is read of it. */

const PLACE = { namespace: 'tenant', other: 'tenant-2', neighbor: 'shop' }
const settings = { ...DEFAULT_SETTINGS, fromFiles: false }

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes of the heap that an attack of this size holds, once it has been looked at. */
function kept(attack: Attack, size: number): number {
  const texts = attack.objects(size, PLACE).map((object) => JSON.stringify(object))
  const inventory = createInventory(settings)
  for (const object of CLUSTER) keepIn(inventory, object)
  inventory.exposedNamespaces()
  collect()
  const before = process.memoryUsage().heapUsed
  for (const text of texts) keepIn(inventory, JSON.parse(text))
  inventory.exposedNamespaces()
  inventory.notices()
  collect()
  const bytes = process.memoryUsage().heapUsed - before
  // It must still be there.
  expect(inventory.size()['objects']).toBeGreaterThan(0)
  return bytes
}

/** Small enough for what is quadratic to be borne, large enough for it to be seen. */
const small = ({ largest }: Attack): number => Math.ceil(Math.min(largest / 8, 150))

/** Between linear (2) and quadratic (4): bytes are the same each time. */
const TOO_FAST = 3
/** Bytes that say nothing. */
const NOTHING = 1 << 20

/** What V8 compiles and what it drops in between adds to some of them, and takes from others. */
const TRIES = 8

test.for([...sampleOf(ATTACKS, 6)])('memory grows as the size: $name', (attack) => {
  const size = small(attack)
  let first = 0
  let second = Number.POSITIVE_INFINITY
  const isFine = (): boolean => second < Math.max(NOTHING, TOO_FAST * first)
  // Further tries can only make it fine: after the first that is, they would say nothing new.
  for (let nth = 0; nth < TRIES && !isFine(); nth++) {
    first = Math.max(first, kept(attack, size))
    second = Math.min(second, kept(attack, size * 2))
  }
  expect(second, `${size}: ${first}, ${size * 2}: ${second} bytes`).toSatisfy(isFine)
})
