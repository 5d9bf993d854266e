import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SECTIONS } from '../../bench/sections.ts'

test('docs/performance.md has every section, and a heading for no other', () => {
  const headings = readFileSync('docs/performance.md', 'utf8').match(/^### .*$/gm) ?? []
  const named = headings.flatMap((heading) => [...heading.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(named.sort()).toEqual(SECTIONS.map(({ name }) => name).sort())
})

test('the names of sections are unique', () => {
  const names = SECTIONS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})
