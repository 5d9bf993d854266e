import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Expansion, expandPaths, LARGEST_INPUT } from '../../src/manifests/paths.ts'
import { readFile, readStream, sizeText } from '../../src/manifests/read-file.ts'

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
    { file: path.join(root, 'utf16.yaml'), message: 'cannot be read: it is UTF-16, expected UTF-8 text' },
    {
      file: path.join(root, 'nothing'),
      message: 'contains no manifests: expected files ending in .json, .yaml, .yml',
    },
  ])
})

/** Ends with an error where the reading waits for somebody who writes. */
const soon = <T>(promise: Promise<T>): Promise<T> =>
  Promise.race([
    promise,
    new Promise<T>((_, reject) => setTimeout(() => reject(new Error('it waits')), 60_000).unref()),
  ])

test('what is no file is named, and neither opened nor waited for; a pipe can be piped in', async () => {
  const folder = path.join(root, 'odd')
  await mkdir(path.join(folder, 'folder.yaml'), { recursive: true })
  execFileSync('mkfifo', [path.join(folder, 'pipe.yaml'), path.join(folder, 'pipe.txt')])
  await symlink('/dev/zero', path.join(folder, 'zero.yaml'))
  await symlink('circle.yaml', path.join(folder, 'circle.yaml'))
  await symlink('gone', path.join(folder, 'dangling.yaml'))
  await symlink(path.join(root, 'tree'), path.join(folder, 'linked.yaml'))
  await symlink(path.join(root, 'tree/b.yaml'), path.join(folder, 'well.yaml'))
  const socket = createServer().listen(path.join(folder, 'socket.yaml'))
  await once(socket, 'listening')
  const { sources, problems } = await soon(expand('odd'))
  expect(sources).toEqual([{ name: path.join(folder, 'well.yaml'), text: 'b' }])
  expect(problems.map(({ file, message }) => [path.basename(file), message])).toEqual([
    ['circle.yaml', 'cannot be read: its symbolic links lead in a circle'],
    ['dangling.yaml', 'cannot be read: no such file or folder'],
    ['linked.yaml', 'cannot be read: it is a folder, expected a file'],
    ['pipe.yaml', 'cannot be read: it is a pipe, expected a file'],
    ['socket.yaml', 'cannot be read: it is a socket, expected a file'],
    ['zero.yaml', 'cannot be read: it is a device, expected a file'],
  ])
  socket.close()
  const named = await soon(expand('odd/pipe.txt', 'odd/zero.yaml'))
  expect(named.problems.map(({ message }) => message)).toEqual([
    'cannot be read: it is a pipe, expected a file; pipe it in instead: … | slackwater plan -f -',
    'cannot be read: it is a device, expected a file; pipe it in instead: … | slackwater plan -f -',
  ])
})

test('a folder that cannot be read is named, and the folders beside it are read', async () => {
  const closed = path.join(root, 'closed')
  for (const name of ['a', 'b', 'c']) await mkdir(path.join(closed, name), { recursive: true })
  for (const name of ['a', 'b', 'c']) await writeFile(path.join(closed, name, 'x.yaml'), name)
  await chmod(path.join(closed, 'b'), 0)
  const expansion = await asNobody(() => expand('closed'))
  await chmod(path.join(closed, 'b'), 0o755)
  expect(names(expansion)).toEqual(['closed/a/x.yaml', 'closed/c/x.yaml'])
  expect(expansion.problems).toEqual([
    { file: path.join(closed, 'b'), message: 'cannot be read: no permission' },
  ])
})

/** To root nothing is closed. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return act()
  await chmod(root, 0o755)
  process.seteuid?.(65_534)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}

describe('sizes', () => {
  // Sparse: they have a size and take no place.
  const sized = async (name: string, bytes: number): Promise<string> => {
    await writeFile(path.join(root, name), '')
    await truncate(path.join(root, name), bytes)
    return name
  }

  test('a file larger than everything may be is refused by its name', async () => {
    const { sources, problems } = await expand(await sized('huge.yaml', LARGEST_INPUT + 1), 'tree/b.yaml')
    expect(sources.map(({ text }) => text)).toEqual(['b'])
    expect(problems).toEqual([
      {
        file: path.join(root, 'huge.yaml'),
        message: `cannot be read: larger than the limit of ${sizeText(LARGEST_INPUT)}`,
      },
    ])
  })

  test('so is one that would make everything larger; a smaller one behind it is read', async () => {
    const half = Math.floor(LARGEST_INPUT / 2)
    const [first, second] = [await sized('half.yaml', half), await sized('more.yaml', half + 2)]
    const { sources, problems } = await expand(first, second, 'tree/b.yaml')
    expect(sources.map(({ name }) => path.basename(name))).toEqual(['half.yaml', 'b.yaml'])
    expect(problems.map(({ file, message }) => [path.basename(file), message])).toEqual([
      [
        'more.yaml',
        `not read: the input is larger than ${sizeText(LARGEST_INPUT)} in total: give fewer files at a time`,
      ],
    ])
  })

  test('a file that grows while it is read, and standard input that goes on, are read to the limit', async () => {
    const long = async function* () {
      for (let chunk = 0; chunk < 100; chunk++) yield new Uint8Array(2 ** 20)
    }
    await expect(readStream(long(), 3 * 2 ** 20)).rejects.toThrow('larger than the limit of 3 MiB')
    // Of the kernel's making: a file of size 0 that has contents.
    expect(await readFile('/proc/self/status', 10)).toMatchObject({ ok: false })
    expect(await readFile('/proc/self/status', 2 ** 20)).toMatchObject({ ok: true })
  })
})

test('bytes of standard input that are no UTF-8 are not replaced', async () => {
  const bytes = async function* () {
    yield new Uint8Array([0x61, 0xff])
  }
  const { problems } = await expandPaths(['-'], () => readStream(bytes(), 100))
  expect(problems).toEqual([{ file: 'stdin', message: 'cannot be read: expected UTF-8 text' }])
})

test('standard input that breaks is a problem', async () => {
  const { problems } = await expandPaths(['-'], () => Promise.reject(new Error('closed')))
  expect(problems).toEqual([{ file: 'stdin', message: 'cannot be read: closed' }])
})

test('a command that is shown can be pasted whatever the folder is called', async () => {
  const folder = path.join(root, "it's; rm -rf ~")
  await mkdir(folder)
  await writeFile(path.join(folder, 'kustomization.yaml'), '')
  const [note] = (await expandPaths([folder], async () => '')).notes
  expect(note?.text).toContain(`kustomize build '${root}/it'\\''s; rm -rf ~' | slackwater`)
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
        'holds a kustomization (and 1 more such folder) and was read as written, without its patches and names; ' +
        `to read what kustomize makes of it, add --render, or: kustomize build ${first} | slackwater plan -f -; ` +
        `so for ${path.join(root, 'overlays/two')}`,
    },
  ])
})

describe('of several kustomizations the note names those that no other one includes', () => {
  async function toBuild(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const folder = await mkdtemp(path.join(tmpdir(), 'slackwater-kustomize-'))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
      await writeFile(path.join(folder, name), text)
    }
    const { notes, problems } = await expandPaths([folder], async () => '')
    expect(problems).toEqual([])
    return notes
      .flatMap(({ text }) => text.match(new RegExp(`${folder}/[a-z/]+|and \\d+ more(?! such)`, 'g')) ?? [])
      .map((found) => found.replace(`${folder}/`, ''))
  }

  test('a base that an overlay includes is none of them', async () => {
    const files = {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'overlays/prod/kustomization.yml': 'resources:\n- ../../base/\n- https://example.com/remote?ref=v1\n',
      'overlays/test/Kustomization': 'bases: ["../../base"]\n',
    }
    expect(await toBuild(files)).toEqual(['overlays/prod', 'overlays/test'])
  })

  test('nor is a component, which cannot be built alone', async () => {
    const files = {
      'a/component/kustomization.yaml': 'kind: Component\n',
      'b/part/kustomization.yaml': '',
      'c/app/kustomization.yaml': 'components: [../../b/part]\n',
    }
    expect(await toBuild(files)).toEqual(['c/app'])
  })

  test('many are counted', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const files = Object.fromEntries(names.map((name) => [`${name}/kustomization.yaml`, '']))
    expect(await toBuild(files)).toEqual(['a', 'b', 'c', 'd', 'and 2 more'])
  })

  test.for([
    ['a circle', 'resources: [../b]', 'resources: [../a]', ['a']],
    ['text that is no YAML', '{{ broken', 'resources: [../a]', ['b']],
    ['another shape', 'resources: 5', '- resources', ['a', 'b']],
  ] as const)('%s', async ([, a, b, roots]) => {
    expect(await toBuild({ 'a/kustomization.yaml': a, 'b/kustomization.yaml': b })).toEqual(roots)
  })
})
