import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeFiles } from '../../src/cli/write-files.ts'
import { shop } from './manifests.ts'
import { slackwater } from './run.ts'

let root: string
let out: string

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slackwater-write-'))
  out = path.join(root, 'out')
  mkdirSync(path.join(root, 'victim'))
  writeFileSync(path.join(root, 'victim/file'), 'precious')
})

const precious = () => readFileSync(path.join(root, 'victim/file'), 'utf8')
const written = () => readdirSync(out, { recursive: true, encoding: 'utf8' }).toSorted()

/** Files found below the folder `in`. */
const write = async (...names: readonly string[]) => {
  const files = names.map((name) => ({ name: path.join('in', name), content: `text of ${name}` }))
  return (await writeFiles(files, { folder: out, given: ['in'] })).failures
}

test('each keeps its place; folders are made; nothing else is left there', async () => {
  expect(await write('a.yaml', 'deep/er/b.yaml')).toEqual([])
  expect(written()).toEqual(['a.yaml', 'deep', 'deep/er', 'deep/er/b.yaml'])
  expect(readFileSync(path.join(out, 'deep/er/b.yaml'), 'utf8')).toBe('text of deep/er/b.yaml')
})

describe('nothing is written outside, and the rest goes on', () => {
  test.for<[string, string, () => void, string]>([
    [
      'the file is a symbolic link',
      'a.yaml',
      () => symlinkSync('../victim/file', path.join(out, 'a.yaml')),
      'it is a symbolic link, which is not followed, expected a file',
    ],
    [
      'the file is a link to nowhere',
      'a.yaml',
      () => symlinkSync('../victim/new', path.join(out, 'a.yaml')),
      'it is a symbolic link, which is not followed, expected a file',
    ],
    [
      'a folder is a symbolic link',
      'deep/a.yaml',
      () => symlinkSync('../victim', path.join(out, 'deep')),
      'OUT/deep is a symbolic link, which is not followed, expected a folder',
    ],
    [
      'a folder further down is one',
      'deep/er/a.yaml',
      () => {
        mkdirSync(path.join(out, 'deep'))
        symlinkSync('../../victim', path.join(out, 'deep/er'))
      },
      'OUT/deep/er is a symbolic link, which is not followed, expected a folder',
    ],
    [
      'a link that stays inside',
      'deep/a.yaml',
      () => symlinkSync('.', path.join(out, 'deep')),
      'OUT/deep is a symbolic link, which is not followed, expected a folder',
    ],
    [
      'the file is a folder',
      'a.yaml',
      () => mkdirSync(path.join(out, 'a.yaml')),
      'it is a folder, expected a file',
    ],
    [
      'a folder is a file',
      'deep/a.yaml',
      () => writeFileSync(path.join(out, 'deep'), ''),
      'OUT/deep is a file, expected a folder',
    ],
    [
      'the file is a pipe',
      'a.yaml',
      () => execFileSync('mkfifo', [path.join(out, 'a.yaml')]),
      'it is neither a file nor a folder, expected a file',
    ],
  ])('%s', async ([, name, arrange, reason]) => {
    mkdirSync(out)
    arrange()
    expect(await write(name, 'rest.yaml')).toEqual([
      `${path.join(out, name)}: not written for in/${name}: ${reason.replace('OUT', out)}`,
    ])
    expect(readFileSync(path.join(out, 'rest.yaml'), 'utf8')).toBe('text of rest.yaml')
    expect(precious()).toBe('precious')
    expect(readdirSync(path.join(root, 'victim'))).toEqual(['file'])
  })

  /** Nobody's: a test that fails must not overwrite a file of whoever runs it. */
  const ABSOLUTE = path.join(tmpdir(), 'slackwater-nobody', 'hosts')

  // Files that are named, not found in a folder, lie by their last name; names from elsewhere never lead upwards.
  test.for<[string, readonly string[], string]>([
    ['../../victim/file', ['../../victim/file'], 'file'],
    ['../../victim/file', ['in', '../../victim/file'], 'file'],
    [ABSOLUTE, ['in', ABSOLUTE], 'hosts'],
    ['stdin', ['-'], 'stdin.yaml'],
    ['..x/a.yaml', ['.'], '..x/a.yaml'],
    ['/', [], ''],
  ])('%s goes to %s', async ([name, given, expected]) => {
    const { failures } = await writeFiles([{ name, content: 'x' }], { folder: out, given })
    if (expected === '') expect(failures).toHaveLength(1)
    else expect(readFileSync(path.join(out, expected), 'utf8')).toBe('x')
    expect(precious()).toBe('precious')
  })
})

test('the folder itself may be a symbolic link: it is named by the caller', async () => {
  mkdirSync(path.join(root, 'real'))
  symlinkSync('real', out)
  expect(await write('a.yaml')).toEqual([])
  expect(readdirSync(path.join(root, 'real'))).toEqual(['a.yaml'])
})

describe('a file that is there', () => {
  beforeEach(() => {
    mkdirSync(out)
    writeFileSync(path.join(out, 'a.yaml'), 'former')
  })

  test('keeps who may do what, but for running as its owner', async () => {
    chmodSync(path.join(out, 'a.yaml'), 0o4750)
    expect(await write('a.yaml')).toEqual([])
    expect(statSync(path.join(out, 'a.yaml')).mode & 0o7777).toBe(0o750)
  })

  test('with a second name is replaced under this one only', async () => {
    linkSync(path.join(root, 'victim/file'), path.join(out, 'b.yaml'))
    expect(await write('b.yaml')).toEqual([])
    expect(precious()).toBe('precious')
    expect(readFileSync(path.join(out, 'b.yaml'), 'utf8')).toBe('text of b.yaml')
  })

  test('stays whole where there is no room for the new text, and nothing is left beside it', () => {
    writeFileSync(path.join(root, 'a.yaml'), `${shop()}# ${'x'.repeat(10_000)}\n`)
    // No file may become larger than some blocks: a disk that is full, for one process.
    const command = `trap '' XFSZ; ulimit -f 4; exec '${process.execPath}' '${path.resolve('dist/main.js')}' plan -f a.yaml --write-to out`
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' })
    expect([status, stderr]).toEqual([
      2,
      'error: out/a.yaml: not written for a.yaml: EFBIG: file too large, write\n',
    ])
    expect(readFileSync(path.join(out, 'a.yaml'), 'utf8')).toBe('former')
    expect(written()).toEqual(['a.yaml'])
  })
})

test('a folder that cannot be made is named once, and at once', () => {
  writeFileSync(path.join(root, 'web.yaml'), shop())
  const ran = slackwater(['plan', '-f', 'web.yaml', '--write-to', '/proc/x'], { cwd: root })
  expect(ran.code).toBe(2)
  expect(ran.err).toBe('error: /proc/x: cannot be written to: no such file or folder\n')
  expect(ran.out).toContain('Deployment shop/web')
})

test('a symbolic link below the folder: named, the rest is written, exit code 2', () => {
  mkdirSync(path.join(root, 'repo/patched'), { recursive: true })
  writeFileSync(path.join(root, 'repo/a.yaml'), shop())
  writeFileSync(path.join(root, 'repo/b.yaml'), shop())
  symlinkSync('../../victim/file', path.join(root, 'repo/patched/a.yaml'))
  const ran = slackwater(['plan', '-f', 'a.yaml', 'b.yaml', '--write-to', 'patched'], {
    cwd: path.join(root, 'repo'),
  })
  expect(ran.code).toBe(2)
  expect(ran.err).toBe(
    'patched/b.yaml: 1 object changed\nerror: patched/a.yaml: not written for a.yaml: it is a symbolic link, which is not followed, expected a file\n',
  )
  expect(precious()).toBe('precious')
  expect(readFileSync(path.join(root, 'repo/patched/b.yaml'), 'utf8')).toContain('preStop')
})
