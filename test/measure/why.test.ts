import { expect, test } from 'vitest'
import type { ErrorSeen } from '../../src/core/measurement/measurement.ts'
import { whyEntry } from '../../src/measure/why.ts'
import { measureText } from '../../src/render/measure-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { BALANCER, DAY, GROUP, madeDocument } from './made.ts'

const span = { from: DAY, to: DAY + 60_000 }
const whyOf = (errors: readonly ErrorSeen[], inSpan = 100) =>
  whyEntry({ time: '2026-10-01', span, errors, leaving: [], inSpan })

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
  expect(whyOf([], 0).text).toContain('no request')
  expect(whyOf([], 0).text).not.toBe(whyOf([]).text)
})

test('reasons that are not listed are counted', () => {
  const errors = Array.from({ length: 12 }, (_, at) => nobody(DAY + at, `${GROUP}${at}/x`))
  const text = measureText(
    madeDocument(undefined, { why: whyOf(errors) }),
    paperOf({ width: 80, color: false }),
  )
  expect(text).toContain('  and 2 more targets (-o json has them all)\n')
})

test('what a sleep would have covered, and what was open at SIGTERM', () => {
  const target = {
    ...{ ip: '10.0.1.2', missing: [], deleted: DAY, slept: 10 },
    pod: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
  }
  const lost = (at: number, answered: number): ErrorSeen => ({
    request: {
      ...{ loadBalancer: BALANCER, targetGroup: GROUP, target: '10.0.1.2:80', trace: '-', status: 502 },
      ...{ at: DAY + at, answered: DAY + answered, isUndelivered: false, isUnanswered: true },
    },
    cause: 'reset',
    target,
  })
  const where = 'at Pod shop/web-1 (10.0.1.2:80): the target refused or closed the connection'
  const open = lost(9_500, 10_100)
  expect(whyOf([open]).reasons).toEqual([`1 ${where}; 1 was open when SIGTERM came`])
  expect(whyOf([open, lost(12_200, 12_210)]).reasons).toEqual([
    `2 ${where}; 1 was open when SIGTERM came; a sleep of 13 s would have covered 1 of them`,
  ])
  expect(whyOf([lost(12_200, 12_210)]).reasons).toEqual([`1 ${where}; a sleep of 13 s would have covered it`])
})
