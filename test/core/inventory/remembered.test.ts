import { describe, expect, test } from 'vitest'
import { Places } from '../../../src/core/inventory/places.ts'
import { Remembered } from '../../../src/core/inventory/remembered.ts'
import { allAtOnce, type Steps } from '../../../src/core/model/steps.ts'

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
    inSteps: <T>(steps: () => Steps<T>) => new Remembered<T>(places, { steps }),
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

describe('an answer that is made in steps', () => {
  function sum() {
    const { inSteps, set, at } = world()
    set('a', 1)
    set('b', 10)
    const answer = inSteps(function* () {
      const a = at('a')
      yield
      const b = at('b')
      yield
      return a + b
    })
    return { set, answer }
  }

  test('is the same as one that is made at once', () => {
    const { answer, set } = sum()
    expect(allAtOnce(answer.getInSteps())).toBe(11)
    set('a', 2)
    expect([answer.get(), allAtOnce(answer.getInSteps())]).toEqual([12, 12])
  })

  test('does not go by what has changed between its steps', () => {
    const { answer, set } = sum()
    const steps = answer.getInSteps()
    steps.next()
    set('a', 2)
    expect(allAtOnce(steps)).toBe(12)
    expect(answer.get()).toBe(12)
  })

  test('does not replace what somebody else was told meanwhile by what is older', () => {
    const { answer, set } = sum()
    const steps = answer.getInSteps()
    steps.next()
    set('a', 2)
    expect(answer.get()).toBe(12)
    expect(allAtOnce(steps)).toBe(12)
    expect(answer.get()).toBe(12)
  })

  test('throws what a step throws, and remembers that', () => {
    const { inSteps, set, at } = world()
    let tried = 0
    const answer = inSteps(function* () {
      const value = at('a')
      tried++
      yield
      if (value === 0) throw new Error('nothing there')
      return value
    })
    expect(() => allAtOnce(answer.getInSteps())).toThrow('nothing there')
    expect(() => answer.get()).toThrow('nothing there')
    expect(tried).toBe(1)
    set('a', 3)
    expect(allAtOnce(answer.getInSteps())).toBe(3)
  })

  test('notes what each of several answers under way looks at for that one', () => {
    const { inSteps, set, at } = world()
    const reading = (key: string) =>
      inSteps(function* () {
        yield
        return at(key)
      })
    const [a, b] = [reading('a'), reading('b')]
    const both = [a.getInSteps(), b.getInSteps()]
    for (const one of both) one.next()
    expect(both.map(allAtOnce)).toEqual([0, 0])
    set('b', 5)
    expect([a.get(), b.get()]).toEqual([0, 5])
  })
})
