import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAlias, isSeq, stringify, visit } from 'yaml'
import { splitDocuments } from '../../src/manifests/documents.ts'
import { type PlainDocument, readPlainDocument } from '../../src/manifests/plain-document.ts'
import { readDocument } from '../../src/manifests/read-document.ts'
import { runsOf, sampleOf } from '../depth.ts'

const RUNS = runsOf(5_000)

/** Every document of the manifests of this repository. */
const DOCUMENTS = globSync([
  'examples/**/*.{yaml,json}',
  'deploy/**/*.yaml',
  'test/fixtures/**/*.{yaml,json}',
]).flatMap((file) => {
  const text = readFileSync(file, 'utf8')
  return splitDocuments(text).map(({ start, end }) => text.slice(start, end))
})

/** Offsets of the items of all lists, in the order of the text. */
function itemsIn(document: Parameters<typeof visit>[0]): readonly (readonly number[])[] {
  const found: { readonly start: number; readonly offsets: readonly number[] }[] = []
  visit(document, {
    Seq: (_, list) => {
      const offsets = list.items.map((item) => (isAlias(item) || !hasRange(item) ? -1 : item.range[0]))
      found.push({ start: isSeq(list) && hasRange(list) ? list.range[0] : -1, offsets })
    },
  })
  return found.map(({ offsets }) => offsets).toSorted(byFirst)
}

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

const byFirst = (a: readonly number[], b: readonly number[]): number => (a[0] ?? -1) - (b[0] ?? -1)

/** Compares with the parser of `yaml`, which decides what a text means. */
function checked(text: string): PlainDocument | undefined {
  const plain = readPlainDocument(text)
  if (plain === undefined) return undefined
  const parsed = readDocument(text)
  if (!parsed.readable) throw new Error(`${parsed.message}\n${JSON.stringify(text)}`)
  const { document, data } = parsed
  // As text, too: the order of keys is what a patch and a diff show.
  expect(JSON.stringify(plain.value), text).toBe(JSON.stringify(data.value))
  expect(plain.value, text).toStrictEqual(data.value)
  expect([data.duplicates, data.complexKeys], text).toEqual([[], []])
  if (plain.value === null) return plain
  expect(plain.offset, text).toBe(document.contents?.range[0])
  expect([...plain.items.values()].toSorted(byFirst), text).toEqual(itemsIn(document))
  return plain
}

test('reads the manifests of this repository as the parser does, nearly all of them', () => {
  const some = [...sampleOf(DOCUMENTS)].filter(({ length }) => length < 20_000)
  const read = some.filter((text) => checked(text) !== undefined)
  expect(read.length / some.length).toBeGreaterThan(0.95)
})

test.each<[string, unknown]>([
  ['a: 1\n', { a: 1 }],
  ['--- # first\n# second\n\na: x # third\n', { a: 'x' }],
  ['a:\n- 1\n- b: 2\n  c:\n  - d\n', { a: [1, { b: 2, c: ['d'] }] }],
  ['- - a\n  - b\n-\n  c: d\n', [['a', 'b'], { c: 'd' }]],
  ['a: |\n  #!/bin/sh\n\n    b: c\n  d\n\nb: |-\n  x\n\n', { a: '#!/bin/sh\n\n  b: c\nd\n', b: 'x' }],
  ['a: |\n  last', { a: 'last\n' }],
  ['a: "x: #y"\nb: \'it\'\'s\'\nc: "\\u00e9\\n"\n', { a: 'x: #y', b: "it's", c: 'é\n' }],
  [
    'a: { b: c, "d":[1,2], e: {} }\nf: [\n  g,\n  h\n  ]\n',
    { a: { b: 'c', d: [1, 2], e: {} }, f: ['g', 'h'] },
  ],
  ['{"a": [1.5e3, -2, true, null, "\\/"],\n"b": {}}\n', { a: [1500, -2, true, null, '/'], b: {} }],
  [
    'on: off\n0644: 0644\n8080: 1:2\nx: 0x1f\ny1: ~\nz:\n',
    { true: false, 420: 420, 8080: '1:2', x: 31, y1: null, z: null },
  ],
  ['a: b#c\nd: http://e:1\nf: -g\nh: NO\ni: .5\n', { a: 'b#c', d: 'http://e:1', f: '-g', h: false, i: 0.5 }],
  ['# nothing\n', null],
  ['', null],
])('reads %j itself', (text, value) => {
  expect(checked(text)?.value).toStrictEqual(value)
})

test.each([
  'a: b\n  c\n',
  'a: b\nc\n',
  'a:\n  b: 1\n c: 2\n',
  'a: b: c\n',
  'a: 1\na: 2\n',
  'a: &x 1\nb: *x\n',
  '<<: {a: 1}\n',
  'a: !!str 1\n',
  'a: "x\n  y"\n',
  'a: >\n  x\n',
  'a: |2\n    x\n',
  'a: |\n\n     \n  x\n',
  'a: |\n  x\n y\n',
  'a:\tb\n',
  'a: b\r\n',
  'a: [1,\n2]\n',
  'a: [b: c]\n',
  'a: {b, c}\n',
  '? a\n: b\n',
  '__proto__: 1\n',
  '{{ .Values.all }}\n',
  'a: {{ .Values.a }}\n',
  'a: @b\n',
  'a: "\\x41"\n',
  'a: b\n--- c\n',
  'a\n',
  `${'['.repeat(200)}${']'.repeat(200)}`,
  `"${'k'.repeat(1_100)}": 1\n`,
])('leaves %j to the parser', (text) => {
  expect(readPlainDocument(text)).toBeUndefined()
})

/** What YAML treats in ways of its own, to be put anywhere. */
const ODD = [
  ...[
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\t',
    '\r\n',
    '#',
    ' #',
    '-',
    '- ',
    ':',
    ': ',
    '?',
    '? ',
    ',',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '"',
    "'",
    '|',
    '|-\n',
    '>',
    '&a ',
    '*a',
    '!',
    '%',
    '@',
    '`',
    '~',
    '---',
    '\n---\n',
    '...',
    '<<: ',
    '\\',
    '\\n',
    '\\u12',
  ],
  ...[
    '0',
    '1',
    '.',
    '+',
    'e',
    'null',
    'yes',
    '0x',
    '0o7',
    '.inf',
    '\u00e9',
    '\u{1f600}',
    '\u2028',
    '\u0085',
    '\ufeff',
    '{{',
  ],
]

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(6),
  put: fc.constantFrom('', ...ODD),
})

const changed = (text: string, changes: readonly { at: number; removed: number; put: string }[]): string =>
  changes.reduce((now, { at, removed, put }) => {
    const offset = Math.floor(at * now.length)
    return now.slice(0, offset) + put + now.slice(offset + removed)
  }, text)

test('reads a manifest with changes anywhere in it as the parser does, or leaves it to it', () => {
  let read = 0
  const some = fc.constantFrom(...DOCUMENTS.filter(({ length }) => length < 1_500))
  fc.assert(
    fc.property(some, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      if (checked(changed(text, changes)) !== undefined) read += 1
    }),
    { numRuns: RUNS },
  )
  // Of a hundred, fourteen have been seen.
  expect(read).toBeGreaterThan(RUNS / 20)
})

/** Short texts in which nearly every character matters. */
const dense = fc
  .array(fc.constantFrom(...ODD, 'a', 'b: ', 'a: ', '\n', '\n  ', '\n- '), { maxLength: 12 })
  .map((parts) => parts.join(''))

test('reads a text of odd characters as the parser does, or leaves it to it', () => {
  fc.assert(
    fc.property(dense, (text) => {
      checked(text)
      checked(`a:\n  b: ${text}\n`)
      checked(`a: [${text}]\n`)
      checked(`- ${text}\nb`)
    }),
    { numRuns: RUNS },
  )
})

test('reads what programs write: YAML of any style, and JSON', () => {
  const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  fc.assert(
    fc.property(value, fc.boolean(), fc.nat(4), (data, isFlow, indent) => {
      checked(stringify(data, { collectionStyle: isFlow ? 'flow' : 'block', aliasDuplicateObjects: false }))
      checked(JSON.stringify(data, undefined, indent))
    }),
    { numRuns: runsOf(500, 10) },
  )
})
