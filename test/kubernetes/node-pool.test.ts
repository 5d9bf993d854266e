import { describe, expect, test } from 'vitest'
import { narrow } from '../../src/kubernetes/narrow.ts'

/** What of a NodePool limits the Pods on its nodes (karpenter.sh/v1). */

const CAPACITY = 'karpenter.sh/capacity-type'

const pool = (template: object) => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'general' },
  spec: { template },
})
const requiring = (...requirements: readonly (readonly [operator: string, ...values: readonly string[]])[]) =>
  pool({
    spec: {
      requirements: [
        { key: 'kubernetes.io/arch', operator: 'In', values: ['spot'] },
        ...requirements.map(([operator, ...values]) => ({ key: CAPACITY, operator, values })),
      ],
    },
  })
const lasting = (terminationGracePeriod: unknown) => pool({ spec: { terminationGracePeriod } })

test.for<[string, object, boolean]>([
  ['spot', requiring(['In', 'spot']), true],
  ['spot and reserved', requiring(['In', 'spot', 'reserved']), false],
  ['spot and on demand', requiring(['In', 'spot', 'on-demand']), false],
  ['on demand', requiring(['In', 'on-demand']), false],
  ['not on demand', requiring(['NotIn', 'on-demand']), true],
  ['not spot', requiring(['NotIn', 'spot']), false],
  ['two requirements that leave spot', requiring(['In', 'spot', 'on-demand'], ['NotIn', 'on-demand']), true],
  ['any capacity type', requiring(['Exists']), false],
  ['no requirement: on demand', requiring(), false],
  ['a label of its nodes', pool({ metadata: { labels: { [CAPACITY]: 'spot' } } }), true],
  ['an empty one', pool({}), false],
])('Spot only: %s', ([, object, isSpot]) => {
  expect(narrow(object)).toMatchObject({ ref: { namespace: '', name: 'general' }, isSpot })
})

describe('terminationGracePeriod', () => {
  // 1 h 30 min = 5400 s
  test.for([
    ['60s', 60],
    ['24h', 86_400],
    ['1h30m', 5400],
    ['1m1s', 61],
  ] as const)('%s', ([text, length]) => {
    expect(narrow(lasting(text))).toMatchObject({ terminationGrace: length })
  })

  test('absent: no limit', () => {
    expect(narrow(pool({ spec: {} }))).not.toHaveProperty('terminationGrace')
    expect(narrow(lasting(null))).not.toHaveProperty('terminationGrace')
  })

  test.for([['1d'], ['60'], ['Never'], ['-1s'], [60], [`${'1h'.repeat(1000)}`]])('refused: %s', ([text]) => {
    expect(() => narrow(lasting(text))).toThrow('spec.template.spec.terminationGracePeriod')
  })
})
