import fc from 'fast-check'
import type { LedgerEvent } from '../../../src/core/departures/event.ts'
import type { PodFacts } from '../../../src/core/departures/pod-facts.ts'
import type { DepartureOutcome } from '../../../src/core/departures/verdict.ts'
import { born, container, deleted, ended, GATE, NEED, pod, t } from './cluster.ts'

/*
 * A rollout as a cluster would tell it: what happens is generated first, with its faults, and then how it is told: other
 * watches are late, events come twice or again from before, a part is not told at all.
 */

/** What may go wrong with one Pod that leaves, and what follows from design.md, section 10. */
const FAULTS = {
  none: 'covered',
  'second delete': 'covered',
  'grace cut': 'exposed',
  'ignores SIGTERM': 'exposed',
  'out of memory': 'exposed',
  crash: 'exposed',
  'no hook': 'exposed',
  'short hook': 'exposed',
  'hook failed': 'exposed',
  'by force': 'exposed',
  'unknown hook': 'unknown',
  'node gone': 'unknown',
} as const satisfies Readonly<Record<string, DepartureOutcome>>

type Fault = keyof typeof FAULTS

export interface Plan {
  readonly faults: readonly Fault[]
  /** A new Pod is ready before an old one leaves; otherwise the old one leaves first, as in a StatefulSet. */
  readonly surges: boolean
  readonly gates: 'held' | 'none' | 'given up'
}

export const plans: fc.Arbitrary<Plan> = fc.record({
  faults: fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant<Fault>('none') },
      { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(FAULTS) as Fault[])) },
    ),
    { minLength: 2, maxLength: 6 },
  ),
  surges: fc.boolean(),
  gates: fc.constantFrom('held', 'held', 'held', 'none', 'given up'),
})

/** @returns what each old Pod's departure is, by name. */
export const expected = ({ faults, gates }: Plan): ReadonlyMap<string, DepartureOutcome> =>
  new Map(faults.map((fault, index) => [`a${index}`, gates === 'held' ? FAULTS[fault] : 'exposed']))

export const worst = (outcomes: Iterable<DepartureOutcome>): DepartureOutcome => {
  const all = [...outcomes]
  return all.includes('exposed') ? 'exposed' : all.includes('unknown') ? 'unknown' : 'covered'
}

/** Something that happens, at a second; `watch`: by which watch it is told. */
export interface Happening {
  readonly at: number
  readonly watch: 'pods' | 'others'
  readonly event: LedgerEvent
}

const told = (at: number, facts: PodFacts): Happening => ({
  at,
  watch: 'pods',
  event: { kind: 'pod', at: t(at), pod: facts, need: NEED },
})

const removed = (at: number, facts: PodFacts): readonly Happening[] => [
  told(at, deleted(facts, at, 0)),
  { at, watch: 'pods', event: { kind: 'gone', at: t(at), uid: facts.uid, pod: deleted(facts, at, 0) } },
]

/** How an old Pod leaves that is deleted at a second. */
function leaves(facts: PodFacts, at: number, fault: Fault): readonly Happening[] {
  const until = (after: number, exitCode = 143, reason = 'Error', grace = 75): readonly Happening[] => {
    const last = ended(deleted(facts, at, grace), at + after, exitCode, reason)
    return [told(at, deleted(facts, at, grace)), told(at + after + 1, last), ...removed(at + after + 2, last)]
  }
  switch (fault) {
    case 'grace cut':
      return until(30, 137, 'Error', 30)
    case 'ignores SIGTERM':
      return until(75, 137)
    case 'out of memory':
      return until(20, 137, 'OOMKilled')
    case 'crash':
      return until(5, 1)
    case 'no hook':
      return until(1)
    case 'short hook':
      return until(16)
    case 'by force':
      return removed(at, facts)
    case 'node gone':
      return [
        told(at, deleted(facts, at)),
        {
          at: at + 40,
          watch: 'others',
          event: { kind: 'node-gone', at: t(at + 40), node: facts.node ?? '' },
        },
        ...removed(at + 41, deleted(facts, at)),
      ]
    case 'hook failed':
      return [
        ...until(46),
        {
          at: at + 1,
          watch: 'others',
          event: { kind: 'hook-failed', at: t(at + 1), uid: facts.uid, message: 'failed' },
        },
      ]
    case 'second delete':
      return [...until(45), told(at + 10, deleted(facts, at, 1))]
    default:
      return until(45)
  }
}

const containersOf = (fault: Fault) =>
  fault === 'no hook'
    ? [container('app', 'none')]
    : fault === 'short hook'
      ? [container('app', 15)]
      : fault === 'unknown hook'
        ? [container('app', 'unknown')]
        : [container(), container('sidecar', 50)]

/** Seconds between two steps of a rollout. */
const STEP = 25

/** Everything that happens from second 50, when the first list is read, in its order. */
export function happenings({ faults, surges, gates }: Plan): readonly Happening[] {
  const all = faults.flatMap((fault, index): readonly Happening[] => {
    const old = pod(`a${index}`, 0, { containers: containersOf(fault), node: `node-${index}` })
    const start = 100 + index * STEP
    const created = surges ? start : start + 2
    const gate = gates === 'none' ? [] : [{ type: GATE, passed: t(created + (gates === 'held' ? 19 : 60)) }]
    const next = pod(`b${index}`, created, { revision: 'b', gates: gate })
    return [
      told(50, old),
      told(created, born(next)),
      told(created + 20, gates === 'given up' ? { ...next, gates: [{ type: GATE }] } : next),
      ...(gates === 'given up' ? [told(created + 60, next)] : []),
      ...leaves(old, surges ? created + 21 : start, fault),
    ]
  })
  return all.toSorted((a, b) => a.at - b.at)
}

export const END = 1_000
