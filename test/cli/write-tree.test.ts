import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeInPlace } from '../../src/cli/write-in-place.ts'
import { shop } from './manifests.ts'
import { slackwater } from './run.ts'

/** What becomes of a tree of manifests: a copy that can be built, or the same files changed where they are. */

/** The shop without its Namespace, which is the first document. */
const UNNAMED = shop().replace(/^[\s\S]*?---\n/, '')
const NAMESPACES = 'slackwater-namespaces.yaml'
/** No UTF-8, and no text. */
const BINARY = Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0d, 0x80])

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slackwater-tree-'))
})

function write(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), content)
  }
}

const text = (name: string) => readFileSync(path.join(root, name), 'utf8')
const plan = (...args: readonly string[]) => slackwater(['plan', ...args], { cwd: root })
const filesIn = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(root, folder, name)).isFile())
    .toSorted()

describe('a copy', () => {
  beforeEach(() =>
    write({
      'in/base/kustomization.yaml': 'resources:\n- web.yaml # the shop\n',
      'in/base/web.yaml': UNNAMED,
      'in/over/kustomization.yaml': 'resources: [../base]\nsecretGenerator: [{ name: a, envs: [.env] }]\n',
      'in/over/.env': 'A=1\n',
      'in/over/logo.png': BINARY,
      'in/.git/config': 'x',
      'in/node_modules/x.js': 'x',
      'in/run.sh': '#!/bin/sh\n',
    }),
  )

  test('says what it wrote, and has all that a build needs', () => {
    chmodSync(path.join(root, 'in/run.sh'), 0o755)
    const { err, code } = plan('-f', 'in', '--write-to', 'out')
    expect(err.split('\n')).toEqual([
      `out/base/${NAMESPACES}: new, with 1 Namespace`,
      'out/base/web.yaml: 1 object changed',
      `out/base/kustomization.yaml: lists ${NAMESPACES}`,
      'out: 4 files as they were',
      '',
    ])
    expect(code).toBe(0)
    expect(filesIn('out')).toEqual([
      'base/kustomization.yaml',
      `base/${NAMESPACES}`,
      'base/web.yaml',
      'over/.env',
      'over/kustomization.yaml',
      'over/logo.png',
      'run.sh',
    ])
    expect(text('out/base/kustomization.yaml')).toBe(`resources:\n- web.yaml # the shop\n- ${NAMESPACES}\n`)
    expect(readFileSync(path.join(root, 'out/over/logo.png'))).toEqual(BINARY)
    expect(statSync(path.join(root, 'out/run.sh')).mode & 0o777).toBe(0o755)
  })

  test('written again, and a copy of the copy, are the same', () => {
    plan('-f', 'in', '--write-to', 'out')
    plan('-f', 'in', '--write-to', 'out')
    expect(plan('-f', 'out', '--write-to', 'again').err).toBe('again: 7 files as they were\n')
    expect(filesIn('again')).toEqual(filesIn('out'))
    for (const name of filesIn('out')) expect(text(`again/${name}`)).toBe(text(`out/${name}`))
  })

  test('keeps a secret file from others, and can be written again though the source is read-only', () => {
    chmodSync(path.join(root, 'in/base/web.yaml'), 0o400)
    plan('-f', 'in', '--write-to', 'out')
    expect(statSync(path.join(root, 'out/base/web.yaml')).mode & 0o777).toBe(0o600)
  })

  test('links: to a file inside as a file; what leads elsewhere is named and left', () => {
    write({ 'secret.txt': 'mine' })
    symlinkSync('../run.sh', path.join(root, 'in/over/run.sh'))
    symlinkSync('../secret.txt', path.join(root, 'in/evil.txt'))
    symlinkSync('base', path.join(root, 'in/folder'))
    symlinkSync('nowhere', path.join(root, 'in/gone.txt'))
    const { err } = plan('-f', 'in', '--write-to', 'out')
    expect(err).toContain(
      'warning: in/evil.txt is not carried along: a symbolic link that leads out of the folder\n',
    )
    expect(err).toContain('warning: in/folder is not carried along: a symbolic link to something')
    expect(err).toContain(
      'warning: in/gone.txt is not carried along: a symbolic link: no such file or folder\n',
    )
    expect(text('out/over/run.sh')).toBe('#!/bin/sh\n')
    expect(filesIn('out')).not.toContain('evil.txt')
  })

  test('what a build needs above the given folder is named', () => {
    const { err } = plan('-f', 'in/over', '--write-to', 'out')
    expect(err).toContain(
      'warning: in/over/kustomization.yaml needs ../base, which was not read: give a folder that holds both with -f\n',
    )
  })
})

describe('what is read is never overwritten', () => {
  beforeEach(() => {
    write({
      'in/web.yaml': UNNAMED,
      'in/in/web.yaml': 'kind: List\napiVersion: v1\n',
      'in/in/in/web.yaml': 'kind: List\napiVersion: v1\n',
      'in/deep/x.txt': 'x',
    })
    symlinkSync('in', path.join(root, 'link'))
  })

  test.for<[string, readonly string[], string]>([
    ['the folder itself', ['-f', 'in'], 'in'],
    ['by another way', ['-f', 'in'], 'in/deep/../../in'],
    ['through a link', ['-f', 'in'], 'link'],
    ['read through a link', ['-f', 'link'], 'in'],
    ['a new folder in it', ['-f', 'in'], 'in/new/er'],
    ['a new folder through a link', ['-f', 'in'], 'link/new'],
    ['a file given by name', ['-f', 'in/web.yaml'], 'in'],
    ['a file given by name, through a link', ['-f', 'in/web.yaml'], 'link'],
    ['a folder around it, where a name meets', ['-f', 'in/in'], 'in'],
  ])('%s', ([, given, target]) => {
    const before = filesIn('in').map((name) => [name, text(`in/${name}`)])
    const { code, err } = plan(...given, '--write-to', target)
    expect(code).toBe(2)
    expect(err).toMatch(
      /^error: nothing is written to \S+: .*, which is read; name a folder elsewhere, or use --in-place instead/,
    )
    expect(filesIn('in').map((name) => [name, text(`in/${name}`)])).toEqual(before)
  })

  test('another name of the same file', () => {
    mkdirSync(path.join(root, 'out'))
    linkSync(path.join(root, 'in/web.yaml'), path.join(root, 'out/web.yaml'))
    expect(plan('-f', 'in', '--write-to', 'out').err).toMatch(
      /^error: nothing is written to out: out\/web.yaml is in\/web.yaml/,
    )
  })

  test('a hidden folder in it is not read, and may be written', () => {
    expect(plan('-f', 'in', '--write-to', 'in/.patched').err).toContain(
      'in/.patched/web.yaml: 1 object changed\n',
    )
    expect(plan('-f', 'in', '--write-to', 'out').err).toContain('out: 3 files as they were\n')
  })
})

describe('in place', () => {
  test('only what changes is written, and a second run changes nothing', () => {
    write({
      'in/web.yaml': shop({ label: '' }),
      'in/other.yaml': 'apiVersion: v1\nkind: List\n',
      'in/x.txt': 'x',
    })
    const long = new Date(0)
    utimesSync(path.join(root, 'in/other.yaml'), long, long)
    chmodSync(path.join(root, 'in/web.yaml'), 0o640)
    expect(plan('-f', 'in', '--in-place').err).toBe('in/web.yaml: 2 objects changed\n')
    expect(text('in/web.yaml')).toContain('preStop')
    expect(statSync(path.join(root, 'in/web.yaml')).mode & 0o777).toBe(0o640)
    expect(statSync(path.join(root, 'in/other.yaml')).mtime).toEqual(long)
    expect(filesIn('in')).toEqual(['other.yaml', 'web.yaml', 'x.txt'])
    expect(plan('-f', 'in', '--in-place').err).toBe('no file changed\n')
  })

  test('keeps the owner, which only root could change', () => {
    write({ 'web.yaml': shop() })
    const file = path.join(root, 'web.yaml')
    if (process.getuid?.() === 0) chownSync(file, 65_534, 65_534)
    const { uid, gid } = statSync(file)
    plan('-f', 'web.yaml', '--in-place')
    expect(text('web.yaml')).toContain('preStop')
    expect([statSync(file).uid, statSync(file).gid]).toEqual([uid, gid])
  })

  test('is the same as the copy', () => {
    write({ 'in/kustomization.yaml': 'resources: [web.yaml]\n', 'in/web.yaml': UNNAMED })
    cpSync(path.join(root, 'in'), path.join(root, 'same'), { recursive: true })
    plan('-f', 'in', '--write-to', 'out')
    plan('-f', 'same', '--in-place')
    expect(filesIn('same')).toEqual(['kustomization.yaml', NAMESPACES, 'web.yaml'])
    for (const name of filesIn('out')) expect(text(`same/${name}`)).toBe(text(`out/${name}`))
  })

  test('a link inside stays a link, and its file is written once', () => {
    write({ 'in/a/web.yaml': shop() })
    symlinkSync('a/web.yaml', path.join(root, 'in/link.yaml'))
    const { err, code } = plan('-f', 'in', '--in-place')
    expect([err.includes('error'), code]).toEqual([false, 0])
    expect(text('in/link.yaml')).toContain('preStop')
    expect(
      readdirSync(path.join(root, 'in'), { withFileTypes: true }).map((one) => one.isSymbolicLink()),
    ).toEqual([false, true])
  })

  test('a link that leads out is not followed, unless it is named', () => {
    write({ 'web.yaml': shop(), 'in/x.txt': 'x' })
    symlinkSync('../web.yaml', path.join(root, 'in/link.yaml'))
    const { err, code } = plan('-f', 'in', '--in-place')
    expect(code).toBe(2)
    expect(err).toContain(
      'error: in/link.yaml: not written: it is a symbolic link that leads out of what was given',
    )
    expect(text('web.yaml')).toBe(shop())
    expect(plan('-f', 'in/link.yaml', '--in-place').err).toBe('in/link.yaml: 1 object changed\n')
    expect(text('web.yaml')).toContain('preStop')
  })

  test('a file that has changed since, and one that was not read, stay', async () => {
    write({ 'web.yaml': 'newer', [NAMESPACES]: 'not given' })
    const { failures } = await writeInPlace(
      [
        { name: path.join(root, 'web.yaml'), text: 'patched', former: 'read', objects: 1 },
        { name: path.join(root, NAMESPACES), text: 'new', former: undefined, objects: 1 },
      ],
      [path.join(root, 'web.yaml')],
    )
    expect(failures.map((failure) => failure.replace(`${root}/`, ''))).toEqual([
      'web.yaml: not written: it has changed since it was read: run this again',
      `${NAMESPACES}: not written: it exists, but was not read: give it with -f too`,
    ])
    expect([text('web.yaml'), text(NAMESPACES)]).toEqual(['newer', 'not given'])
  })

  test('not of standard input, and not together with a folder', () => {
    expect(slackwater(['plan', '-f', '-', '--in-place'], { input: shop() })).toEqual({
      code: 2,
      out: '',
      err: 'error: --in-place needs files: standard input cannot be changed\n',
    })
    write({ 'web.yaml': shop() })
    const both = plan('-f', 'web.yaml', '--in-place', '--write-to', 'out')
    expect([both.code, both.out, existsSync(path.join(root, 'out'))]).toEqual([2, '', false])
  })
})
