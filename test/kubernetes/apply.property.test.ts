import fc from 'fast-check'
import jsonPatch from 'fast-json-patch'
import { expect, test } from 'vitest'
import { escapeKey } from '../../src/core/model/json-pointer.ts'
import type { PatchOperation } from '../../src/kubernetes/patch.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import { template, world } from '../assessment/arbitrary.ts'
import { assessed, deployment } from '../assessment/world.ts'
import { runsOf } from '../depth.ts'

/** What fast-json-patch, which checks each operation, makes of a deep copy; undefined if one does not apply. */
function byLibrary(object: unknown, operations: readonly PatchOperation[]): unknown {
  try {
    return jsonPatch.applyPatch(structuredClone(object), structuredClone(operations) as never, true)
      .newDocument
  } catch (error) {
    if (error instanceof jsonPatch.JsonPatchError) return undefined
    throw error
  }
}

function appliesAlike(object: unknown, operations: readonly PatchOperation[]): unknown {
  const before = structuredClone([object, operations])
  const patched = applyToCopy(object, operations)
  expect(patched).toEqual(byLibrary(object, operations))
  expect([object, operations]).toEqual(before)
  return patched
}

test('our patches are applied as the library applies them, and nothing is written to', () => {
  let applied = 0
  const property = fc.property(template, template, world, (one, other, where) => {
    const raw = deployment(one)
    const { proposed } = assessed('workload', { raw }, where)
    appliesAlike(raw, proposed)
    const stored = applyToCopy(raw, proposed)
    // Off: all of it is removed again.
    const off = { ...where, settings: { ...where.settings, mode: 'off' as const } }
    const removed = assessed('workload', { raw: stored }, off).proposed
    appliesAlike(stored, removed)
    // To an object for which it was not made, it may not apply.
    appliesAlike(deployment(other), [...proposed, ...removed])
    applied += proposed.length + removed.length
  })
  fc.assert(property, { numRuns: runsOf(300) })
  expect(applied).toBeGreaterThan(runsOf(300))
})

const KEYS = ['a', 'b', 'a~b', 'a/b', '0', '1', '2', '-']

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(1, 'text', null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4 }),
  ),
}))
const path = fc
  .array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 })
  .map((keys) => keys.map((key) => `/${escapeKey(key)}`).join(''))
const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), path, value }),
  fc.record({ op: fc.constant('remove' as const), path }),
)
const document = fc.dictionary(fc.constantFrom(...KEYS), value, { minKeys: 1 })

test('so is any patch to any document: one operation after the other, inside what an earlier one wrote', () => {
  let applied = 0
  const property = fc.property(
    document,
    fc.array(operation, { minLength: 1, maxLength: 4 }),
    (object, patch) => {
      if (appliesAlike(object, patch) !== undefined) applied += 1
    },
  )
  fc.assert(property, { numRuns: runsOf(3_000) })
  // Most patches that are made up do not apply; those that do must not be a rare exception.
  expect(applied).toBeGreaterThan(runsOf(3_000) / 50)
})
