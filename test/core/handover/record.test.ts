import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type HandoverRecord,
  isOverdue,
  parseHandover,
  printHandover,
} from '../../../src/core/handover/record.ts'
import { seconds } from '../../../src/core/model/seconds.ts'
import { runsOf } from '../../depth.ts'

const RECORD: HandoverRecord = {
  step: 'leaving',
  workload: { kind: 'Deployment', name: 'web' },
  replicaSet: 'web-6d4cf56db6',
  releaseLabel: 'pod-template-hash',
  leaveLabels: ['app'],
  labels: { 'pod-template-hash': '6d4cf56db6', app: 'web' },
  floor: 10,
  sleep: seconds(45),
  healthy: seconds(35),
  gated: true,
  disruptionBudgets: ['web'],
  deadline: '2026-11-29T11:00:00.000Z',
  spare: { name: 'web-6d4cf56db6-x2x4z', uid: '1b', cost: '7' },
  cost: '-3',
}

const without = (key: string): Record<string, unknown> => {
  const { [key]: _, ...rest } = JSON.parse(printHandover(RECORD)) as Record<string, unknown>
  return rest
}

describe('the record', () => {
  test('what is written is read again', () => {
    expect(parseHandover(printHandover(RECORD))).toEqual({
      kind: 'record',
      record: { version: 1, ...RECORD },
    })
    expect(parseHandover(undefined)).toEqual({ kind: 'none' })
  })

  test('it names its version and step first: people read it with kubectl', () => {
    expect(printHandover(RECORD)).toMatch(
      /^\{"version":1,"step":"leaving","deadline":"2026-11-29T11:00:00.000Z","labels":/,
    )
  })

  test.for(Object.keys(RECORD).filter((key) => !['spare', 'cost'].includes(key)))(
    'without %s it is a problem that names the annotation and the field',
    (key) => {
      const parsed = parseHandover(JSON.stringify(without(key)))
      expect(parsed).toMatchObject({
        kind: 'problem',
        problem: `its annotation slackwater.dev/handover cannot be read: ${key}: expected what "slackwater handover" writes`,
      })
    },
  )

  test.for<[string, unknown]>([
    ['of another version', { ...RECORD, version: 2 }],
    ['with a step that there is not', { ...RECORD, version: 1, step: 'gone' }],
    ['with a negative sleep', { ...RECORD, version: 1, sleep: -1 }],
    ['with a deadline that is no time', { ...RECORD, version: 1, deadline: 'soon' }],
    // It would be put onto the Pod with the rights of whoever runs the command.
    [
      'with a label that it did not take off',
      { ...RECORD, version: 1, labels: { ...RECORD.labels, admin: 'yes' } },
    ],
    ['without the value of the release label', { ...RECORD, version: 1, labels: { app: 'web' } }],
    ['with a spare Pod without a name', { ...RECORD, version: 1, spare: { uid: '1b' } }],
  ])('%s: a problem', ([, value]) => {
    expect(parseHandover(JSON.stringify(value)).kind).toBe('problem')
  })

  test('any text at all is a record or a problem, never an error', () => {
    const near = fc.dictionary(
      fc.constantFrom(...Object.keys(RECORD), 'version', '__proto__'),
      fc.jsonValue(),
    )
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      near.map((changes) => JSON.stringify({ ...JSON.parse(printHandover(RECORD)), ...changes })),
    )
    const property = fc.property(texts, (text) => {
      const parsed = parseHandover(text)
      if (parsed.kind === 'record') expect(parseHandover(printHandover(parsed.record)).kind).toBe('record')
      else expect(parsed.kind).toBe('problem')
    })
    fc.assert(property, { numRuns: runsOf(5000) })
  })

  test('it is overdue once its deadline has passed', () => {
    const deadline = Date.parse(RECORD.deadline)
    expect([isOverdue(RECORD, deadline), isOverdue(RECORD, deadline + 1)]).toEqual([false, true])
  })
})
