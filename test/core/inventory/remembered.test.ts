import { describe, expect, test } from 'vitest'
import { Places } from '../../../src/core/inventory/places.ts'
import { Remembered } from '../../../src/core/inventory/remembered.ts'

/** Answers about letters: what stands at a place is a number. */
function world() {
  const places = new Places()
  const values = new Map<string, number>()
  const made: string[] = []
  return {
    made,
    set: (key: string, value: number) => {
      values.set(key, value)
      places.changed(key)
    },
    drop: (key: string) => {
      values.delete(key)
      places.vacated(key)
    },
    at: (key: string) => {
      places.lookAt(key)
      return values.get(key) ?? 0
    },
    remember: <T>(name: string, make: () => T, isSame?: (one: T, other: T) => boolean) =>
      new Remembered<T>(places, {
        make: () => {
          made.push(name)
          return make()
        },
        isSame,
      }),
  }
}

describe('an answer', () => {
  test('is made once, and anew only after a change of what was looked at', () => {
    const { remember, set, at, made } = world()
    set('a', 1)
    const answer = remember('a', () => at('a'))
    expect([answer.get(), answer.get()]).toEqual([1, 1])
    set('b', 7)
    expect(answer.get()).toBe(1)
    expect(made).toEqual(['a'])
    set('a', 2)
    expect([answer.get(), made.length]).toEqual([2, 2])
  })

  test('notices what comes to a place that was empty, goes from it, and comes back', () => {
    const { remember, set, drop, at } = world()
    const answer = remember('a', () => at('a'))
    expect(answer.get()).toBe(0)
    set('a', 1)
    expect(answer.get()).toBe(1)
    drop('a')
    expect(answer.get()).toBe(0)
    set('a', 1)
    expect(answer.get()).toBe(1)
  })

  test('that threw throws the same again without being made again, until something changes', () => {
    const { remember, set, at, made } = world()
    set('a', -1)
    const answer = remember('root', () => {
      const value = at('a')
      if (value < 0) throw new Error('negative')
      return Math.sqrt(value)
    })
    expect(() => answer.get()).toThrow('negative')
    expect(() => answer.get()).toThrow('negative')
    expect(made).toEqual(['root'])
    set('a', 4)
    expect(answer.get()).toBe(2)
  })
})

describe('an answer that rests on another', () => {
  test('is made anew where the other says something else, not where it says the same', () => {
    const { remember, set, at, made } = world()
    set('a', 1)
    const sign = remember(
      'sign',
      () => Math.sign(at('a')),
      (one, other) => one === other,
    )
    const words = remember('words', () => (sign.get() > 0 ? 'more' : 'less'))
    expect(words.get()).toBe('more')
    set('a', 5)
    expect(words.get()).toBe('more')
    expect(made).toEqual(['words', 'sign', 'sign'])
    set('a', -5)
    expect(words.get()).toBe('less')
    expect(made).toEqual(['words', 'sign', 'sign', 'sign', 'words'])
  })

  test('does not rest on what the other looked at besides', () => {
    const { remember, set, at, made } = world()
    set('a', 1)
    const inner = remember('inner', () => at('a') * 0)
    const outer = remember('outer', () => inner.get() + at('b'))
    expect(outer.get()).toBe(0)
    set('b', 3)
    expect(outer.get()).toBe(3)
    expect(made.filter((name) => name === 'inner')).toHaveLength(1)
  })
})
