import { expect, test } from 'vitest'
import { type TimeFormat, timeIn } from '../../../src/core/servers/durations.ts'

test.for<[string, TimeFormat, number | undefined]>([
  ['90', 'seconds', 90],
  ['0', 'seconds', 0],
  ['86400', 'seconds', 86_400],
  // More than a day.
  ['86401', 'seconds', undefined],
  ['99999999999999999999', 'seconds', undefined],
  ['1e3', 'seconds', undefined],
  ['-1', 'seconds', undefined],
  ['0x10', 'seconds', undefined],
  ['90s', 'seconds', undefined],
  ['', 'seconds', undefined],
  ['5000', 'milliseconds', 5],
  // Rounded up: it is open for more than 4 s.
  ['4001', 'milliseconds', 5],
  ['60s', 'spring', 60],
  ['2m', 'spring', 120],
  ['1500ms', 'spring', 2],
  // Spring Boot takes a number alone as milliseconds.
  ['60000', 'spring', 60],
  ['PT1M', 'spring', 60],
  ['PT1M30.5S', 'spring', 91],
  ['P1D', 'spring', 86_400],
  ['pt90s', 'spring', 90],
  ['P', 'spring', undefined],
  ['-1', 'spring', undefined],
  ['60 seconds', 'spring', undefined],
  ['75', 'nginx', 75],
  ['75s', 'nginx', 75],
  ['1m30s', 'nginx', 90],
  ['500ms', 'nginx', 1],
  ['1h', 'nginx', 3600],
  ['75s 60s', 'nginx', undefined],
  ['00:01:30', 'timespan', 90],
  ['0:01:30.5', 'timespan', 91],
  ['00:02', 'timespan', 120],
  // TimeSpan.Parse takes a number alone as days.
  ['30', 'timespan', undefined],
  ['2.00:00:00', 'timespan', undefined],
  [`${' '.repeat(40)}90`, 'seconds', undefined],
])('%j as %s', ([text, format, seconds]) => expect(timeIn(text, format)).toBe(seconds))
