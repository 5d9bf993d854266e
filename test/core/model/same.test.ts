import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSame } from '../../../src/core/model/same.ts'

test('two values say the same where they are written alike', () => {
  const value = fc.jsonValue({ maxDepth: 3 })
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(isSame(one, JSON.parse(JSON.stringify(one)))).toBe(true)
      // -0 is written as 0 and is the same.
      expect(isSame(one, other)).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)))
    }),
  )
})

test('maps and sets are equal where they hold the same in the same order', () => {
  const made = () => ({ labels: new Map([['role', new Set(['canary', 'stable'])]]) })
  expect(isSame(made(), made())).toBe(true)
})

/** The order of keys says nothing. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  )
}

test.for<[unknown, unknown]>([
  [[1], { 0: 1 }],
  [{}, []],
  [{ a: 1 }, { b: 1 }],
  [{ a: undefined }, { b: 1 }],
  [null, {}],
  ['1', 1],
  [new Map([['a', new Set(['b'])]]), new Map([['a', new Set(['c'])]])],
  [new Map([['a', 'b']]), new Map()],
  [new Set(['a']), new Set()],
  [new Map(), {}],
  // What a mapping inherits is not in it.
  [{ toString: 'a' }, {}],
  [JSON.parse('{"__proto__":{}}'), { a: 1 }],
])('%j is not %j', ([one, other]) => {
  expect(isSame(one, other)).toBe(false)
  expect(isSame(other, one)).toBe(false)
})
