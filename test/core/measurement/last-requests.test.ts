import { describe, expect, test } from 'vitest'
import {
  at,
  groupOf,
  leaving,
  measured,
  NOON,
  refused,
  SERVED,
  seen,
  TARGET_GROUP,
  unreachable,
} from './made.ts'

const ALL = { port: 8080, targetGroup: TARGET_GROUP } as const

describe('the last request that reached a target', () => {
  test('after the deletion, and after the call had returned', () => {
    const target = leaving({ ...ALL, deregistering: at(1), deregistered: at(2) + 500 })
    const group = groupOf([target], [...SERVED, seen(3), seen(11), seen(7)])
    expect(group.seen).toEqual({ lastRequest: 11, propagation: 8.5 })
    expect(group.lastRequest).toMatchObject({ n: 1, median: 11, p95: 11 })
    expect(group.propagation).toMatchObject({ n: 1, median: 8.5 })
    // 2.5 s, with a fraction: as it is.
    expect(group.controller).toEqual({ n: 1, median: 2.5, p95: 2.5, max: 2.5 })
    expect(group.lasts).toEqual([11])
    expect(group).toMatchObject({ departures: 1, silent: 0, requests: 13, from: NOON, to: NOON })
    // Ten in 60 s.
    expect(group.resolution).toBe(6)
    expect(group.lastRequest?.max).toBeGreaterThanOrEqual(11)
  })

  test('two times that have lost their fraction are 2 s apart, from 1.001 s to 2.999 s: 2 s', () => {
    const target = leaving({ ...ALL, deregistered: at(2) })
    expect(groupOf([target], [...SERVED, seen(3)]).controller?.max).toBe(2)
  })

  test('only the end has lost its fraction: it is taken as the end of its second', () => {
    const target = leaving({ ...ALL, deleted: at(0.4), deregistering: at(1), deregistered: at(2) })
    expect(groupOf([target], [...SERVED, seen(3)]).controller?.max).toBeCloseTo(2.6)
  })

  test('none after it: 0; the target was served until then, so it counts', () => {
    const other = leaving({ ip: '10.0.1.3' })
    const group = groupOf([leaving(), other], [...SERVED, seen(7, { target: '10.0.1.3:8080' })])
    expect(group.lasts).toEqual([0, 7])
    expect(group).toMatchObject({ departures: 2, seen: { lastRequest: 7 } })
  })

  test('also a request that failed: the load balancer chose the target', () => {
    expect(groupOf([leaving()], [...SERVED, unreachable(9)]).lasts).toEqual([9])
    const gone = leaving({ ended: at(1), gone: at(2) })
    expect(groupOf([gone], [...SERVED, refused(7), unreachable(8.5)]).lasts).toEqual([8.5])
  })

  test('not one that began before the deletion, however long it took', () => {
    const slow = seen(-20, { answered: at(40) })
    expect(groupOf([leaving()], [...SERVED, slow, seen(4)]).lasts).toEqual([4])
  })

  test('in any order', () => {
    const requests = [...SERVED, seen(3), seen(11), refused(9)]
    const [one, other] = [requests, requests.toReversed()].map((some) => measured([leaving()], some))
    expect(other).toEqual(one)
  })

  test('every port and target group for one that is known by its address; its own only for others', () => {
    const other = 'arn:other'
    const requests = [...SERVED, seen(5, { target: '10.0.1.2:9090' }), seen(6, { targetGroup: other })]
    expect(measured([leaving()], requests).targetGroups.map(({ lasts }) => lasts)).toEqual([[5], [6]])
    const group = measured([leaving(ALL)], [...requests, seen(2)]).targetGroups.find(
      ({ targetGroup }) => targetGroup !== other,
    )
    expect(group?.lasts).toEqual([2])
  })

  test('IPv6, as logs write it and as Kubernetes does', () => {
    const target = { target: '[2001:db8::a]:8080' }
    const requests = [...SERVED, seen(-5, target), seen(4, target)]
    for (const one of [{ ip: '2001:db8::a' }, { ip: '2001:DB8::A', port: 8080 }])
      expect(groupOf([leaving(one)], requests).lasts).toEqual([4])
  })
})

describe('what says nothing', () => {
  test('a departure that the logs have no request to', () => {
    const idle = leaving({ ...ALL, ip: '10.0.7.7' })
    const { targetGroups, unseen } = measured([leaving(), idle], [...SERVED, seen(4)])
    expect(targetGroups[0]).toMatchObject({ departures: 1, silent: 1 })
    expect(unseen).toBe(1)
  })

  test('one that the logs end before: 25 s after it P may not be over', () => {
    const requests = SERVED.filter((request) => request.at < at(25))
    expect(groupOf([leaving()], requests)).toMatchObject({ departures: 0, silent: 1 })
  })

  test('one in a gap of the logs', () => {
    // AWS's files are of five minutes: from -20,100 to -19,800 s there is one, and none of the next.
    const early = leaving({ deleted: at(-19_810) })
    expect(groupOf([early], [...SERVED, seen(-19_811), seen(-19_805)])).toMatchObject({
      departures: 0,
      silent: 1,
    })
  })

  /** A blue-green rollout of Argo Rollouts, or a handover. */
  test('one that had left its Services long before: a ledger alone has only the deletion', () => {
    const early = leaving({ ip: '10.0.1.3' })
    const before = Array.from({ length: 10 }, (_, index) =>
      seen(-60 + 3 * index, { target: '10.0.1.3:8080' }),
    )
    const requests = [...SERVED, ...before]
    // Ten in 27 s, and none in the 33 s after them, which are more than three times 2.7 s.
    expect(groupOf([leaving(), early], [...requests, seen(4)])).toMatchObject({
      departures: 1,
      silent: 1,
      lasts: [4],
    })
    // Eleven in 53 s, and none in the 7 s after them: chance, if one came each 4.8 s.
    const late = seen(-7, { target: '10.0.1.3:8080' })
    expect(groupOf([leaving(), early], [...requests, seen(4), late]).lasts).toEqual([0, 4])
  })

  test('a target group that no request was sent for after any departure: all had left before', () => {
    const group = groupOf([leaving()], SERVED)
    expect(group).toMatchObject({ departures: 0, silent: 1, lasts: [], seen: {} })
    expect(group.lastRequest).toBeUndefined()
  })

  test('one without any time', () => {
    const { deleted: _, ...undated } = leaving()
    expect(measured([undated], SERVED)).toMatchObject({ undated: 1, unseen: 0, targetGroups: [] })
  })

  /** A handover takes a Pod out of its Services long before it deletes it. */
  test('a deletion long after the call shows nothing of C + P', () => {
    const target = leaving({ ...ALL, deregistering: at(-40), deregistered: at(-39) })
    const group = groupOf([target], [...SERVED, seen(-30.5)])
    expect(group.lastRequest).toBeUndefined()
    expect(group.controller).toBeUndefined()
    // The last of SERVED came at -6.
    expect(group.seen).toEqual({ propagation: 33 })
  })
})

describe('an address that another Pod has', () => {
  const gone = leaving({ ended: at(40), gone: at(41) })

  /** Another VPC with the same addresses, or a node that is a target itself and has a Pod with the host's network. */
  test('it answers on when the containers have ended: it was never the Pod’s', () => {
    const other = leaving({ ip: '10.0.1.3' })
    const requests = Array.from({ length: 40 }, (_, index) => seen(-100 + 6 * index))
    const group = groupOf([gone, other], [...requests, ...SERVED, seen(7, { target: '10.0.1.3:8080' })])
    expect(group).toMatchObject({ departures: 1, silent: 1, lasts: [7] })
    // After 20 s of silence it may have been another Pod's, as with the VPC CNI after 30 s: the Pod's own counts.
    const apart = requests.filter((one) => one.at < at(24) || one.at > at(44))
    expect(groupOf([gone], [...apart, ...SERVED]).lasts).toEqual([20])
    // A failure at its end shows that it was the Pod’s, and that the next one was quick.
    expect(groupOf([gone], [...requests, ...SERVED, refused(41)]).lasts).toEqual([41])
  })

  test('an answer after the containers had ended is another Pod’s; so is all that follows', () => {
    const requests = [...SERVED, seen(12), refused(42), seen(75), refused(80)]
    for (const some of [requests, requests.toReversed()]) {
      const group = groupOf([gone], some)
      expect(group.lasts).toEqual([42])
      expect(group.losses).toMatchObject({ reset: 1 })
      expect(group.unrelated).toBe(1)
    }
  })

  test('the controller’s log tells when it was registered again', () => {
    const reused = leaving({ ...ALL, deregistered: at(1) + 1, reused: at(60) })
    expect(groupOf([reused], [...SERVED, seen(12), seen(61), refused(70)]).lasts).toEqual([12])
  })

  test('registered again before requests could end: it counts only as the longest', () => {
    const flap = leaving({ ...ALL, deregistered: at(1), deregistering: at(1), reused: at(11) })
    const other = leaving({ ...ALL, ip: '10.0.1.3' })
    const flowing = [...SERVED, seen(5), seen(10), seen(12)]
    for (const [last, lasts, silent] of [
      [12, [12], 1],
      // Requests to the other ended before: those to this one went on for 10 s at least.
      [7, [7, 10], 0],
    ] as const) {
      const group = groupOf([flap, other], [...flowing, seen(last, { target: '10.0.1.3:8080' })])
      expect(group).toMatchObject({ lasts, silent })
    }
  })

  test('each request is for the departure before it', () => {
    const next = leaving({
      pod: { kind: 'Pod', namespace: 'shop', name: 'web-2' },
      deleted: at(200),
      gone: at(260),
    })
    const requests = [...SERVED, seen(12), seen(150), seen(190), seen(213), refused(214)]
    const group = groupOf([{ ...gone }, next], requests)
    expect(group.lasts).toEqual([12, 14])
    expect(group.lost.map(({ target, after }) => [target?.pod?.name, after])).toEqual([['web-2', 14]])
  })

  test('two departures of an address, and nothing tells when it changed hands: the first says nothing', () => {
    const [first, second] = [leaving(), leaving({ deleted: at(120) })]
    const group = groupOf([first, second], [...SERVED, seen(12), seen(110), seen(130)])
    expect(group).toMatchObject({ lasts: [10], departures: 1, silent: 1 })
  })

  /** 60 in the minute before it left; 25 s without any after it; then others come. */
  test('nothing tells of its end, but requests come again after a long silence', () => {
    const busy = [
      ...SERVED,
      ...Array.from({ length: 60 }, (_, index) => seen(-59.5 + index * 0.98)),
      seen(2),
      seen(9),
    ]
    const requests = [...busy, refused(12), seen(37), seen(40), refused(50)]
    for (const some of [requests, requests.toReversed()])
      expect(groupOf([leaving()], some)).toMatchObject({ lasts: [12], losses: { reset: 1 }, unrelated: 1 })
    // Then the next departure of the address does not hide it.
    const next = leaving({ deleted: at(77) })
    expect(groupOf([leaving(), next], [...requests, seen(80)]).lasts).toEqual([3, 12])
    // A quiet target may be silent for so long by chance.
    expect(groupOf([leaving()], [...SERVED, seen(2), seen(37)]).lasts).toEqual([37])
  })

  /** Jobs that send a hundred at a time: at -50, -25, 0 and 25 s. */
  test('not where requests come in bursts: the next one is not another Pod’s', () => {
    const burst = (seconds: number) =>
      Array.from({ length: 100 }, (_, index) => seen(seconds + index / 1_000))
    expect(groupOf([leaving()], [...SERVED.slice(10), ...[-50, -25, 0, 25].flatMap(burst)]).lasts).toEqual([
      25.099,
    ])
  })

  test('not longer than the window of 300 s', () => {
    const group = groupOf([leaving()], [...SERVED, seen(12), seen(299), seen(301), refused(350)])
    expect(group).toMatchObject({ lasts: [299], unrelated: 1, losses: { reset: 0 } })
  })
})

describe('hostile', () => {
  test('the same departure twice counts once, and has what either knows', () => {
    const twice = [leaving(), leaving({ gone: at(50), deleted: NOON + 400 })]
    expect(groupOf(twice, [...SERVED, seen(12)])).toMatchObject({ departures: 1, lasts: [12] })
  })

  /** A shift of the ledger's clock goes into each time from a deletion, one for one; losses are still found. */
  test.each([-2, 2])('a ledger whose clock differs from that of AWS by %d s', (skew) => {
    const requests = [...SERVED, refused(1), seen(9)]
    const group = groupOf([leaving({ deleted: at(skew) })], requests)
    expect(group.lasts).toEqual([9 - skew])
    expect(group.losses.reset).toBe(1)
  })

  test('10,000 departures of one address, a request to each', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      leaving({ deleted: at(index * 100), ended: at(index * 100 + 20) }),
    )
    const requests = many.flatMap((_, index) => [seen(index * 100 - 10), seen(index * 100 + 7)])
    const group = groupOf(many, requests)
    // The last one is at the end of the logs.
    expect(group.departures).toBe(9_999)
    // 7 s after a deletion whose fraction is cut off: half a second less, on average.
    expect(group.seen.lastRequest).toBeCloseTo(6.5, 1)
    expect(group.lasts).toHaveLength(1_000)
  })

  test('times and addresses that are none', () => {
    const odd = ['', '-', ':', '[', '[]:', '10.0.1.2', '10.0.1.2:', '__proto__', 'constructor:1']
    const requests = odd.flatMap((target) => [seen(1, { target }), seen(Number.NaN, { target, status: 599 })])
    expect(() =>
      measured([leaving(), leaving({ ip: '' }), leaving({ ip: '__proto__' })], requests),
    ).not.toThrow()
  })
})
