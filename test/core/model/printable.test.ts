import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  isHazardous,
  printable,
  printableIn,
  printableJson,
  printableLines,
  printableYaml,
} from '../../../src/core/model/printable.ts'

describe('a line for people', () => {
  // The right column is what Go prints for %q of the left, without its quotes (strconv.Quote).
  test.for<[string, string, string]>([
    ['escape', 'a\u001b[31mb', 'a\\x1b[31mb'],
    ['bell, backspace, feeds and tabs', '\u0007\b\f\n\r\t\v', '\\a\\b\\f\\n\\r\\t\\v'],
    ['other controls', '\0\u0001\u007f', '\\x00\\x01\\x7f'],
    ['controls of C1', '\u0080\u0085\u009b\u009f', '\\u0080\\u0085\\u009b\\u009f'],
    [
      'marks of direction',
      '\u200e\u200f\u061c\u202a\u202e\u2066\u2069',
      '\\u200e\\u200f\\u061c\\u202a\\u202e\\u2066\\u2069',
    ],
    ['line separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['without width', '\u200b\u200d\u2060\ufeff\u00ad', '\\u200b\\u200d\\u2060\\ufeff\\u00ad'],
    ['spaces that are none', '\u00a0\u3000', '\\u00a0\\u3000'],
    ['above the first plane', '\u{e0041}', '\\U000e0041'],
    ['half a character', 'a\ud800b\udc00', 'a\\ud800b\\udc00'],
    ['private use', '\ue000', '\\ue000'],
  ])('%s', ([, text, expected]) => expect(printable(text)).toBe(expected))

  // Go calls these letters and marks; nothing is drawn for them all the same.
  test('what Unicode leaves undrawn', () => {
    expect(printable('\u115f\u3164\uffa0\u034f\ufe0f')).toBe('\\u115f\\u3164\\uffa0\\u034f\\ufe0f')
  })

  test.for(['Deployment shop/web: sleep 45 s → 60 s', 'böse Grüße, 名前, ✓ ✗ █ …', '^\\d+\\.\\x1b$', ''])(
    'stays as it is: %s',
    (text) => expect(printable(text)).toBe(text),
  )

  // actions/runner, ActionCommand.cs: TrimStart, StartsWith("::") and the name of a command; IndexOf("##[") anywhere.
  test.for<[string, string]>([
    ['::error::x', '\\x3a:error::x'],
    ['   ::add-mask::x', '   \\x3a:add-mask::x'],
    ['wrapped at any word ::error::x', 'wrapped at any word \\x3a:error::x'],
    ['a\n::error::x', 'a\\n::error::x'],
    ['a ##[error]x', 'a \\x23#[error]x'],
    ['##vso[task.setvariable]', '\\x23#vso[task.setvariable]'],
    ['##teamcity[x]', '\\x23#teamcity[x]'],
    ['std::vector, [::1]:8443 and ::', 'std::vector, [::1]:8443 and ::'],
    ['## heading', '## heading'],
  ])('a command to a CI runner: %s', ([text, expected]) => expect(printable(text)).toBe(expected))

  test('of a text with lines its own line ends stay', () => {
    expect(printableLines('a\u001b\n::error::b\r\n')).toBe('a\\x1b\n\\x3a:error::b\\r\n')
  })
})

describe('JSON', () => {
  const hostile = { 'k\u202e': ['\u001b\u007f\u009b\u2028\u{e0041}\ud800', '::error::\n ##[error]', 'a\tb'] }
  test.for([undefined, 2])('says the same when it is read, indented by %s', (indent) => {
    const text = printableJson(JSON.stringify(hostile, null, indent))
    expect(JSON.parse(text)).toEqual(hostile)
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    expect(text).not.toContain('##[')
  })

  test('is left alone otherwise', () => {
    expect(printableJson('{"a": "ä → ::b"}\n')).toBe('{"a": "ä → ::b"}\n')
  })
})

test('whether a text is hazardous: its line ends are not, what stands behind them may be', () => {
  expect(['a\nb', 'a\tb', 'a\n ::error::', '##[x]', '\u202e'].map(isHazardous)).toEqual([
    false,
    true,
    true,
    true,
    true,
  ])
})

describe('a value', () => {
  const shared = { name: 'a\u001b' }
  const value = { list: [shared, 1, null], map: new Map([['k\n', shared]]), 'k\u202e': true, one: shared }
  const shown = printableIn(value)

  test('has every text in it shown, keys too', () => {
    const { list, map, one } = shown
    expect(list).toEqual([{ name: 'a\\x1b' }, 1, null])
    expect([...map]).toEqual([['k\\n', { name: 'a\\x1b' }]])
    expect(Object.keys(shown)).toContain('k\\u202e')
    expect(one).toBe(list[0])
  })

  test('without such a text is the same object', () => {
    const plain = { list: [{ name: 'a' }], none: undefined }
    expect(printableIn(plain)).toBe(plain)
  })

  test('keeps a key __proto__ as a key', () => {
    const made = printableIn(JSON.parse('{"__proto__": {"a": "\\u001b"}}'))
    expect(Object.keys(made)).toEqual(['__proto__'])
    expect(JSON.stringify(made)).toBe('{"__proto__":{"a":"\\\\x1b"}}')
  })
})

describe('YAML with the same data', () => {
  // YAML 1.2, 5.7: \u with four digits, \U with eight, \x with two.
  test.for<[string, string]>([
    ['"a\u202eb"', '"a\\u202eb"'],
    ['"a\u{e0041}b"', '"a\\U000e0041b"'],
    ['"##[command]x"', '"\\x23#[command]x"'],
  ])('%j', ([yaml, expected]) => {
    expect(printableYaml(yaml)).toBe(expected)
    expect(parse(expected)).toBe(parse(yaml))
  })
})
