import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sequence } from './actions/arbitrary.ts'
import { faultIn } from './in-process.ts'
import { emptyTally } from './worlds.ts'

const STEPS = 20_000
const SEED = Number(process.env['SLACKWATER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

test('whatever people do, one after another, ends as it would without us, but for our work', () => {
  const tally = emptyTally()
  const property = fc.property(sequence, (one) => {
    const fault = faultIn(one, tally)
    if (fault !== undefined) throw new Error(JSON.stringify({ ...fault, sequence: one }, undefined, 1))
  })
  const runs = Math.ceil(STEPS / 11)
  fc.assert(property, { numRuns: runs, seed: SEED })
  process.stdout.write(`sequences: ${JSON.stringify(tally)}, SLACKWATER_SEED=${SEED}\n`)
  expect(tally.steps).toBeGreaterThanOrEqual(STEPS)
}, 120_000)
