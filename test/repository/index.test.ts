import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { llmsText } from '../../scripts/llms.ts'

/** docs/README.md lists every page; docs/llms.txt is the same for programs. */

const INDEX = 'docs/README.md'
const index = readFileSync(INDEX, 'utf8')
const entries = [...index.matchAll(/^- \[(.+?)\]\((\S+?)\): (.+)$/gm)].map(
  ([, name = '', link = '', words = '']) => ({
    name,
    words,
    file: path.join('docs', link),
  }),
)

describe('the index', () => {
  // Pages of findings have an index of their own, which lists each (test/docs.test.ts).
  const pages = globSync(['docs/**/*.md', 'charts/*/README.md', 'deploy/**/README.md', 'examples/README.md'])
    .filter((file) => file !== INDEX && (!file.startsWith('docs/findings/') || file.endsWith('README.md')))
    .concat('SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md')

  test('has each page once, and no other', () => {
    expect(pages.length).toBeGreaterThan(35)
    expect(entries.map(({ file }) => file).toSorted()).toEqual(pages.toSorted())
  })

  test('has nothing in its lists but entries', () => {
    expect(index.match(/^ *[-*] /gm)).toHaveLength(entries.length)
  })

  test.for(entries)('$name: a line that says what is there, without a full stop', ({ file, words }) => {
    expect(existsSync(file)).toBe(true)
    expect(words.length).toBeGreaterThan(20)
    expect(words.length).toBeLessThan(120)
    expect(words).not.toMatch(/[.:]$/)
  })
})

describe('docs/llms.txt', () => {
  const text = readFileSync('docs/llms.txt', 'utf8')

  test('is as npm run generate writes it', () => {
    expect(text).toBe(llmsText(index, packageJson.homepage))
  })

  // llmstxt.org: a name, a summary as a quotation, no headings before the lists, and of lists only links with words.
  test('has the form of llmstxt.org', () => {
    const [head = '', ...sections] = text.split(/^## /m)
    expect(head).toMatch(/^# Slackwater\n\n> /)
    expect(head.match(/^#/gm)).toHaveLength(1)
    expect(sections.length).toBeGreaterThan(3)
    for (const section of sections)
      expect(section.trim()).toMatch(/^[\w ]+\n\n(?:- \[[^\]]+\]\(https:\/\/\S+\): .+\n?)+$/)
    expect(sections.at(-1)).toMatch(/^Optional\n/)
  })

  test('begins with the skill, and leads to every page of the index', () => {
    const links = [...text.matchAll(/\]\((\S+?)\)/g)].map(([, link = '']) => link)
    const root = 'https://raw.githubusercontent.com/slackwater/slackwater/main/'
    const files = links.map((link) => link.replace(root, ''))
    expect(files[0]).toBe('docs/skills/slackwater/SKILL.md')
    expect(files.toSorted()).toEqual(entries.map(({ file }) => file).toSorted())
  })

  test('a line of the index that is no entry is named', () => {
    expect(() => llmsText('# A\n\n## B\n\n- [C](c.md) without words\n', packageJson.homepage)).toThrow(
      'docs/README.md: not an entry of the index: - [C](c.md) without words',
    )
  })
})
