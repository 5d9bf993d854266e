import { expect, test } from 'vitest'
import { drawDiff } from '../../src/render/diff.ts'
import { paperOf } from '../../src/render/paint.ts'

const paper = paperOf({ width: 80, color: false })

/** Every container gets a hook of four lines. */
function diffOf(containers: number): readonly string[] {
  const numbers = Array.from({ length: containers }, (_, nth) => nth)
  const raw = { spec: { containers: numbers.map((nth) => ({ name: `c${nth}`, image: 'x' })) } }
  const value = { preStop: { sleep: { seconds: 45 } } }
  const operations = numbers.map((nth) => ({
    op: 'add' as const,
    path: `/spec/containers/${nth}/lifecycle`,
    value,
  }))
  return drawDiff({ manifest: { raw }, operations }, paper)
}

test('what changes stands with three lines around it', () => {
  // spec, containers, name and image are before the hook, and nothing is behind it.
  expect(diffOf(1)).toEqual([
    '@@ -2,3 +2,7 @@',
    '   containers:',
    '     - name: c0',
    '       image: x',
    '+      lifecycle:',
    '+        preStop:',
    '+          sleep:',
    '+            seconds: 45',
  ])
})

test('lines of more than anybody reads are not compared: one says where they stand', () => {
  // 4 lines for each: 2,000 of 500 containers, and one container more.
  expect(diffOf(500).filter((line) => line.startsWith('+'))).toHaveLength(2_000)
  expect(diffOf(501)).toEqual([
    'more than 2000 lines change: --patched prints the whole object, -o json every operation',
  ])
})
