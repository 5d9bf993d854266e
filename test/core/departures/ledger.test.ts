import { expect, test } from 'vitest'
import { createLedger } from '../../../src/core/departures/create-ledger.ts'
import { born, deleted, ended, pod, t, tell } from './cluster.ts'

test('a rollout of two in which everything was in force is covered, and told once', () => {
  const ledger = createLedger()
  const it = tell(ledger)
  const a1 = pod('a1', 0)
  const a2 = pod('a2', 0)
  it.pod(100, a1)
  it.pod(100, a2)
  it.listed(100, a1, a2)
  const b1 = pod('b1', 200, { revision: 'b' })
  it.pod(200, born(b1))
  it.pod(220, b1)
  it.pod(221, deleted(a1, 221))
  const b2 = pod('b2', 221, { revision: 'b' })
  it.pod(221, born(b2))
  it.pod(241, b2)
  it.pod(242, deleted(a2, 242))
  it.pod(267, ended(deleted(a1, 221), 266))
  it.gone(267, a1, ended(deleted(a1, 221, 0), 266))
  it.pod(288, ended(deleted(a2, 242), 287))
  it.gone(288, a2, ended(deleted(a2, 242, 0), 287))
  it.tick(400)
  it.tick(500)
  expect(it.news.departures.map(({ pod: { name }, outcome, reasons }) => [name, outcome, reasons])).toEqual([
    ['a1', 'covered', []],
    ['a2', 'covered', []],
  ])
  expect(it.news.rollouts).toMatchObject([
    {
      revision: 'b',
      began: t(200),
      isSuperseded: false,
      verdict: 'covered',
      departures: { covered: 2, exposed: 0, unknown: 0 },
      shortestSleep: 45,
      gates: { held: 2, of: 2, longest: 14 },
      reasons: [],
    },
  ])
  expect(it.news.gates).toEqual([14, 14])
  expect(ledger.view()).toMatchObject({ since: t(100), followed: 2, others: [] })
  expect(ledger.view().rollouts).toEqual(it.news.rollouts)
})
