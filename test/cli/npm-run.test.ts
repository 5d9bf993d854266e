import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { folderOf, type Ran } from './run.ts'

/** `npm run -s slackwater` of a clone, called from other folders with the real npm: paths are those of the caller. */

const CLONE = path.resolve('.')

function run(program: string, args: readonly string[], cwd: string): Ran {
  const { npm_config_prefix: _, ...env } = process.env
  const ran = spawnSync(program, args, { cwd, env: { ...env, NO_COLOR: '1' }, encoding: 'utf8' })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

const npm = (args: readonly string[], cwd: string): Ran => run('npm', ['--prefix', CLONE, ...args], cwd)
const slackwater = ['run', '-s', 'slackwater', '--']

const caller = folderOf({ 'web.yaml': shop() })

describe('a clone elsewhere', () => {
  test('a file of the folder in which npm was called', () => {
    const { code, out } = npm([...slackwater, 'lint', '-f', 'web.yaml'], caller)
    expect(out).toMatch(/^web\.yaml:8: /m)
    expect(code).toBe(0)
  })

  test('a file that only the clone has is not read', () => {
    const { code, err } = npm([...slackwater, 'lint', '-f', 'examples/1-bookshop.yaml'], caller)
    expect({ code, err }).toEqual({
      code: 2,
      err: 'error: examples/1-bookshop.yaml: cannot be read: no such file or folder\n',
    })
  })

  test('a folder inside the clone', () => {
    const { code, out } = npm([...slackwater, 'lint', '-f', '1-bookshop.yaml'], path.join(CLONE, 'examples'))
    expect(out).toMatch(/^1-bookshop\.yaml:\d+: /m)
    expect(code).toBe(1)
  })
})

// npm gives INIT_CWD to whatever any script calls: only our own script may follow it.
test('the script of another package, which calls the program in a subfolder, keeps its folder', () => {
  const other = folderOf({
    'package.json': JSON.stringify({
      name: 'other',
      scripts: { check: `cd deploy && node "${CLONE}/dist/main.js" lint -f web.yaml` },
    }),
  })
  mkdirSync(path.join(other, 'deploy'))
  writeFileSync(path.join(other, 'deploy/web.yaml'), shop())
  const { code, out } = run('npm', ['run', '-s', 'check'], other)
  expect(out).toMatch(/^web\.yaml:8: /m)
  expect(code).toBe(0)
})

test('a folder that is gone when the program starts is one sentence', () => {
  const gone = folderOf({})
  rmSync(gone, { recursive: true })
  const script = `INIT_CWD=${gone} node -r ./scripts/called-from.cjs src/main.ts lint -f web.yaml`
  const { code, out, err } = run('sh', ['-c', script], CLONE)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toBe(`error: "${gone}", the folder of this call, cannot be read: ENOENT\n`)
})

test('nor is the current folder, without npm, if it is gone', () => {
  const gone = folderOf({})
  const script = `rmdir ${gone} && node "${CLONE}/dist/main.js" lint -f web.yaml`
  const { code, out, err } = run('sh', ['-c', script], gone)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toBe('error: the current folder is gone: change to one that exists, or give absolute paths\n')
})

test.skipIf(process.platform !== 'linux')('nor is a full disk behind standard output', () => {
  const script = `node "${CLONE}/dist/main.js" version > /dev/full`
  const { code, err } = run('sh', ['-c', script], folderOf({}))
  expect({ code, err }).toEqual({ code: 2, err: 'error: the output cannot be written: no space left\n' })
})
