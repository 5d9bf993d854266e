import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leaveLabels, selectedBy, withoutLabels } from '../../../src/core/handover/leave-labels.ts'
import { policyEffect } from '../../../src/core/handover/network-policies.ts'

/** Which labels a Pod gives up to leave its Services, over any Services. */

const KEYS = ['app', 'tier', 'part', 'team', 'constructor']
const LABELS = Object.fromEntries(KEYS.map((key) => [key, 'x']))
const selectorOf = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, 'x']))
const someKeys = fc.subarray(KEYS, { minLength: 1 })

const departing = (services: readonly (readonly string[])[]) => ({
  ...{
    namespace: 'shop',
    labels: [{ ...LABELS, hash: '1' }],
    releaseLabel: 'hash',
    policies: [],
    budgets: [],
    others: [],
  },
  services: services.map((keys, index) => ({ name: `s${index}`, selector: selectorOf(keys) })),
})

test('no Service selects the Pod without them, and no fewer labels would do', () => {
  fc.assert(
    fc.property(fc.array(someKeys, { minLength: 1, maxLength: 6 }), (services) => {
      const found = leaveLabels(departing(services))
      if (!found.found) throw new Error('not found')
      const leaves = (keys: readonly string[]): boolean =>
        services.every((selector) => !selectedBy(selectorOf(selector), withoutLabels(LABELS, keys)))
      expect(leaves(found.labels)).toBe(true)
      // Every smaller choice, one by one.
      for (let bits = 0; bits < 2 ** KEYS.length; bits++) {
        const choice = KEYS.filter((_, index) => (bits & (2 ** index)) !== 0)
        if (choice.length < found.labels.length) expect(leaves(choice)).toBe(false)
      }
    }),
  )
})

test('more labels than are tried in every combination: still none of the Services selects the Pod', () => {
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`)
  const services = keys.map((key) => ({ name: key, selector: { [key]: 'x' } }))
  const labels = [Object.fromEntries(keys.map((key) => [key, 'x']))]
  const found = leaveLabels({ ...departing([]), labels, services })
  expect(found).toMatchObject({ found: true, labels: expect.arrayContaining(keys) })
})

const named = (name: string, matchLabels: Readonly<Record<string, string>>, rules: number) => ({
  ...{ namespace: 'shop', name, egress: undefined },
  pods: { matchLabels, matchExpressions: [] },
  ingress: { rules: Array.from({ length: rules }, () => ({ peers: [] })) },
})
const change = { namespace: 'shop', before: { app: 'web', tier: 'x' }, after: { tier: 'x' } }

test.for<[string, readonly ReturnType<typeof named>[], object]>([
  ['nobody restricts it: nothing', [], { cut: [], lifted: [] }],
  ['the only one stops to restrict it', [named('web', { app: 'web' }, 1)], { cut: [], lifted: ['web'] }],
  [
    'another one goes on to',
    [named('web', { app: 'web' }, 1), named('all', {}, 0)],
    { cut: ['web'], lifted: [] },
  ],
  [
    'one that allows nothing is no loss',
    [named('web', { app: 'web' }, 0), named('all', {}, 1)],
    { cut: [], lifted: [] },
  ],
  ['one that selects by what stays', [named('tier', { tier: 'x' }, 1)], { cut: [], lifted: [] }],
])('policies: %s', ([, policies, expected]) => {
  expect(policyEffect(policies, change)).toEqual(expected)
})

test('policies: one that selects what has no such label begins to restrict it', () => {
  const expression = { key: 'app', operator: 'DoesNotExist', values: [] }
  const policy = { ...named('rest', {}, 1), pods: { matchLabels: {}, matchExpressions: [expression] } }
  expect(policyEffect([policy], change)).toEqual({ cut: ['rest'], lifted: [] })
})
