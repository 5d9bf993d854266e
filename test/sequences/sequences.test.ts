import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runsOf } from '../depth.ts'
import { SEED, sequence } from './actions/arbitrary.ts'
import type { Sequence } from './actions/steps.ts'
import { faultIn } from './in-process.ts'
import { emptyTally } from './worlds.ts'

/** A sequence has eleven or twelve steps on the average; all of them have well over 20,000 together. */
const SEQUENCES = runsOf(1850)
const STEPS = runsOf(20_000)

test('whatever people do, one after another, ends as it would without us, but for our work', () => {
  const tally = emptyTally()
  const property = fc.property(sequence, (one: Sequence) => {
    const fault = faultIn(one, tally)
    // Shrunk, it becomes a case with a name, in cases.ts.
    if (fault !== undefined) throw new Error(JSON.stringify({ ...fault, sequence: one }, undefined, 1))
  })
  fc.assert(property, { numRuns: SEQUENCES, seed: SEED })
  process.stdout.write(`sequences: ${JSON.stringify(tally)}, SLACKWATER_SEED=${SEED}\n`)
  expect(tally.steps).toBeGreaterThanOrEqual(STEPS)
  // Sequences in which nothing is accepted, or nothing is ours, would prove nothing.
  expect(tally.compared / tally.steps).toBeGreaterThan(0.5)
  expect(tally.protected / tally.steps).toBeGreaterThan(0.3)
}, 400_000)
