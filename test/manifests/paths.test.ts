import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Expansion, expandPaths } from '../../src/manifests/paths.ts'

let root = ''

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'slackwater-paths-'))
  const files = {
    'tree/b.yaml': 'b',
    'tree/a.yml': '\uFEFFa\r\n',
    'tree/ab/z.json': 'z',
    'tree/c.txt': 'c',
    'tree/.hidden/x.yaml': 'x',
    'tree/.x.yaml': 'x',
    'tree/node_modules/x.yaml': 'x',
    'overlays/one/kustomization.yaml': 'k',
    'overlays/one/patch.yaml': 'p',
    'overlays/two/Kustomization': 'k',
    'nothing/readme.md': 'r',
    'template.tpl': 't',
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true })
    await writeFile(path.join(root, name), text)
  }
  await writeFile(path.join(root, 'utf16.yaml'), Buffer.from('\uFEFFkind: Pod', 'utf16le'))
  await symlink(path.join(root, 'tree'), path.join(root, 'tree', 'loop'))
})

afterAll(() => rm(root, { recursive: true, force: true }))

const expand = (...names: readonly string[]): Promise<Expansion> =>
  expandPaths(
    names.map((name) => (name === '-' ? name : path.join(root, name))),
    async () => 'piped',
  )

const names = ({ sources }: Expansion): readonly string[] =>
  sources.map(({ name }) => (path.isAbsolute(name) ? path.relative(root, name) : name))

test('a folder is read in lexical order, without hidden entries, node_modules and other files', async () => {
  const expansion = await expand('tree')
  expect(names(expansion)).toEqual(['tree/a.yml', 'tree/ab/z.json', 'tree/b.yaml'])
  expect(expansion.problems).toEqual([])
  expect(expansion.notes).toEqual([])
})

test('text arrives as it stands, byte order mark and line endings included', async () => {
  expect((await expand('tree/a.yml')).sources[0]?.text).toBe('\uFEFFa\r\n')
})

test('arguments keep their order, a file named twice is one, and - is standard input', async () => {
  const expansion = await expand('tree/b.yaml', '-', 'tree', 'template.tpl', '-')
  expect(names(expansion)).toEqual(['tree/b.yaml', 'stdin', 'tree/a.yml', 'tree/ab/z.json', 'template.tpl'])
  expect(expansion.sources[1]?.text).toBe('piped')
  expect(expansion.problems).toEqual([])
})

test('what cannot be read is a problem, and the rest goes on', async () => {
  const expansion = await expand('missing.yaml', 'utf16.yaml', 'nothing', 'tree/b.yaml')
  expect(names(expansion)).toEqual(['tree/b.yaml'])
  expect(expansion.problems).toEqual([
    { file: path.join(root, 'missing.yaml'), message: 'cannot be read: no such file or folder' },
    { file: path.join(root, 'utf16.yaml'), message: 'cannot be read: expected UTF-8 text' },
    {
      file: path.join(root, 'nothing'),
      message: 'holds no manifest: expected files ending in .json, .yaml, .yml',
    },
  ])
})

test('standard input that breaks is a problem', async () => {
  const { problems } = await expandPaths(['-'], () => Promise.reject(new Error('closed')))
  expect(problems).toEqual([{ file: 'stdin', message: 'cannot be read: closed' }])
})

test('kustomizations are read as written, with one note for all', async () => {
  const expansion = await expand('overlays')
  expect(names(expansion)).toEqual(['overlays/one/patch.yaml'])
  const first = path.join(root, 'overlays/one')
  expect(expansion.notes).toEqual([
    {
      severity: 'information',
      id: 'kustomization',
      file: first,
      text:
        'holds a kustomization (and 1 more such folders) and was read as written, without its patches and names; ' +
        `for what kustomize makes of it: kustomize build ${first} | slackwater plan -f -`,
    },
  ])
})
