import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { type ChangedLine, changedLines } from '../../src/cli/render/changed-lines.ts'

const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })

const without = (side: ChangedLine['side'], lines: readonly ChangedLine[]): string =>
  lines.flatMap((line) => (line.side === side ? [] : [`${line.text}\n`])).join('')

const drawn = (before: unknown, after: unknown): readonly string[] =>
  changedLines(before, after).map(({ side, text }) => side + text)

const KEYS = fc.constantFrom('a', 'b', 'lifecycle', 'yes', '1', 'a: b', '#')
const TEXTS = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    '',
    'two\nlines',
    'ends\n',
    'ends\n\n',
    '\nbegins',
    '  x\n y',
    'a\n\nb',
    '---\nx',
    'x'.repeat(100),
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '"', '-'), maxLength: 60 }),
)
const { value: VALUES } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    TEXTS,
    fc.constantFrom(null, true, 0, 15),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(KEYS, tie('value'), { maxKeys: 4 }),
  ),
}))
const OBJECTS = fc.dictionary(KEYS, VALUES, { minKeys: 1, maxKeys: 4 })

test('each side by itself is the whole YAML of its value', () => {
  fc.assert(
    fc.property(OBJECTS, OBJECTS, (before, changes) => {
      const after = { ...before, ...changes }
      const lines = changedLines(before, after)
      expect(without('+', lines)).toBe(asYaml(before))
      expect(without('-', lines)).toBe(asYaml(after))
    }),
    { numRuns: 2_000 },
  )
})

test('only what differs is marked', () => {
  const image = { name: 'web', image: 'nginx' }
  const before = {
    kind: 'Pod',
    spec: { grace: 30, containers: [image, { name: 'b' }, { name: 'c', lifecycle: { x: 1 } }] },
  }
  const after = {
    kind: 'Pod',
    spec: { grace: 70, containers: [image, { name: 'b', lifecycle: {} }, { name: 'c' }] },
  }
  expect(drawn(before, after)).toEqual([
    ' kind: Pod',
    ' spec:',
    '-  grace: 30',
    '+  grace: 70',
    '   containers:',
    '     - name: web',
    '       image: nginx',
    '     - name: b',
    '+      lifecycle: {}',
    '     - name: c',
    '-      lifecycle:',
    '-        x: 1',
  ])
})

test('an item that another key begins stands in the place of the other as a whole', () => {
  expect(drawn([{ lifecycle: 1, name: 'a' }], [{ name: 'a' }])).toEqual([
    '-- lifecycle: 1',
    '-  name: a',
    '+- name: a',
  ])
})
