import { describe, expect, test } from 'vitest'
import { nearest } from '../../../src/core/model/spelling.ts'

describe('the word that was meant', () => {
  const KNOWN = ['mode', 'assume', 'accept', 'sleep-seconds', 'shutdown-seconds']

  test.for([
    ['mdoe', 'mode'],
    ['moode', 'mode'],
    ['Mode', 'mode'],
    ['asume', 'assume'],
    ['sleepSecond', 'sleep-seconds'],
    ['sleep', 'sleep-seconds'],
    ['shutdwon-secnds', 'shutdown-seconds'],
  ])('%s: %s', ([word = '', meant]) => {
    expect(nearest(word, KNOWN)).toBe(meant)
  })

  // Labels that somebody may have under any prefix: a wrong suggestion is worse than none.
  test.for(['role', 'zone', 'team', 'seconds', ''])('%s: none', (word) => {
    expect(nearest(word, KNOWN)).toBeUndefined()
  })
})
