import { expect, test } from 'vitest'
import { seconds } from '../../src/core/model/seconds.ts'
import { measuredEntry } from '../../src/report/measured-entry.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

const AT = Date.UTC(2026, 2, 2, 10)
const MEASURED = {
  from: AT,
  to: AT + 60_000,
  reconciles: 60,
  controllerSeconds: 14,
  slowest: { at: AT + 60_000, reconciles: 60, waited: 12.04, worked: 0.8999 },
  throttled: 4,
  failed: 1,
  depth: 3,
}

test('times as RFC 3339, means with a decimal, and the C of the budget beside them', () => {
  expect(measuredEntry(MEASURED, DEFAULT_SETTINGS)).toEqual({
    from: '2026-03-02T10:00:00.000Z',
    to: '2026-03-02T10:01:00.000Z',
    reconciles: 60,
    controllerSeconds: 14,
    slowest: { at: '2026-03-02T10:01:00.000Z', reconciles: 60, waitedSeconds: 12, workedSeconds: 0.9 },
    throttled: 4,
    failed: 1,
    depth: 3,
    budgeted: 5,
  })
})

test('a setting is the C of the budget; a reason to accept it is told', () => {
  const settings = { terms: { controllerSeconds: seconds(16) }, accept: { 'controller-slow': 'rare' } }
  expect(measuredEntry(MEASURED, settings)).toMatchObject({ budgeted: 16, accepted: 'rare' })
})

test('nothing measured is no entry', () => expect(measuredEntry(undefined, DEFAULT_SETTINGS)).toBeUndefined())
