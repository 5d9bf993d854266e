import { describe, expect, test } from 'vitest'
import { fingerprintOf } from '../../../src/core/injection/record.ts'
import { type Testimony, witnessOf } from '../../../src/core/injection/witness.ts'
import { RECORD_ANNOTATION } from '../../../src/core/model/keys.ts'
import type { PodTemplate } from '../../../src/core/model/workload.ts'
import { container, nativeSleep, podTemplate } from '../decision/subjects.ts'

const OURS = '{"sleep":{"app":45}}'
const EXPORTED = '{"sleep":{"app":30}}'

const withText = (text?: string, sleep?: number): PodTemplate =>
  podTemplate({
    ...(text === undefined ? {} : { annotations: { [RECORD_ANNOTATION]: text } }),
    containers: [container('app', sleep === undefined ? {} : { preStop: nativeSleep(sleep) })],
  })

const testimony = (template: PodTemplate, wanted: Partial<Testimony> = {}): Testimony => ({
  template,
  applied: undefined,
  isOwned: false,
  ...wanted,
})

describe('a text that no source states is the record', () => {
  test('whether or not a template is stored', () => {
    const template = withText(OURS, 45)
    expect(witnessOf(testimony(template), undefined)).toEqual({ record: OURS })
    const exchange = { stored: withText(EXPORTED), appliedBefore: undefined, isTakenAlong: false }
    expect(witnessOf(testimony(template), exchange)).toEqual({ record: OURS })
  })

  test('no text, no record; unless its source took it along with what it had stated', () => {
    const stored = withText(OURS, 45)
    const exchange = { stored, appliedBefore: undefined, isTakenAlong: false }
    expect(witnessOf(testimony(withText()), undefined)).toEqual({})
    expect(witnessOf(testimony(withText()), exchange)).toEqual({})
    expect(witnessOf(testimony(withText()), { ...exchange, isTakenAlong: true })).toEqual({ record: OURS })
  })
})

describe('a text that a source states', () => {
  test('on an object that is new counts where something that it names stands', () => {
    const applied = { applied: EXPORTED }
    expect(witnessOf(testimony(withText(EXPORTED, 30), applied), undefined)).toEqual({
      record: EXPORTED,
      isForeign: true,
    })
    expect(witnessOf(testimony(withText(EXPORTED, 45), applied), undefined)).toEqual({ isForeign: true })
  })

  test('gives way to the record that is stored', () => {
    const exchange = { stored: withText(OURS, 45), appliedBefore: undefined, isTakenAlong: false }
    expect(witnessOf(testimony(withText(EXPORTED, 45), { applied: EXPORTED }), exchange)).toEqual({
      record: OURS,
      isForeign: true,
    })
  })

  test('is no record where the same text is stored and nothing of it stands', () => {
    const exchange = { stored: withText(EXPORTED, 45), appliedBefore: undefined, isTakenAlong: false }
    expect(witnessOf(testimony(withText(EXPORTED, 45), { applied: EXPORTED }), exchange)).toEqual({
      isForeign: true,
    })
  })

  test('under a key that somebody’s Apply owns counts as ours where our work stands', () => {
    expect(witnessOf(testimony(withText(OURS, 45), { isOwned: true }), undefined)).toEqual({
      record: OURS,
      isOwned: true,
    })
  })

  test('is known again from what was applied before, and from the fingerprint of the stored record', () => {
    const before = { stored: withText(OURS, 45), appliedBefore: EXPORTED, isTakenAlong: false }
    expect(witnessOf(testimony(withText(EXPORTED, 45)), before)).toEqual({ record: OURS, isForeign: true })
    const over = `{"sleep":{"app":45},"over":"${fingerprintOf(EXPORTED)}"}`
    const written = { stored: withText(over, 45), appliedBefore: undefined, isTakenAlong: false }
    expect(witnessOf(testimony(withText(EXPORTED, 45)), written)).toEqual({ record: over, isForeign: true })
    const unknown = { ...written, stored: withText(OURS, 45) }
    expect(witnessOf(testimony(withText(EXPORTED, 45)), unknown)).toEqual({ record: EXPORTED })
  })
})
