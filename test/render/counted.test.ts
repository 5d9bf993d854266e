import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digits } from '../../src/render/counted.ts'

test('whole numbers are written as English writes them', () => {
  const english = new Intl.NumberFormat('en')
  expect([0, 7, 999, 1000, 65_536, 1_000_000].map(digits)).toEqual([
    '0',
    '7',
    '999',
    '1,000',
    '65,536',
    '1,000,000',
  ])
  fc.assert(fc.property(fc.nat({ max: 2 ** 40 }), (count) => digits(count) === english.format(count)))
})
