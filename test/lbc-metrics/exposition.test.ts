import { describe, expect, test } from 'vitest'
import { seriesOf } from '../../src/lbc-metrics/exposition.ts'

describe('a line of the text format', () => {
  test.for([
    ['a 1', { name: 'a', labels: {}, value: 1 }],
    ['a{} 1', { name: 'a', labels: {}, value: 1 }],
    ['a{b="c"} 2.5', { name: 'a', labels: { b: 'c' }, value: 2.5 }],
    ['a{b="c",d="e",} 1e-08', { name: 'a', labels: { b: 'c', d: 'e' }, value: 1e-8 }],
    ['a{le="+Inf"} +Inf', { name: 'a', labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY }],
    ['a 1.7e+09 1700000000000', { name: 'a', labels: {}, value: 1.7e9 }],
    ['a{b="x} 9 \\" \\\\ \\n"} 3', { name: 'a', labels: { b: 'x} 9 " \\ \n' }, value: 3 }],
    ['a { b = "c" , d="e" }\t4', undefined],
    ['a{ b = "c" , d="e" } 4', { name: 'a', labels: { b: 'c', d: 'e' }, value: 4 }],
    ['a NaN', undefined],
    ['a{b="c} 1', undefined],
    ['a{b=c} 1', undefined],
    ['a{b="c"', undefined],
    ['a one', undefined],
    ['# TYPE a counter', undefined],
    ['', undefined],
  ] as const)('%s', ([line, series]) => expect(seriesOf(line)).toEqual(series))

  test('a hostile one takes no longer than its length', () => {
    for (const line of [
      `a{${'b="c",'.repeat(10_000)}`,
      `a{b="${'\\"'.repeat(30_000)}`,
      `a{${'} '.repeat(30_000)}x`,
      `a ${' '.repeat(60_000)}x y z`,
    ])
      expect(seriesOf(line)).toBeUndefined()
  })

  test('a label called like a property of every object is one', () => {
    expect(seriesOf('a{constructor="x"} 1')?.labels['constructor']).toBe('x')
    expect(seriesOf('a 1')?.labels['le']).toBeUndefined()
  })
})
