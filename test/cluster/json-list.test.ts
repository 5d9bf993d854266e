import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonList } from '../../src/cluster/json-list.ts'

function readIn(pieces: number, text: string) {
  const bytes = new TextEncoder().encode(text)
  const list = new JsonList()
  const items: unknown[] = []
  for (let at = 0; at < bytes.length; at += pieces) items.push(...list.feed(bytes.subarray(at, at + pieces)))
  return { items, rest: list.end() }
}

describe('a list that arrives in pieces', () => {
  const metadata = { resourceVersion: '7', continue: 'abc' }
  const items = [{ a: '→ "items":[1,2], ]}\\' }, { b: [[{}], []], items: [1] }, {}, null]
  const size = fc.constantFrom(1, 2, 3, 7, 64, 1000)

  test('of any size: its items one by one, and the rest without them', () => {
    const json = fc.jsonValue().filter((value) => JSON.stringify(value) !== undefined)
    fc.assert(
      fc.property(fc.array(json), size, fc.constantFrom(0, 2), fc.boolean(), (all, pieces, indent, first) => {
        const rest = { kind: 'XList', metadata }
        const whole = first ? { items: all, ...rest } : { ...rest, items: all }
        const parsed = JSON.parse(JSON.stringify(all))
        expect(readIn(pieces, JSON.stringify(whole, null, indent))).toEqual({
          items: parsed,
          rest: { ...rest, items: [] },
        })
      }),
      { numRuns: 500 },
    )
  })

  test('names inside of items and of texts mislead nobody', () => {
    const text = JSON.stringify({ metadata: { note: '"items":[', items: [1] }, items, kind: 'List' })
    expect(readIn(5, text)).toEqual({
      items,
      rest: { metadata: { note: '"items":[', items: [1] }, items: [], kind: 'List' },
    })
  })

  test('no items, or null in their place, as Go writes an empty list', () => {
    expect(readIn(3, JSON.stringify({ items: null, metadata }))).toEqual({
      items: [],
      rest: { items: null, metadata },
    })
    expect(readIn(3, JSON.stringify({ metadata }))).toEqual({ items: [], rest: { metadata } })
  })

  test('one that is cut off is an error', () => {
    expect(() => readIn(9, '{"items":[{"a":1},{"b"')).toThrow(SyntaxError)
    expect(() => readIn(9, '{"items":[{"a":1}]')).toThrow(SyntaxError)
  })
})
