import { describe, expect, test } from 'vitest'
import { createMeasurement } from '../../../src/core/measurement/create-measurement.ts'
import type { RequestSeen } from '../../../src/core/measurement/request-seen.ts'
import { runsOf } from '../../depth.ts'
import {
  at,
  cut,
  groupOf,
  idle,
  LOAD_BALANCER,
  leaving,
  measured,
  nobody,
  refused,
  SERVED,
  seen,
  TARGET_GROUP,
  unreachable,
} from './made.ts'
import { randomOf, waitOf } from './random.ts'

const target = leaving({ ended: at(45), gone: at(46), missing: ['had no hook'] })
const found = (...requests: readonly RequestSeen[]) => {
  const { lost, losses, unrelated, answered } = groupOf([target], [...SERVED, ...requests])
  return {
    lost: lost.map(({ cause, status, after }) => ({ cause, status, after })),
    losses,
    unrelated,
    answered,
  }
}
const NOTHING = { lost: [], losses: { reset: 0, connect: 0, nobody: 0, other: 0 }, unrelated: 0, answered: 0 }

describe('a request is lost at a leaving target', () => {
  test('that refused it', () => {
    expect(found(refused(7)).lost).toEqual([{ cause: 'reset', status: 502, after: 7 }])
  })
  test('that closed the connection under it, also if it had begun long before', () => {
    expect(found(cut(-90, 135)).lost).toEqual([{ cause: 'reset', status: 502, after: -90 }])
  })
  test('whose address no longer answered', () => {
    expect(found(unreachable(46.5)).lost).toEqual([{ cause: 'connect', status: 504, after: 46.5 }])
  })
  test('that ended with it open, and nothing came any more', () => {
    expect(found(idle(20)).lost).toEqual([{ cause: 'connect', status: 504, after: 20 }])
  })
  test('with another status of the load balancer’s own, or gRPC without an answer', () => {
    const other = { status: 500 }
    expect(found(refused(3, other)).lost).toEqual([{ cause: 'other', status: 500, after: 3 }])
    expect(found(cut(3, 1, { status: 200 })).lost).toEqual([{ cause: 'other', status: 200, after: 3 }])
  })
  test('with nobody there: shortly after a departure from the target group', () => {
    const { lost } = found(nobody(50), nobody(-1.5))
    expect(lost).toEqual([
      { cause: 'nobody', status: 503, after: undefined },
      { cause: 'nobody', status: 503, after: undefined },
    ])
  })
  test('with the target, and what was missing', () => {
    const [lost] = groupOf([target], [...SERVED, refused(7)]).lost
    expect(lost?.target).toEqual(target)
  })

  /** For its node's memory: the containers end at once, and nobody deletes the Pod. */
  test('that was evicted: from its end on, and not from when its address was taken out', () => {
    const { deleted: _, ...pod } = leaving({ ended: at(0), missing: ['was evicted'] })
    const logged = {
      ...pod,
      port: 8080,
      targetGroup: TARGET_GROUP,
      deregistering: at(4),
      deregistered: at(4.2),
    }
    for (const target of [pod, logged]) {
      const group = groupOf([target], [...SERVED, refused(1), unreachable(9), seen(60)])
      expect(group.lost.map((one) => [one.cause, one.target?.missing, one.after])).toEqual([
        ['reset', ['was evicted'], undefined],
        ['connect', ['was evicted'], undefined],
      ])
      // It says nothing of how long requests come after a deletion.
      expect(group.lastRequest).toBeUndefined()
    }
  })
})

describe('a request is not lost at a leaving target', () => {
  test('if the application answered, whatever it said', () => {
    const own = [500, 502, 503, 504].map((status) => seen(10, { status, targetStatus: status }))
    expect(found(...own)).toEqual({ ...NOTHING, answered: 4 })
  })
  test('before it left', () => {
    expect(found(refused(-30), cut(-50, 10))).toEqual({ ...NOTHING, unrelated: 2 })
  })
  test('if the client went away, or sent what is no request', () => {
    const client = [400, 408, 460, 463].map((status) => refused(12, { status }))
    expect(found(...client)).toEqual(NOTHING)
  })
  test('if the application was too slow and still ran', () => {
    expect(found(idle(-50))).toEqual({ ...NOTHING, unrelated: 1 })
    const { ended: _, gone: __, ...unseen } = target
    expect(groupOf([unseen], [...SERVED, idle(3)])).toMatchObject({ lost: [], unrelated: 1 })
  })
  test('if nobody was there without a departure, or no target group was asked', () => {
    const { targetGroup: _, ...fixed } = nobody(10)
    const { loadBalancers } = measured([target], [...SERVED, nobody(302), nobody(-4), fixed])
    expect(loadBalancers[0]).toMatchObject({ lost: [], unrelated: 3 })
  })
  test('at another address', () => {
    expect(found(refused(7, { target: '10.0.9.9:8080' }))).toEqual({ ...NOTHING, unrelated: 1 })
  })
})

test('two requests of the same millisecond without a trace are two: only the reader can tell a line that it has twice', () => {
  const one = refused(7, { trace: '-' })
  expect(found(one, { ...one }).lost).toHaveLength(2)
})

test('beyond the bound they are counted, and reach the target all the same', () => {
  const requests = Array.from({ length: 40 }, (_, index) => refused(1 + index / 4))
  const group = groupOf([target], [...SERVED, ...requests], { kept: 10 })
  expect(group.lost).toHaveLength(10)
  expect(group.losses.reset).toBe(40)
  expect(group.lasts).toEqual([10.75])
  // 503 far from any departure take no room.
  const far = Array.from({ length: 20 }, (_, index) => nobody(-5_000 + index))
  expect(groupOf([target], [...far, ...SERVED, ...requests], { kept: 10 })).toMatchObject({
    unrelated: 20,
    losses: { reset: 40, nobody: 0 },
    lost: { length: 10 },
  })
})

test('5xx of a span, each with its reason', () => {
  const own = seen(5, { status: 500, targetStatus: 500 })
  const requests = [
    ...SERVED,
    refused(7),
    own,
    refused(8, { target: '10.0.9.9:8080' }),
    nobody(6),
    refused(70),
  ]
  const { errors } = measured([target], requests.toReversed(), { span: { from: at(0), to: at(60) } })
  expect(
    errors.map(({ request, cause, target: one }) => [request.at - at(0), cause, one?.pod?.name]),
  ).toEqual([
    [5_000, 'application', undefined],
    [6_000, 'nobody', undefined],
    [7_000, 'reset', 'web-1'],
    [8_000, 'unrelated', undefined],
  ])
})

describe('what is wanted', () => {
  const wanted = createMeasurement([target])
  const wants = (name: string, seconds: number, status = 200): boolean =>
    wanted.wants(LOAD_BALANCER, name, at(seconds), status)

  test('requests around a departure, and every 5xx', () => {
    expect([-61, -60, 0, 599, 601].map((seconds) => wants('10.0.1.2:8080', seconds))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    expect(wants('10.0.1.3:8080', 5)).toBe(false)
    expect(wants('-', 5)).toBe(false)
    expect(wants('-', -5_000, 503)).toBe(true)
  })
})

interface Sent {
  readonly request: RequestSeen
  readonly cause?: string
}

interface PlayedPod {
  readonly name: string
  readonly target: string
  /** Seconds after noon. */
  readonly deleted: number
  readonly sigterm: number
  readonly gone: number
}

/** What becomes of a request that a node sends: the target refuses it, cuts it, or no longer has the address. */
function sent({ target, sigterm, gone }: PlayedPod, time: number, random: () => number): Sent {
  const length = random() < 0.02 ? waitOf(10, random) : random() / 10
  if (time >= gone) return { request: unreachable(time, { target }), cause: 'connect' }
  if (time >= sigterm) return { request: refused(time, { target }), cause: 'reset' }
  if (time + length > gone) return { request: cut(time, gone - time, { target }), cause: 'reset' }
  if (random() < 0.01) return { request: seen(time, { target, status: 502, targetStatus: 502 }) }
  return { request: seen(time, { target, answered: at(time + length) }) }
}

/** From a minute before the deletion until each of three nodes stops. */
function sentTo(pod: PlayedPod, random: () => number): readonly Sent[] {
  const all: Sent[] = []
  for (let node = 0; node < 3; node += 1) {
    const stop = pod.deleted + 1 + random() * 12
    for (let time = pod.deleted - 70; time < stop; time += waitOf(0.5, random))
      all.push(sent(pod, time, random))
  }
  // 32 s later, at the soonest, another Pod has the address, and answers.
  const next = { ...pod, sigterm: Number.POSITIVE_INFINITY, gone: Number.POSITIVE_INFINITY }
  for (let time = pod.gone + 32; time < pod.deleted + 400; time += waitOf(3, random))
    all.push(sent(next, time, random))
  return all
}

/** Pods that leave one after the other with sleeps of their own; addresses are used again; requests come in any order. */
function play(seed: number) {
  const random = randomOf(seed)
  const pods = Array.from({ length: 30 }, (_, index): PlayedPod => {
    const [deleted, sleep] = [index * 120 + random(), random() < 0.5 ? 45 : random() * 10]
    const [sigterm, gone] = [deleted + sleep, deleted + sleep + 1]
    return { name: `web-${index}`, target: `10.0.1.${index % 4}:8080`, deleted, sigterm, gone }
  })
  const all = pods.flatMap((pod) => sentTo(pod, random).map((one) => ({ ...one, pod })))
  const whole = (time: number): number => at(Math.floor(time))
  return {
    requests: all.map(({ request }) => ({ request, order: random() })).sort((a, b) => a.order - b.order),
    lost: all.flatMap(({ request, cause, pod }) =>
      cause === undefined ? [] : `${request.trace} ${cause} ${pod.name}`,
    ),
    targets: pods.map(({ name, target: address, deleted, gone }) =>
      leaving({
        ip: address.slice(0, address.indexOf(':')),
        pod: { kind: 'Pod', namespace: 'shop', name },
        deleted: whole(deleted),
        ended: whole(gone),
        gone: whole(gone),
      }),
    ),
  }
}

test('played: found are those that were lost, each with its Pod and cause, and no other', () => {
  for (let seed = 1; seed <= runsOf(50); seed += 1) {
    const { requests, targets, lost } = play(seed)
    const group = groupOf(
      targets,
      requests.map(({ request }) => request),
    )
    const names = group.lost.map(
      ({ trace, cause, target: one }) => `${trace} ${cause} ${one?.pod?.name ?? ''}`,
    )
    expect(names.toSorted(), `seed ${seed}`).toEqual(lost.toSorted())
    expect(lost.length).toBeGreaterThan(50)
    expect(group.unrelated).toBe(0)
    expect(group.departures).toBe(30)
    // P 12, C 1, and up to a second that the deletion has lost.
    expect(group.lastRequest?.max).toBeGreaterThan(12)
    expect(group.lastRequest?.max).toBeLessThan(15)
  }
})

test('100,000 healthy requests, with errors of the application among them: none is lost', () => {
  const random = randomOf(7)
  const targets = Array.from({ length: 100 }, (_, index) =>
    leaving({ ip: `10.0.1.${index}`, deleted: at(index * 30) }),
  )
  const statuses = [200, 301, 404, 500, 502, 503, 504]
  const measuring = createMeasurement(targets)
  let errors = 0
  for (let index = 0; index < 100_000; index += 1) {
    const status = random() < 0.01 ? (statuses[Math.floor(random() * statuses.length)] ?? 200) : 200
    const one = { target: `10.0.1.${Math.floor(random() * 100)}:8080`, status, targetStatus: status }
    const request = seen(random() * 3_000, one)
    if (status >= 500) errors += 1
    if (measuring.wants(LOAD_BALANCER, one.target, request.answered, status)) measuring.take(request)
  }
  const { loadBalancers, requests } = measuring.end()
  expect(requests).toBe(100_000)
  expect(loadBalancers[0]).toMatchObject({ lost: [], losses: NOTHING.losses, unrelated: 0, answered: errors })
})
