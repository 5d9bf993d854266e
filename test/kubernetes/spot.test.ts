import { expect, test } from 'vitest'
import { root } from '../../src/kubernetes/json.ts'
import { asksForSpot, nodePoolsOf } from '../../src/kubernetes/spot.ts'

const expression = (key: string, operator: string, ...values: readonly string[]) => ({
  matchExpressions: [
    { key: 'zone', operator: 'Exists' },
    { key, operator, values },
  ],
})
const required = (...terms: readonly object[]) => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  },
})
const preferred = (preference: object) => ({
  affinity: {
    nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] },
  },
})

test.for<[string, object, boolean]>([
  ['EKS node groups', { nodeSelector: { 'eks.amazonaws.com/capacityType': 'SPOT' } }, true],
  ['Karpenter', { nodeSelector: { 'karpenter.sh/capacity-type': 'spot' } }, true],
  ['the old label', { nodeSelector: { 'node.kubernetes.io/lifecycle': 'spot' } }, true],
  ['on demand', { nodeSelector: { 'karpenter.sh/capacity-type': 'on-demand' } }, false],
  ['another label', { nodeSelector: { tier: 'spot' } }, false],
  ['a selector that is a number', { nodeSelector: { 'karpenter.sh/capacity-type': 1 } }, false],
  ['required', required(expression('karpenter.sh/capacity-type', 'In', 'on-demand', 'spot')), true],
  ['a term without expressions', required({}), false],
  ['required not to be', required(expression('karpenter.sh/capacity-type', 'NotIn', 'spot')), false],
  ['required, on demand', required(expression('karpenter.sh/capacity-type', 'In', 'on-demand')), false],
  ['required, another label', required(expression('tier', 'In', 'spot')), false],
  ['preferred', preferred(expression('eks.amazonaws.com/capacityType', 'In', 'SPOT')), true],
  ['nothing', {}, false],
])('%s', ([, spec, expected]) => {
  expect(asksForSpot(root(spec))).toBe(expected)
})

const POOL = 'karpenter.sh/nodepool'

test.for<[string, object, readonly string[] | undefined]>([
  ['node selector', { nodeSelector: { [POOL]: 'general' } }, ['general']],
  ['required', required(expression(POOL, 'In', 'general', 'spare')), ['general', 'spare']],
  ['preferred', preferred(expression(POOL, 'In', 'general')), ['general']],
  [
    'the same twice',
    { nodeSelector: { [POOL]: 'general' }, ...required(expression(POOL, 'In', 'general')) },
    ['general'],
  ],
  ['any other', required(expression(POOL, 'NotIn', 'general')), undefined],
  ['no text', { nodeSelector: { [POOL]: 1 } }, undefined],
  ['nothing', {}, undefined],
])('NodePools by %s', ([, spec, names]) => {
  expect(nodePoolsOf(root(spec))).toEqual(names)
})
