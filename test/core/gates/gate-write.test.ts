import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LabelSelector, selectsNamespace } from '../../../src/core/discovery/objects/label-selector.ts'
import { gateDecisions } from '../../../src/core/gates/gate-decision.ts'
import type { GateDecision } from '../../../src/core/gates/gate-state.ts'
import { gateWrite } from '../../../src/core/gates/gate-write.ts'
import { needsOf } from '../../../src/core/gates/selector-needs.ts'
import { GATES_ANNOTATION } from '../../../src/core/model/keys.ts'
import { NAMESPACE_LABELS } from '../../../src/core/model/settings.ts'
import type { Labels, NamespaceFacts } from '../../../src/core/model/workload.ts'
import { settingsWith } from '../exposures.ts'
import { type Asked, AUTO_LABEL, decisionsFor, LBC_LABEL, namespace, seen, webhook } from './world.ts'

const ON = { [LBC_LABEL]: 'enabled' }
const OFF = { namespaceLabels: 'off' } as const

const writeFor = (asked: Asked) => gateWrite(namespace(asked), decisionsFor(asked))

describe('what is written', () => {
  test.for<[string, Asked, { labels: Labels; record?: string } | undefined]>([
    ['a label and its memory', {}, { labels: ON, record: `{"${LBC_LABEL}":"enabled"}` }],
    ['nothing where it stands', { labels: ON }, undefined],
    ['nothing where we stand down', { recorded: ON }, undefined],
    [
      'both controllers at once, the memory in order',
      { exposedFor: ['lbc', 'auto-mode'] },
      {
        labels: { ...ON, [AUTO_LABEL]: 'enabled' },
        record: `{"${AUTO_LABEL}":"enabled","${LBC_LABEL}":"enabled"}`,
      },
    ],
    [
      'what is ours already is applied again, so that it stays',
      { labels: ON, recorded: ON, exposedFor: ['auto-mode', 'lbc'] },
      {
        labels: { ...ON, [AUTO_LABEL]: 'enabled' },
        record: `{"${AUTO_LABEL}":"enabled","${LBC_LABEL}":"enabled"}`,
      },
    ],
    ['all is taken back', { labels: ON, recorded: ON, settings: OFF }, { labels: {} }],
    [
      'what a person removed is remembered when the rest is taken back',
      { labels: ON, recorded: { ...ON, [AUTO_LABEL]: 'enabled' }, settings: OFF },
      { labels: {}, record: `{"${AUTO_LABEL}":"enabled"}` },
    ],
    [
      'what a person changed is not applied again',
      {
        labels: { [AUTO_LABEL]: 'no' },
        recorded: { [AUTO_LABEL]: 'enabled' },
        exposedFor: ['auto-mode', 'lbc'],
      },
      { labels: ON, record: `{"${AUTO_LABEL}":"enabled","${LBC_LABEL}":"enabled"}` },
    ],
  ])('%s', ([, asked, expected]) => {
    expect(writeFor(asked)).toEqual(expected)
  })
})

const SEED = Number(process.env['SLACKWATER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const RUNS = { seed: SEED, numRuns: 2000 }

/** Few keys and values, so that clauses meet each other and what stands. */
const key = fc.constantFrom(LBC_LABEL, AUTO_LABEL, 'a', 'b', 'constructor', 'kubernetes.io/metadata.name')
const value = fc.constantFrom('enabled', 'enabled-1', 'x', 'y', '', 'shop')
const labels: fc.Arbitrary<Labels> = fc.dictionary(key, value, { maxKeys: 3 })
const selector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
  matchExpressions: fc.array(
    fc.record({
      key,
      operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Near'),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
})

test(`the labels asked for make the selector match, and none is there (SLACKWATER_SEED=${SEED})`, () => {
  fc.assert(
    fc.property(selector, labels, (wanted, standing) => {
      const needs = needsOf(wanted, { name: 'shop', labels: standing })
      expect(needs.kind === 'met').toBe(selectsNamespace(wanted, 'shop', standing))
      if (needs.kind !== 'labels') return
      expect(Object.keys(needs.labels).filter((one) => Object.hasOwn(standing, one))).toEqual([])
      expect(selectsNamespace(wanted, 'shop', { ...standing, ...needs.labels })).toBe(true)
      for (const without of Object.keys(needs.labels)) {
        const fewer = Object.entries({ ...standing, ...needs.labels }).filter(([one]) => one !== without)
        expect(selectsNamespace(wanted, 'shop', Object.fromEntries(fewer))).toBe(false)
      }
    }),
    RUNS,
  )
})

/** As server-side apply does it: what we owned and leave out goes; what is applied is there. */
function applied(facts: NamespaceFacts, write: { labels: Labels; record?: string }): NamespaceFacts {
  const before = facts.annotations[GATES_ANNOTATION]
  const owned: Labels = before === undefined ? {} : JSON.parse(before)
  const kept = Object.entries(facts.labels).filter(([one, text]) => owned[one] !== text)
  return {
    ...facts,
    labels: { ...Object.fromEntries(kept), ...write.labels },
    annotations: write.record === undefined ? {} : { [GATES_ANNOTATION]: write.record },
  }
}

/** How many keys the selectors of these cases can name: each write adds at least one. */
const LABEL_KEYS = 6

/** A label for one controller may be what the other's selector refuses; labels are only added, so that it ends. */
function writesUntilSettled(
  facts: NamespaceFacts,
  decide: (facts: NamespaceFacts) => readonly GateDecision[],
): number {
  const write = gateWrite(facts, decide(facts))
  return write === undefined ? 0 : 1 + writesUntilSettled(applied(facts, write), decide)
}

const cases = fc.record({
  standing: labels,
  recorded: fc.option(labels, { nil: undefined }),
  selectors: fc.array(
    fc.record({ controller: fc.constantFrom('lbc' as const, 'auto-mode' as const), selector }),
    { maxLength: 3 },
  ),
  exposedFor: fc.subarray(['lbc' as const, 'auto-mode' as const]),
  mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'dry-run' as const, 'off' as const),
  namespaceLabels: fc.constantFrom(...NAMESPACE_LABELS),
})

test(`deciding again after a write asks for no other, but where two controllers differ, and no foreign label is touched (SLACKWATER_SEED=${SEED})`, () => {
  let writes = 0
  fc.assert(
    fc.property(cases, ({ standing, recorded, selectors, exposedFor, mode, namespaceLabels }) => {
      const before = namespace({ labels: standing, ...(recorded === undefined ? {} : { recorded }) })
      const decide = (facts: NamespaceFacts) =>
        gateDecisions({
          exposed: exposedFor.map((controller) => ({ namespace: 'shop', controller })),
          namespaces: [facts],
          settings: settingsWith({ mode, namespaceLabels }),
          controller: seen({
            webhooks: selectors.map((one) =>
              webhook({ controller: one.controller, namespaceSelector: one.selector }),
            ),
          }),
        })
      const write = gateWrite(before, decide(before))
      if (write === undefined) return
      writes++
      expect(mode === 'dry-run' || namespaceLabels === 'report').toBe(false)
      const after = applied(before, write)
      for (const [one, text] of Object.entries(standing))
        if (recorded?.[one] !== text || !Object.hasOwn(recorded, one)) expect(after.labels[one]).toBe(text)
      expect(writesUntilSettled(after, decide)).toBeLessThan(exposedFor.length > 1 ? LABEL_KEYS : 1)
    }),
    RUNS,
  )
  expect(writes).toBeGreaterThan(RUNS.numRuns / 20)
})
