import { expect, test } from 'vitest'
import { cut } from '../../../src/core/model/cut.ts'

test.for<[text: string, shown: string]>([
  ['', ''],
  ['five!', 'five!'],
  ['sixsix', 'sixs…'],
  ['🚢🚢🚢🚢🚢', '🚢🚢🚢🚢🚢'],
  ['🚢🚢🚢🚢🚢🚢', '🚢🚢🚢🚢…'],
  ['abcd🚢!', 'abcd…'],
  ['abc🚢ef', 'abc🚢…'],
])('%j has five characters at most, and none in two', ([text, shown]) => {
  expect(cut(text, 5)).toBe(shown)
  expect(cut(text, 5).isWellFormed()).toBe(true)
})
