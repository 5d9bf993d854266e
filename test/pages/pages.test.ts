import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import { NOTICE_IDS } from '../../src/core/model/notice.ts'
import { CONCERNS } from '../../src/judgement/concerns.ts'
import { NOTE_IDS } from '../../src/manifests/position.ts'
import { explainedWords, pageOf } from '../../src/pages/pages.ts'
import { columnsOf } from '../../src/render/columns.ts'
import { markdownText } from '../../src/render/markdown-text.ts'
import { paperOf } from '../../src/render/paint.ts'

const paper = { ...paperOf({ width: 80, color: false }), folder: 'docs/findings' }
const ids = Object.keys(FINDINGS)

test('every finding, concern, notice and note is explained, and nothing else', () => {
  const explained = explainedWords().map(({ id }) => id)
  const all = [...ids, ...Object.keys(CONCERNS), ...NOTICE_IDS, ...NOTE_IDS]
  expect(explained.toSorted()).toEqual(all.toSorted())
  for (const id of explained) expect(pageOf(id)?.text).toContain(`# ${id}\n`)
  for (const word of ['README', 'constructor', '../report', '']) expect(pageOf(word)).toBeUndefined()
})

test('there is no page that no word leads to', () => {
  const pages = readdirSync('docs/findings').map((name) => name.replace(/\.md$/, ''))
  expect(pages.filter((name) => name !== 'README' && pageOf(name) === undefined)).toEqual([])
})

describe.for(ids)('%s as text', (id) => {
  const text = markdownText(pageOf(id)?.text ?? '', paper)
  const lines = text.split('\n')

  test('fits the paper, but for code and addresses, which are copied', () => {
    const long = lines.filter(
      (line) => columnsOf(line) > 80 && !line.startsWith('    ') && !/https?:/.test(line),
    )
    expect(long).toEqual([])
  })

  test('has no Markdown left', () => {
    const prose = lines
      .filter((line) => !line.startsWith('    '))
      .join('\n')
      .replaceAll(/`[^`]*`/g, '')
    expect(prose).not.toMatch(/^#|^```|\]\(|\*\*|^\|/m)
  })

  test('has no comment', () => expect(text).not.toContain('<!--'))

  test('says what its page says, word for word', () => {
    const words = (some: string): readonly string[] => some.match(/[\p{L}\p{N}]{3,}/gu) ?? []
    const page = (pageOf(id)?.text ?? '')
      .replaceAll(/\]\([^)]*\)/g, ']')
      .replaceAll(/^```\w*$/gm, '')
      // A reader does not see them on GitHub either.
      .replaceAll(/^<!-- .* -->$/gm, '')
    const missing = words(page).filter((word) => !text.includes(word))
    expect(missing).toEqual([])
  })
})

describe('Markdown', () => {
  test('links: a finding by its id, other pages by their place, the web by its address', () => {
    const page =
      'See [x](prestop-missing.md), [prestop-missing](prestop-missing.md), [the report](../report.md#pods), [here](#up), [AWS](https://aws.example/a).'
    expect(markdownText(page, { ...paper, width: 120 })).toBe(
      'See x (prestop-missing), prestop-missing, the report (docs/report.md#pods), here, AWS (https://aws.example/a).\n',
    )
  })

  test('code keeps its lines; lists are indented; tables have columns', () => {
    const page =
      '```yaml\na:\n  b: 1\n```\n\n- one\n- two\n\n1. first\n\n| a | b |\n|---|---|\n| long cell | c |\n'
    expect(markdownText(page, paper)).toBe(
      '    a:\n      b: 1\n\n  - one\n  - two\n\n  1. first\n\na          b\nlong cell  c\n',
    )
  })
})
