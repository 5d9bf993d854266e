import { describe, expect, test } from 'vitest'
import { CASES, OPEN } from './cases.ts'
import { faultIn } from './in-process.ts'

test.each(Object.entries(CASES))('%s', (_, sequence) => {
  expect(faultIn(sequence)).toBeUndefined()
})

describe('not right yet', () => {
  for (const [name, sequence] of Object.entries(OPEN)) {
    test.fails(name, () => {
      expect(faultIn(sequence)).toBeUndefined()
    })
  }
})
