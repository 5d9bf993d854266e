import { describe, expect, test } from 'vitest'
import { LONGEST_QUOTE } from '../../../src/core/discovery/annotations/limits.ts'
import { listed, shortened } from '../../../src/core/discovery/annotations/quote.ts'

describe('what is quoted from an annotation', () => {
  test('is cut where it is longer than a message can take', () => {
    const longest = 'x'.repeat(LONGEST_QUOTE)
    expect(shortened(longest)).toBe(longest)
    expect(shortened(`${longest}y`)).toBe(`${longest.slice(1)}…`)
  })

  test('is the first of many items, and their number', () => {
    expect(listed(['a', 'b'])).toBe('a, b')
    expect(listed(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
    expect(listed(['1', '2', '3', '4', '5', '6', '7'])).toBe('1, 2, 3, 4, 5 and 2 more')
  })
})
