import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { expandPaths } from '../../src/manifests/paths.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slackwater-globs-'))
for (const name of [
  'b.yaml',
  'a.yaml',
  'c.txt',
  '.hidden.yaml',
  'star*.yaml',
  'star1.yaml',
  '[a].yaml',
  'deep/er/d.yaml',
  'deep/e.json',
  'node_modules/n.yaml',
  'over/kustomization.yaml',
  'over/o.yaml',
]) {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
  writeFileSync(path.join(root, name), 'kind: Pod')
}
symlinkSync(root, path.join(root, 'deep', 'loop'))
symlinkSync('nowhere', path.join(root, 'gone?.yaml'))

const expanded = (...patterns: readonly string[]) =>
  expandPaths(
    patterns.map((pattern) => path.join(root, pattern)),
    async () => '',
  )

/** What kubectl matches (Go's filepath.Glob), in its order; hidden files are matched there, and not here. */
test.for<[string, readonly string[]]>([
  ['?.yaml', ['a.yaml', 'b.yaml']],
  ['[ab].yaml', ['a.yaml', 'b.yaml']],
  ['*/*.json', ['deep/e.json']],
  ['de*', ['deep/e.json', 'deep/er/d.yaml']],
  ['{a,c}.*', ['a.yaml', 'c.txt']],
  ['**/*.json', ['deep/e.json']],
  ['node_modules/*', ['node_modules/n.yaml']],
])('%s', async ([pattern, names]) => {
  const { sources, problems } = await expanded(pattern)
  expect(sources.map(({ name }) => path.relative(root, name))).toEqual(names)
  expect(problems).toEqual([])
})

test('a path that exists is itself, whatever is in its name', async () => {
  const { sources } = await expanded('star*.yaml', '[a].yaml')
  expect(sources.map(({ name }) => path.basename(name))).toEqual(['star*.yaml', '[a].yaml'])
  expect((await expanded('gone?.yaml')).problems.map(({ message }) => message)).toEqual([
    'cannot be read: no such file or folder',
  ])
})

test('a pattern that matches nothing is a problem', async () => {
  expect((await expanded('x/*.yaml', 'a.yaml')).problems).toEqual([
    {
      file: path.join(root, 'x/*.yaml'),
      message: 'no such file or folder, and nothing matches it as a pattern',
    },
  ])
})

test('everything below, without hidden files, node_modules, links to folders, and kustomizations as manifests', async () => {
  const { sources, notes, given } = await expanded('**/*.yaml')
  expect(sources.map(({ name }) => path.relative(root, name))).toEqual([
    '[a].yaml',
    'a.yaml',
    'b.yaml',
    'deep/er/d.yaml',
    'over/o.yaml',
    'star*.yaml',
    'star1.yaml',
  ])
  expect(notes.map(({ id, file }) => [id, path.relative(root, file)])).toEqual([['kustomization', 'over']])
  expect(given).toContain(path.join(root, 'a.yaml'))
})
