import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseUnmanaged } from '../../src/cluster/parse-json.ts'

describe('an object without its managed fields', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  const name = fc.constantFrom(
    'name',
    '"managedFields":[',
    'managedFields',
    '\\',
    ']',
    '"',
    '\\"managedFields":[',
  )
  const texts = fc.dictionary(name, fc.oneof(name, fc.string()))
  /** As FieldsV1 has them: keys with quotes and brackets. */
  const managed = fc.array(
    fc.oneof(json, fc.dictionary(fc.constantFrom('k:{"name":"a]"}', 'f:x', '.'), json)),
  )

  test('is what JSON.parse makes of the text without them, wherever they stand', () => {
    fc.assert(
      fc.property(texts, managed, json, fc.nat(3), (labels, managedFields, spec, place) => {
        const fields: [string, unknown][] = [
          ['name', 'a'],
          ['labels', labels],
          ['annotations', { note: JSON.stringify({ managedFields }) }],
        ]
        const metadata = Object.fromEntries(fields.toSpliced(place, 0, ['managedFields', managedFields]))
        const text = JSON.stringify({ kind: 'Pod', metadata, status: { of: 'it' }, spec: { texts: [spec] } })
        const { managedFields: _, ...rest } = metadata
        expect(parseUnmanaged(text)).toEqual(
          JSON.parse(
            JSON.stringify({ kind: 'Pod', metadata: rest, status: { of: 'it' }, spec: { texts: [spec] } }),
          ),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('alone in its metadata, or absent', () => {
    expect(parseUnmanaged('{"metadata":{"managedFields":[{"a":"]"}]},"a":1}')).toEqual({ metadata: {}, a: 1 })
    expect(parseUnmanaged('{"metadata":{"name":"a"}}')).toEqual({ metadata: { name: 'a' } })
    expect(parseUnmanaged('[]')).toEqual([])
  })

  test('a label of that name, and a text that quotes it, stay', () => {
    const labels = { managedFields: '[', 'x"managedFields': '[]' }
    const text = JSON.stringify({ metadata: { labels, annotations: { x: '"managedFields":[' } } })
    expect(parseUnmanaged(text)).toEqual(JSON.parse(text))
  })

  test('one that is cut off is an error', () => {
    expect(() => parseUnmanaged('{"metadata":{"managedFields":[{"a":1}')).toThrow(SyntaxError)
    expect(() => parseUnmanaged('{"metadata":{"managedFields":[],"name":')).toThrow(SyntaxError)
  })
})
