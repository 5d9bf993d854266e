import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SEED, sequence } from './actions/arbitrary.ts'
import { isKept, isWorldStep, type Sequence } from './actions/steps.ts'
import { type Found, faultIn } from './in-process.ts'
import { emptyTally } from './worlds.ts'

/** A sequence has eleven or twelve steps on the average; so many of them have well over 20,000 together. */
const SEQUENCES = 1800
const STEPS = 20_000

/** What OPEN in cases.ts has by name, met at random. */
function isOpen({ what, step }: Found, { kind, steps }: Sequence): boolean {
  const done = steps.slice(0, step + 1).filter((one) => !isWorldStep(one))
  const edits = done.at(-1)?.edits ?? []
  const isFull = edits.some((edit) => edit.what === 'annotation' && edit.key === 'example.com/blob')
  const statesGrace = done.some(
    (one) => isKept(one) && one.verb !== 'apply' && one.edits.some((edit) => edit.what === 'grace'),
  )
  const isOfGrace = what.startsWith('differs') || what.startsWith('a Pod differs')
  return (kind === 'Pod' && isFull) || (isOfGrace && statesGrace) || what.startsWith('asked again')
}

/** They are rare: a program that does such things as a rule is caught. */
const OPEN_AT_MOST = 0.01

test('whatever people do, one after another, ends as it would without us, but for our work', () => {
  const tally = emptyTally()
  const open = 0
  const property = fc.property(sequence, (one) => {
    const fault = faultIn(one, tally)
    // Shrunk, it becomes a case with a name, in cases.ts.
    if (fault !== undefined && !isOpen(fault, one))
      throw new Error(JSON.stringify({ ...fault, sequence: one }, undefined, 1))
  })
  fc.assert(property, { numRuns: SEQUENCES, seed: SEED })
  process.stdout.write(`sequences: ${JSON.stringify(tally)}, open: ${open}, SLACKWATER_SEED=${SEED}\n`)
  expect(tally.steps).toBeGreaterThanOrEqual(STEPS)
  expect(open / SEQUENCES).toBeLessThan(OPEN_AT_MOST)
  // Sequences in which nothing is accepted, or nothing is ours, would prove nothing.
  expect(tally.compared / tally.steps).toBeGreaterThan(0.5)
  expect(tally.protected / tally.steps).toBeGreaterThan(0.3)
}, 120_000)
