import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { topFoldersOf } from '../../src/cli/top-folders.ts'
import { STAYS, treeOf, WARNED } from '../pipelines/odd-names.ts'
import { inProcess, slackwater } from './run.ts'

/** Which manifests the commands read. What each kind of input gives: test/manifests, test/rendering, test/pipelines. */

describe('input that is missing or cannot be written back', () => {
  test.for<readonly string[]>([['lint'], ['plan']])('%s without any', async (args) => {
    const { code, err } = await inProcess(args)
    expect([code, err]).toEqual([
      2,
      'error: no manifests: give files or folders with -f, or a kustomization with -k\n',
    ])
  })

  test.for<readonly [readonly string[], string]>([
    [
      ['-f', 'https://user:secret@host/a.yaml', '--in-place'],
      '--in-place is for files, not for URLs: use --patched, which prints them',
    ],
    [
      ['-f', 'https://host/a.yaml', '--write-to', 'out'],
      '--write-to is for files, not for URLs: use --patched, which prints them',
    ],
    [
      ['-k', 'over', '--write-to', 'out'],
      '--write-to is for files, not for what was rendered of them: use --patched, which prints it',
    ],
  ])('plan %j', async ([args, sentence]) => {
    const { code, err } = await inProcess(['plan', ...args])
    expect([code, err]).toEqual([2, `error: ${sentence}\n`])
  })

  test('a password in a URL is in no output', async () => {
    const { code, out, err } = await inProcess([
      'lint',
      '-f',
      'http://user:secret@127.0.0.1:1/a.yaml',
      '-o',
      'json',
    ])
    expect(code).toBe(2)
    expect(err).toContain('error: http://127.0.0.1:1/a.yaml: cannot be read: connect ECONNREFUSED')
    expect(out + err).not.toContain('secret')
  })
})

test('a pattern is written back to its matches', () => {
  const cwd = treeOf({ 'deploy/a.yaml': WARNED, 'deploy/b.yml': WARNED })
  const { code, err } = slackwater(['plan', '-f', 'deploy/*.yaml', '--in-place', '--fail-on', 'none'], {
    cwd,
  })
  expect([code, err]).toEqual([0, 'deploy/a.yaml: 1 object changed\n'])
})

describe('--top-folders', () => {
  const [namespace = '', deployment = '', ...others] = WARNED.split('---\n')
  const files = {
    'deploy/namespaces.yaml': namespace,
    'deploy/shop/web.yaml': deployment,
    'deploy/ingress/shop.yaml': others.join('---\n'),
    'other/broken.yaml': 'a: [',
    '.github/workflows/ci.yaml': 'on: push\n',
  }
  const lint = (cwd: string, ...args: readonly string[]) => slackwater(['lint', ...args], { cwd })

  test('a Deployment is judged behind the Ingress that lies in another folder', () => {
    const { code, out } = lint(treeOf(files), '--top-folders', 'deploy/shop/web.yaml')
    expect(out).toContain(`[${STAYS}]`)
    expect(code).toBe(1)
    // Alone it would be behind nothing, and all would seem well.
    expect(lint(treeOf(files), '-f', 'deploy/shop').code).toBe(0)
  })

  test('a folder that always belongs to it, as the arguments of a hook name it', () => {
    const apart = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name.replace('deploy/ingress', 'ingress'), text]),
    )
    expect(lint(treeOf(apart), '--top-folders', 'deploy/shop/web.yaml').code).toBe(0)
    const { code, out } = lint(treeOf(apart), '--top-folders', '--filename=ingress', 'deploy/shop/web.yaml')
    expect([code, out]).toEqual([1, expect.stringContaining(`[${STAYS}]`)])
  })

  test('hidden folders are nobody’s, and files beside --top-folders are not read alone', () => {
    expect(lint(treeOf(files), '--top-folders', '.github/workflows/ci.yaml')).toEqual({
      code: 0,
      out: '',
      err: '',
    })
    expect(lint(treeOf(files), 'deploy/shop/web.yaml')).toMatchObject({
      code: 2,
      err: 'error: give files with -f; arguments without an option are for --top-folders, which reads their whole top folders\n',
    })
  })

  test.for<readonly [readonly string[], readonly string[]]>([
    [['a/b/c.yaml', 'a/d.yaml'], ['a']],
    [
      ['a/b.yaml', 'x/y.yaml'],
      ['a', 'x'],
    ],
    [['a/b.yaml', 'c.yaml'], ['.']],
    [['a/.hidden/c.yaml', 'a/node_modules/c.yaml', '.git/x.yaml'], []],
    [['gone/c.yaml'], []],
    [['../outside/c.yaml'], ['../outside']],
  ])('%j: %j', ([changed, folders]) => {
    const base = treeOf({ 'in/a/b.yaml': '', 'in/x/y.yaml': '', 'outside/c.yaml': '' })
    mkdirSync(path.join(base, 'in/.git'))
    const before = process.cwd()
    process.chdir(path.join(base, 'in'))
    try {
      expect(topFoldersOf(changed)).toEqual(folders)
    } finally {
      process.chdir(before)
    }
  })
})
