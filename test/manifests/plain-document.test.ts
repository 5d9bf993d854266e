import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
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

/** Compares with `yaml`, which decides what a text means. */
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
  expect(plain.offset, text).toBe(document.contents?.range[0])
  return plain
}

test('reads the manifests of this repository as `yaml` does, nearly all of them', () => {
  const some = [...sampleOf(DOCUMENTS)].filter(({ length }) => length < 20_000)
  const read = some.filter((text) => checked(text) !== undefined)
  expect(read.length / some.length).toBeGreaterThan(0.95)
})

test.each<[string, unknown]>([
  ['a: 1\n', { a: 1 }],
  ['--- # first\n# second\n\na: x # third\n', { a: 'x' }],
  ['a:\n- 1\n- b: 2\n  c:\n  - d\n- - e\n', { a: [1, { b: 2, c: ['d'] }, ['e']] }],
  ['a: |\n  #!/bin/sh\n\n    b: c\n  d\n\nb: |-\n  x\n\n', { a: '#!/bin/sh\n\n  b: c\nd\n', b: 'x' }],
  ['a: |\n  last', { a: 'last\n' }],
  ['a: >\n  b\n  c\n\n  d\n', { a: 'b c\nd\n' }],
  [
    'a: "x: #y"\nb: \'it\'\'s\'\nc: "\\u00e9\\n"\nd: "x\n  y"\n',
    { a: 'x: #y', b: "it's", c: 'é\n', d: 'x y' },
  ],
  [
    'a: { b: c, "d":[1,2], e: {} }\nf: [\n  g,\n  h\n  ]\n',
    { a: { b: 'c', d: [1, 2], e: {} }, f: ['g', 'h'] },
  ],
  ['{"a": [1.5e3, -2, true, null, "\\/"],\n"b": {}}\n', { a: [1500, -2, true, null, '/'], b: {} }],
  // YAML 1.1's booleans and octal numbers, without its base-60 numbers and dates; see yaml.ts.
  [
    'on: off\n0644: 0644\n8080: 1:2\nx: 0x1f\ny1: ~\nz:\n',
    { true: false, 420: 420, 8080: '1:2', x: 31, y1: null, z: null },
  ],
  ['a: b#c\nd: http://e:1\nf: -g\nh: NO\ni: .5\n', { a: 'b#c', d: 'http://e:1', f: '-g', h: false, i: 0.5 }],
  ['a: b\n  c\n', { a: 'b c' }],
  // A number of JavaScript, as `yaml` reads it: 2 ** 53 + 1 is not one.
  ['a: 9007199254740993\n', { a: 9007199254740992 }],
])('reads %j itself', (text, value) => {
  expect(checked(text)?.value).toStrictEqual(value)
})

test.each([
  ['nothing', '# nothing\n'],
  ['no mapping', '- a\n'],
  ['no mapping', 'a\n'],
  ['a line that is indented less', 'a:\n  b: 1\n c: 2\n'],
  ['two values', 'a: b: c\n'],
  ['a duplicate key', 'a: 1\na: 2\n'],
  ['a duplicate key', '1: 1\n"1": 2\n'],
  ['an anchor', 'a: &x 1\n'],
  ['an alias', 'a: &x 1\nb: *x\n'],
  ['a merge key', '<<: {a: 1}\n'],
  ['a tag', 'a: !!str 1\n'],
  ['a directive', '%YAML 1.1\n---\na: on\n'],
  ['a tab', 'a:\tb\n'],
  ['a carriage return', 'a: b\r\n'],
  ['an explicit key', '? a\n: b\n'],
  ['a complex key', '{{ .Values.all }}\n'],
  ['a complex key', 'a: {{ .Values.a }}\n'],
  ['a character that begins no scalar', 'a: @b\n'],
  ['too many levels', `a: ${'['.repeat(200)}${']'.repeat(200)}`],
  ['two documents', 'a: b\n--- c\n'],
  ['a long text', `a: ${'x '.repeat(2 ** 17)}\n`],
  // What `js-yaml` reads otherwise than `yaml`.
  ['__proto__', '__proto__: 1\n'],
  ['an empty key', ': a\n'],
  ['a colon apart', 'a : b\n'],
  ['a colon in the next line', '{a\n:b}\n'],
  ['a long key', `"${'k'.repeat(1_100)}": 1\n`],
  ['the end of a document', '...\na: 1\n'],
  ['an indented marker', ' ---\na: 1\n'],
  ['a key after an item', 'a:\n- [] b: 1\n'],
  ['a key after an item', 'a:\n- ""b: 1\n'],
  ['an explicit key after an item', 'a:\n- {}?\n'],
  ['a text that states its indentation', 'a: >1\n  \nb: 2\n'],
  ['a text without indentation', 'a:\n|\nb: 1\n'],
  ['a text that ends in spaces', 'a: |+\n '],
  ['an escaped line end, then an empty line', 'a: "b\\\n\n  c"\n'],
  ['an escape of no character', 'a: "\\U00110000"\n'],
  ['a comment in braces', '{a: b\n# c\n}\n'],
  ['a value after a comment', 'a: \n#b\n  c\nd: 1\n'],
  ['a value after a comment', 'a:\n  - \n #b\n    c\n  - d\n'],
])('leaves %s to `yaml`: %j', (_, text) => {
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
    '|+\n',
    '>',
    '>1',
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
    '\\U00110000',
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

test('reads a manifest with changes anywhere in it as `yaml` does, or leaves it to that', () => {
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
  .array(fc.constantFrom(...ODD, 'a', 'b: ', 'a: ', '\n', '\n  ', '\n- ', '\n# c\n'), { maxLength: 12 })
  .map((parts) => parts.join(''))

test('reads a text of odd characters as `yaml` does, or leaves it to that', () => {
  fc.assert(
    fc.property(dense, (text) => {
      checked(text)
      checked(`a:\n  b: ${text}\n`)
      checked(`a: [${text}]\n`)
      checked(`a:\n- ${text}\nb: 1`)
      checked(`a: >${text}\n  ${text}\nb: 1`)
      checked(`a: "${text}"\n`)
      checked(`${text}\nb: 1`)
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
