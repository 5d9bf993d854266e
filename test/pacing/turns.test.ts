import { describe, expect, test } from 'vitest'
import { Lines } from '../../src/pacing/lines.ts'
import { Turns } from '../../src/pacing/turns.ts'

describe('turns', () => {
  const namespaceOf = (one: string) => one.slice(0, 1)

  test('one of each, then another of each; the order of the list within each, and before any turn', () => {
    const turns = new Turns()
    const waiting = ['b1', 'b2', 'a1', 'b3', 'c1', 'a2']
    expect([...turns.through(waiting, namespaceOf)]).toEqual(['b1', 'a1', 'c1', 'b2', 'a2', 'b3'])
  })

  test('who had none goes first, then whose turn is the longest ago', () => {
    const turns = new Turns()
    for (const namespace of ['a', 'b', 'a']) turns.served(namespace)
    expect([...turns.through(['a1', 'b1', 'c1'], namespaceOf)]).toEqual(['c1', 'b1', 'a1'])
  })
})

describe('lines', () => {
  test('what waits under a key is replaced in its place, and nobody gives way', () => {
    const lines = new Lines<number>(2)
    lines.add('a', 'x', 1)
    lines.add('a', 'y', 2)
    expect(lines.add('a', 'x', 3)).toBeUndefined()
    expect([lines.size, lines.next(), lines.next(), lines.next()]).toEqual([2, 3, 2, undefined])
  })

  test('who has the most is known again after it has become another', () => {
    const lines = new Lines<string>(5)
    for (const key of ['1', '2', '3']) lines.add('a', key, `a${key}`)
    for (const key of ['1', '2']) lines.add('b', key, `b${key}`)
    lines.delete('a', '2')
    lines.delete('a', '3')
    lines.add('c', '1', 'c1')
    lines.add('d', '1', 'd1')
    // a 1, b 2, c 1, d 1.
    expect([lines.hasRoomFor('b'), lines.hasRoomFor('a'), lines.hasRoomFor('e')]).toEqual([
      false,
      false,
      true,
    ])
    expect(lines.add('e', '1', 'e1')).toBe('b1')
    expect([...lines.all()].sort()).toEqual(['a1', 'b2', 'c1', 'd1', 'e1'])
  })
})
