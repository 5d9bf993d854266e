import { expect, test } from 'vitest'
import type { ErrorSeen } from '../../src/core/measurement/measurement.ts'
import { whyEntry } from '../../src/measure/why.ts'
import { measureText } from '../../src/render/measure-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { BALANCER, DAY, GROUP, madeDocument } from './made.ts'

const span = { from: DAY, to: DAY + 60_000 }
const logs = { from: DAY - 1, to: DAY + 120_000 }
const whyOf = (errors: readonly ErrorSeen[], changed: { readonly logs?: Partial<typeof logs> } = {}) =>
  whyEntry({ time: '2026-10-01', span, errors, leaving: [], logs, ...changed })

/** A 503 without a target. */
const nobody = (at: number, targetGroup?: string): ErrorSeen => ({
  request: {
    ...{ loadBalancer: BALANCER, at, answered: at, status: 503, trace: '-' },
    ...{ isUndelivered: true, isUnanswered: true },
    ...(targetGroup === undefined ? {} : { targetGroup }),
  },
  cause: 'unrelated',
})

test('a failure without a target is at its target group', () => {
  const { reasons } = whyOf([nobody(DAY + 1, GROUP), nobody(DAY + 2, GROUP), nobody(DAY + 3)])
  expect(reasons).toEqual([
    '2 at target group k8s-shop-web-1a2b3c4d5e: no departure explains it',
    '1 at no target group: no departure explains it',
  ])
})

test('a time that the logs do not have is not one without failures', () => {
  expect(whyOf([]).text).toBe('no request was answered with 500 or above')
  const none = 'the logs have no request of this time'
  expect(whyOf([], { logs: { from: DAY + 60_001, to: DAY + 90_000 } }).text).toBe(none)
  expect(whyOf([], { logs: { from: DAY - 90_000, to: DAY - 1 } }).text).toBe(none)
  expect(whyOf([], { logs: {} }).text).toBe(none)
})

test('reasons that are not listed are counted', () => {
  const errors = Array.from({ length: 12 }, (_, at) => nobody(DAY + at, `${GROUP}${at}/x`))
  const text = measureText(
    madeDocument(undefined, { why: whyOf(errors) }),
    paperOf({ width: 80, colour: false }),
  )
  expect(text).toContain('  and 2 more targets (-o json has them all)\n')
})
