import { expect, test } from 'vitest'
import { shared } from '../../src/report/shared.ts'

/** A maker whose work ends when it is told to, and who says what was begun and what was given up. */
function maker() {
  const begun: string[] = []
  const givenUp: string[] = []
  const ends: (() => void)[] = []
  const ask = shared((key, signal) => {
    begun.push(key)
    signal.addEventListener('abort', () => givenUp.push(key))
    return new Promise<string>((resolve, reject) => {
      ends.push(() => resolve(`made ${key}`))
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  })
  return { begun, givenUp, ask, end: (index: number) => ends[index]?.() }
}

const forever = new AbortController().signal
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('who asks for what is being made waits for the same', async () => {
  const { ask, begun, end } = maker()
  const both = [ask('a', forever), ask('a', forever)]
  await turn()
  end(0)
  expect(await Promise.all(both)).toEqual(['made a', 'made a'])
  expect(begun).toEqual(['a'])
})

test('what is made is not kept', async () => {
  const { ask, begun, end } = maker()
  for (const index of [0, 1]) {
    const asked = ask('a', forever)
    await turn()
    end(index)
    await asked
  }
  expect(begun).toEqual(['a', 'a'])
})

test('one thing at a time', async () => {
  const { ask, begun, end } = maker()
  const first = ask('a', forever)
  const second = ask('b', forever)
  await turn()
  expect(begun).toEqual(['a'])
  end(0)
  await first
  await turn()
  expect(begun).toEqual(['a', 'b'])
  end(1)
  expect(await second).toBe('made b')
})

test('it is given up when the last asker has gone, not before, and the next one gets a new one', async () => {
  const { ask, begun, givenUp, end } = maker()
  const one = new AbortController()
  const other = new AbortController()
  const asked = [ask('a', one.signal), ask('a', other.signal)]
  const settled = Promise.allSettled(asked)
  await turn()
  one.abort()
  expect(givenUp).toEqual([])
  other.abort()
  expect(givenUp).toEqual(['a'])
  await settled
  const again = ask('a', forever)
  await turn()
  expect(begun).toEqual(['a', 'a'])
  end(1)
  expect(await again).toBe('made a')
})
