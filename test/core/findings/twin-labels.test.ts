import { describe, expect, test } from 'vitest'
import { twinLabelsOf } from '../../../src/core/findings/twin-labels.ts'
import type { Labels } from '../../../src/core/model/workload.ts'

const othersOf = (labels: Labels): readonly Labels[] => twinLabelsOf(labels).map((twin) => twin.labels)

test('what tells the halves apart, and the labels of the other one', () => {
  expect(twinLabelsOf({ app: 'tea', color: 'green' })).toEqual([
    { label: 'color', own: 'green', other: 'blue', labels: { app: 'tea', color: 'blue' } },
  ])
})

test.for<[Labels, readonly Labels[]]>([
  [{ app: 'tea-blue' }, [{ app: 'tea-green' }]],
  [{ app: 'blue.tea' }, [{ app: 'green.tea' }]],
  [{ 'example.com/release-color': 'a' }, [{ 'example.com/release-color': 'b' }]],
  [{ 'blue-green': 'b' }, [{ 'blue-green': 'a' }]],
  [{ slot: 'standby' }, [{ slot: 'active' }, { slot: 'live' }]],
  [{ version: 'v2' }, [{ version: 'v1' }, { version: 'v3' }]],
  [{ version: 'v0' }, [{ version: 'v1' }]],
  // each alone, and both
  [
    { app: 'tea-blue', color: 'blue' },
    [
      { app: 'tea-green', color: 'blue' },
      { app: 'tea-blue', color: 'green' },
      { app: 'tea-green', color: 'green' },
    ],
  ],
])('%j', ([labels, expected]) => {
  expect(othersOf(labels)).toEqual(expected)
})

describe('no twin', () => {
  test.for<Labels>([
    {},
    { app: 'tea', component: 'worker' },
    // a word, not a part of one
    { app: 'bluetooth' },
    { app: 'evergreen' },
    // `a` and `active` say nothing without such a key
    { shard: 'a' },
    { role: 'active' },
    { role: 'primary' },
    { version: '1.4.2' },
    { version: 'vault' },
  ])('%j', (labels) => {
    expect(othersOf(labels)).toEqual([])
  })
})

test('of thousands of such labels a few are looked at', () => {
  const labels = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`color-${index}`, 'a']))
  expect(othersOf(labels)).toHaveLength(8)
})
