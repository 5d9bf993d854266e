import { expect, test } from 'vitest'
import type { LeavingTarget } from '../../src/core/measurement/leaving-target.ts'
import { joinSources } from '../../src/measure/join-sources.ts'

const AT = Date.UTC(2026, 9, 5, 8)

const pod = (name: string, ip: string, deleted: number): LeavingTarget => ({
  ip,
  pod: { kind: 'Pod', namespace: 'shop', name },
  deleted,
  missing: ['had no hook'],
})
const logged = (ip: string, deregistering: number, targetGroup = 'arn:a'): LeavingTarget => ({
  ip,
  port: 8080,
  targetGroup,
  deregistering,
  deregistered: deregistering + 200,
  missing: [],
})

test('what the ledger and the controller’s log know of one target is one target', () => {
  const [one, ...others] = joinSources([pod('a', '10.0.0.1', AT)], [logged('10.0.0.1', AT + 900)])
  expect(others).toEqual([])
  expect(one).toEqual({
    ...pod('a', '10.0.0.1', AT),
    ...{ port: 8080, targetGroup: 'arn:a', deregistering: AT + 900, deregistered: AT + 1100 },
  })
})

test('a Pod in two target groups is two targets', () => {
  const joined = joinSources(
    [pod('a', '10.0.0.1', AT)],
    [logged('10.0.0.1', AT + 900), logged('10.0.0.1', AT + 950, 'arn:b')],
  )
  expect(joined.map(({ targetGroup, pod: { name } = { name: '' } }) => [targetGroup, name])).toEqual([
    ['arn:a', 'a'],
    ['arn:b', 'a'],
  ])
})

test('an address that was two Pods’: each call belongs to the Pod that was deleted last before it', () => {
  const joined = joinSources(
    [pod('first', '10.0.0.1', AT), pod('second', '10.0.0.1', AT + 600_000)],
    [logged('10.0.0.1', AT + 1_000), logged('10.0.0.1', AT + 601_000)],
  )
  expect(joined.map((one) => one.pod?.name)).toEqual(['first', 'second'])
})

test('a call that no deletion comes before is of no Pod: it was registered again, or the ledger began later', () => {
  // A quarter of an hour and a bit is the longest that the controller waits before it tries again.
  const joined = joinSources(
    [pod('a', '10.0.0.1', AT)],
    [logged('10.0.0.1', AT - 60_000), logged('10.0.0.1', AT + 1_000_001)],
  )
  expect(joined.map((one) => [one.pod?.name, one.deregistering])).toEqual([
    ['a', undefined],
    [undefined, AT - 60_000],
    [undefined, AT + 1_000_001],
  ])
})

test('the ledger’s seconds are whole: a call may seem to begin up to two seconds before the deletion', () => {
  const [one] = joinSources([pod('a', '10.0.0.1', AT)], [logged('10.0.0.1', AT - 1_900)])
  expect(one?.pod?.name).toBe('a')
})

test('a Pod that was evicted has no deletion: it left when it ended', () => {
  const { deleted: _, ...evicted } = { ...pod('a', '10.0.0.1', AT), ended: AT }
  expect(joinSources([evicted], [logged('10.0.0.1', AT + 3_000)])).toEqual([
    { ...evicted, port: 8080, targetGroup: 'arn:a', deregistering: AT + 3_000, deregistered: AT + 3_200 },
  ])
})
