import { describe, expect, test } from 'vitest'
import { columnsOf, padBefore, padTo, piecesOf } from '../../src/render/columns.ts'
import { wrap } from '../../src/render/wrap.ts'

describe('columns on a terminal', () => {
  test.for([
    ['', 0],
    ['web', 3],
    ['港口', 4],
    ['ｗｅｂ', 6],
    ['🚢', 2],
    ['e\u0301', 1],
    ['שלום', 4],
    ['→ ·', 3],
  ] as const)('%s', ([text, columns]) => {
    expect(columnsOf(text)).toBe(columns)
    expect(padTo(text, 10)).toBe(text + ' '.repeat(10 - columns))
    expect(padBefore(text, 10)).toBe(' '.repeat(10 - columns) + text)
  })

  test('pieces lose nothing, and none is too long', () => {
    expect(piecesOf('港港港ab', 3)).toEqual(['港', '港', '港a', 'b'])
    expect(piecesOf('abcdef', 4)).toEqual(['abcd', 'ef'])
  })
})

describe('lines', () => {
  test('end at spaces, but not between a number and its unit', () => {
    expect(wrap('it needs 45 s now', { width: 11, lead: '' })).toEqual(['it needs', '45 s now'])
    expect(wrap('it needs 45 seconds', { width: 11, lead: '' })).toEqual(['it needs 45', 'seconds'])
  })

  test('a word that is too long is broken, a path is not', () => {
    expect(wrap('a bbbbbbbbbbbbbbbbb', { width: 13, lead: '', hang: 0 })).toEqual(['a bbbbbbbbbb', 'bbbbbbb'])
    expect(wrap('in folder/folder/web.yaml:12', { width: 12, lead: '' })).toEqual([
      'in',
      'folder/folder/web.yaml:12',
    ])
  })

  test('a broken word begins no line with a command to a CI runner', () => {
    const lines = wrap(`${'x'.repeat(17)}::error::y`, { width: 20, lead: '' })
    expect(lines).toEqual(['x'.repeat(17), '\\x3a:error::y'])
  })
})
