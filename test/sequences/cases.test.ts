import { expect, test } from 'vitest'
import { CASES } from './cases.ts'
import { faultIn } from './in-process.ts'

test.each(Object.entries(CASES))('%s', (_, sequence) => {
  expect(faultIn(sequence)).toBeUndefined()
})
