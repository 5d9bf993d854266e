import { describe, expect, test } from 'vitest'
import { lastCallAfter, leastController, limitsOf } from '../../../src/core/discovery/lbc/throttle.ts'
import type { CallLimit } from '../../../src/core/discovery/objects/lbc-state.ts'

const USUAL: readonly CallLimit[] = [{ perSecond: 4, burst: 20 }]

describe('the limits of DeregisterTargets in --aws-api-throttle', () => {
  test.for<readonly [text: string, limits: readonly CallLimit[] | undefined, why: string]>([
    ['WAFV2:^AssociateWebACL|DisassociateWebACL=0.5:1', USUAL, 'another service leaves the defaults'],
    [
      'Elastic Load Balancing v2:RegisterTargets|DeregisterTargets=4:20,Elastic Load Balancing v2:.*=10:40',
      [
        { perSecond: 4, burst: 20 },
        { perSecond: 10, burst: 40 },
      ],
      'the example of LBC’s documentation: both match',
    ],
    [
      'Elastic Load Balancing v2:^RegisterTargets|^DeregisterTargets=8:40',
      [{ perSecond: 8, burst: 40 }],
      'its default, doubled',
    ],
    ['Elastic Load Balancing v2:^Describe.*=50:200', [], 'an entry for the service clears its defaults'],
    ['Elastic Load Balancing v2:^RegisterTargets=1:1', [], 'anchored: the call only ends so'],
    ['Elastic Load Balancing v2:RegisterTargets=1:1', [], 'DeregisterTargets has a small r'],
    [
      'Elastic Load Balancing v2:registerTargets$=2:5',
      [{ perSecond: 2, burst: 5 }],
      'not anchored at its start',
    ],
    [
      'Elastic Load Balancing v2:^Deregister.*$=0.5:1',
      [{ perSecond: 0.5, burst: 1 }],
      'the beginning of a name',
    ],
    [
      'Elastic Load Balancing v2:(De|R)egisterTargets=2:5',
      undefined,
      'a regular expression that is not read',
    ],
    ['Elastic Load Balancing v2:^(a+)+$=2:5', undefined, 'nor is a hostile one run'],
    ['Elastic Load Balancing v2:.*=0:5', undefined, 'no call would ever be made'],
    ['Elastic Load Balancing v2:.*=4', undefined, 'LBC does not start with it'],
    ['', undefined, 'nor with none'],
  ])('%s', ([text, limits]) => expect(limitsOf(text)).toEqual(limits))
})

describe('so many calls at once', () => {
  // 4 a second after a burst of 20: (60 − 20) / 4 = 10. With 1.3 s for a call that need not wait: 11.3, rounded up.
  test.for<readonly [calls: number, wait: number, needed: number]>([
    [1, 0, 2],
    [20, 0, 2],
    [34, 3.5, 5],
    [35, 3.75, 6],
    [60, 10, 12],
    [10_000, 2495, 2497],
  ])('%i target groups wait for %d s and need C %i', ([calls, wait, needed]) => {
    expect(lastCallAfter(USUAL, calls)).toBe(wait)
    expect(leastController(USUAL, calls)).toBe(needed)
  })

  test('of several limits the slowest counts; without any nothing waits', () => {
    // (60 − 40) / 2 = 10 is more than (60 − 20) / 8 = 5.
    const two = [
      { perSecond: 8, burst: 20 },
      { perSecond: 2, burst: 40 },
    ]
    expect(lastCallAfter(two, 60)).toBe(10)
    expect(leastController([], 1000)).toBe(2)
  })
})
