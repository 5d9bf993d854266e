import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../bench/row.ts'
import { COLUMNS, figure, table, wrapped } from '../../bench/table.ts'

const section = { name: 'http', title: 'HTTPS: reviews answered' }

const rate: Row = {
  ...{ id: 'http/mix/8/rate', name: 'a mix', unit: 'req/s', ours: [400, 380, 420] },
  base: { name: 'bare', rounds: [1000, 1000, 1000] },
  aim: { of: 'ratio', direction: 'at least', value: 0.8 },
  note: 'A reason.',
}
const peak: Row = {
  ...{ id: 'http/mix/8/peak', name: 'peak', unit: 'MiB', ours: [149.6] },
  aim: { of: 'ours', direction: 'at most', value: 150 },
}

test('a row has ours, the base, the ratio, the aim and whether it is met; a note is below its section', () => {
  expect(table([{ section, rows: [rate, peak] }], ['The machine was quiet.'])).toEqual([
    'HTTPS: reviews answered',
    // Name and unit in 38 columns; ours and the base in 8, the ratio in 6, the aim in 8, a space before each.
    `${' '.repeat(38)}     ours     bare  ratio      aim`,
    `${'a mix, req/s [1]'.padEnd(38)}      400     1000   0.40 ≥ 0.80 × not met`,
    `${' '.repeat(38)}     ours                      aim`,
    `${'peak, MiB'.padEnd(38)}      150                    ≤ 150     met`,
    '[1] A reason.',
    '',
    'aims: 1 met, 1 not met, 0 without an aim',
    'The machine was quiet.',
  ])
})

test('what was not measured shows a dash and its reason', () => {
  const { base: _, ...rest } = rate
  const row: Row = { ...rest, ours: [], note: 'No cluster.' }
  const lines = table([{ section, rows: [row] }], [])
  expect(lines[2]).toBe(`${'a mix, req/s [1]'.padEnd(38)}        -                 ≥ 0.80 ×       -`)
  expect(lines).toContain('[1] No cluster.')
  expect(lines.at(-1)).toBe('aims: 0 met, 0 not met, 0 without an aim, 1 not measured')
})

test('no line is longer than 80 columns, whatever the names and figures of a section are', () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'µ', '0') })
  const values = fc.array(fc.double({ min: 0, max: 9_999_999, noNaN: true }), { maxLength: 5 })
  const rows = fc.array(
    fc.record({
      id: word,
      name: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ').slice(0, 34)),
      unit: word.map((text) => text.slice(0, 6)),
      ours: values,
      // Equal or close to ours: a ratio of up to 6 characters.
      base: fc.record({ name: word.map((text) => text.slice(0, 8)), rounds: fc.constant([50_000]) }),
      aim: fc.record({
        of: fc.constant('ours' as const),
        direction: fc.constantFrom('at most' as const, 'at least' as const),
        value: fc.double({ min: 0, max: 99_999, noNaN: true }),
      }),
      note: fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(' ')),
    }),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(rows, (some) => {
      for (const line of table([{ section, rows: some }], []))
        expect(line.length).toBeLessThanOrEqual(COLUMNS)
    }),
  )
})

test('figures have three digits that count, and no more than the whole ones where there are more', () => {
  expect([0.123, 9.994, 9.996, 43.06, 99.94, 99.96, 17_400.4].map(figure)).toEqual([
    ...['0.12', '9.99', '10.0', '43.1', '99.9', '100', '17400'],
  ])
  expect(figure(Number.NaN)).toBe('-')
})

test('text is wrapped at spaces, and a word is never cut', () => {
  expect(wrapped(`${'a'.repeat(70)} ${'b'.repeat(10)}`, '[1] ')).toEqual([
    `[1] ${'a'.repeat(70)}`,
    `    ${'b'.repeat(10)}`,
  ])
})
