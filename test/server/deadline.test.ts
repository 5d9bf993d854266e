import { expect, test } from 'vitest'
import { parseTimeout } from '../../src/server/deadline.ts'

/** Durations as Go's time.Duration.String and time.ParseDuration know them. */
test.for<[unknown, number | undefined]>([
  ['5s', 5000],
  ['30s', 30_000],
  ['500ms', 500],
  ['1m30s', 90_000],
  ['1h0m0.5s', 3_600_500],
  ['1.5s', 1500],
  ['1m', 60_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['1ns', 1e-6],
  ['0s', 0],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['5 s', undefined],
  ['-5s', undefined],
  ['5s!', undefined],
  ['5d', undefined],
  [['5s', '6s'], undefined],
  [undefined, undefined],
  [5, undefined],
])('%j is %j ms', ([text, milliseconds]) => {
  expect(parseTimeout(text)).toEqual(milliseconds)
})
