import { expect, test } from 'vitest'
import { whyAround } from '../../../src/core/measurement/why.ts'
import {
  at,
  cut,
  leaving,
  measured,
  nobody,
  refused,
  SERVED,
  seen,
  TARGET_GROUP,
  unreachable,
} from './made.ts'

const span = { from: at(-60), to: at(120) }
const whyOf = (target: ReturnType<typeof leaving>, requests: Parameters<typeof measured>[1]) =>
  whyAround(measured([target], [...SERVED, ...requests], { span }).errors)

test('grouped by reason and target, the most first, with what would have covered them', () => {
  const target = leaving({ slept: 0, ended: at(1), gone: at(2), missing: ['had no hook'] })
  const own = seen(5, { target: '10.0.9.9:8080', status: 500, targetStatus: 500 })
  const groups = whyOf(target, [refused(7), unreachable(11.2), own, refused(3), refused(4), nobody(20)])
  const same = { targetGroup: TARGET_GROUP }
  expect(groups).toEqual([
    // The last came 7 s after the deletion, and SIGTERM at once: with a sleep of 7 s it would have come at SIGTERM.
    {
      ...same,
      cause: 'reset',
      address: '10.0.1.2:8080',
      target,
      count: 3,
      first: at(3),
      last: at(7),
      sleep: 'after',
      wouldCover: 8,
      covered: 3,
    },
    // 11.2 s, up.
    {
      ...same,
      cause: 'connect',
      address: '10.0.1.2:8080',
      target,
      count: 1,
      first: at(11.2),
      last: at(11.2),
      sleep: 'after',
      wouldCover: 12,
      covered: 1,
    },
    { ...same, cause: 'nobody', count: 1, first: at(20), last: at(20) },
    // Last, though it came before the others that count one.
    { ...same, cause: 'application', address: '10.0.9.9:8080', count: 1, first: at(5), last: at(5) },
  ])
})

test('a request that was reset while the hook ran is not for want of a sleep', () => {
  expect(whyOf(leaving({ slept: 45 }), [refused(7)])).toMatchObject([{ cause: 'reset', sleep: 'asleep' }])
  expect(whyOf(leaving(), [refused(7)])).toMatchObject([{ cause: 'reset', sleep: 'unknown' }])
})

test('one that was open at SIGTERM: its sleep of 10 s did not cover it, and how long it took is not known', () => {
  const target = leaving({ slept: 10 })
  // It came after 9.5 s, and was cut at 10.1 s.
  const [open] = whyOf(target, [cut(9.5, 0.6)])
  expect(open).toMatchObject({ count: 1, sleep: 'open', open: 1 })
  expect(open).not.toHaveProperty('wouldCover')
  expect(whyOf(target, [cut(9.5, 0.6), refused(10), refused(12.2), refused(4)])).toMatchObject([
    { count: 4, sleep: 'after', open: 1, covered: 2, wouldCover: 13 },
  ])
  // At the very moment: more than the 10 s that it had.
  expect(whyOf(target, [refused(10)])).toMatchObject([{ wouldCover: 11 }])
})

test('nothing went wrong', () => {
  expect(whyOf(leaving(), [seen(5)])).toEqual([])
})
