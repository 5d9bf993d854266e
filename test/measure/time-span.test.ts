import { describe, expect, test } from 'vitest'
import { timeSpan } from '../../src/measure/time-span.ts'

const spanOf = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) })

describe('a time is as long as what it leaves out', () => {
  test.for<readonly [text: string, from: string, to: string]>([
    ['2026-11-27', '2026-11-27T00:00:00.000Z', '2026-11-27T23:59:59.999Z'],
    ['2026-11-27T10:04', '2026-11-27T10:04:00.000Z', '2026-11-27T10:04:59.999Z'],
    ['2026-11-27 10:04', '2026-11-27T10:04:00.000Z', '2026-11-27T10:04:59.999Z'],
    ['2026-11-27T10:04:31', '2026-11-27T10:04:31.000Z', '2026-11-27T10:04:31.999Z'],
    ['2026-11-27T10:04:31.25Z', '2026-11-27T10:04:31.250Z', '2026-11-27T10:04:31.250Z'],
    ['2026-11-27T10:04:31.186641Z', '2026-11-27T10:04:31.186Z', '2026-11-27T10:04:31.186Z'],
    // Two hours east of Greenwich it is two hours earlier there.
    ['2026-11-27T10:04+02:00', '2026-11-27T08:04:00.000Z', '2026-11-27T08:04:59.999Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
  ])('%s', ([text, from, to]) => {
    expect(timeSpan(text)).toEqual(spanOf(from, to))
  })
})

test.for([
  '2026-02-30',
  '2026-02-29',
  '2026-13-01',
  '2026-11-27T24:00',
  '2026-11-27T10',
  '2026-11-27T10:60',
  '2026-11-27T10:04:31+25:00',
  '27.11.2026',
  'yesterday',
  '',
])('%s is no time', (text) => {
  expect(timeSpan(text)).toBeUndefined()
})
