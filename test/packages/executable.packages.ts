import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { nodeOf } from './node-versions.ts'

/** The single-file executable of this machine's platform, with no Node.js beside it. */

const root = mkdtempSync(path.join(tmpdir(), 'slackwater-executable-'))
const at = (name: string): string => path.join(root, name)
const executable = at('slackwater')

const build = (folder: string): string => {
  const version = readFileSync('scripts/executable/node-version', 'utf8').trim()
  const args = ['scripts/executable/build.ts', '--node', nodeOf(version), folder]
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  return path.join(folder, String(readdirSync(folder)[0]))
}

const sumOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

let archive = ''
beforeAll(() => {
  archive = build(at('out'))
  execFileSync('tar', ['-xzf', archive, '-C', root])
})
afterAll(() => rmSync(root, { recursive: true }))

function run(args: readonly string[], { program = executable, input = '', env = {} } = {}) {
  const ran = spawnSync(program, args, { input, env, encoding: 'utf8' })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

describe('the single-file executable', () => {
  test('is named for its platform, and comes with the licenses of what it contains', () => {
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch
    expect(path.basename(archive)).toBe(
      `slackwater-${packageJson.version}-${process.platform}-${architecture}.tar.gz`,
    )
    for (const [file, words] of [
      ['LICENSE', 'Apache License'],
      ['LICENSE.node', 'Node.js is licensed for use as follows'],
      ['THIRD_PARTY_NOTICES.txt', 'LICENSE.node'],
    ] as const)
      expect(readFileSync(at(file), 'utf8')).toContain(words)
  })

  test('the same sources give the same archive', () => {
    expect(sumOf(build(at('again')))).toBe(sumOf(archive))
  })

  test('plan, lint and explain work without any variable of the environment', () => {
    const bookshop = readFileSync('examples/1-bookshop.yaml', 'utf8')
    expect(run(['plan', '-f', '-'], { input: bookshop }).out).toContain('inject: sleep 45 s')
    expect(run(['plan', '-f', 'examples']).out).toMatch(/^57 objects read, 13 workloads: /)
    expect(run(['lint', '-f', 'examples', '-o', 'sarif']).out).toContain('"name": "Slackwater"')
    expect(run(['explain', 'prestop-missing']).out).toMatch(/^prestop-missing\n/)
    expect(run(['explain', 'no-such-word'])).toMatchObject({ code: 2, out: '' })
  })

  test('prints the pages that the bundle prints: a finding, a concern, a notice', () => {
    for (const word of ['prestop-missing', 'refused-without-us', 'controller-single-replica']) {
      const bundled = run(['dist/main.js', 'explain', word], { program: process.execPath })
      expect(run(['explain', word])).toEqual(bundled)
    }
  })

  test('is not impressed by options for Node.js', () => {
    expect(run(['--version'], { env: { NODE_OPTIONS: '--no-such-option' } })).toEqual({
      code: 0,
      out: `${packageJson.version}\n`,
      err: '',
    })
  })

  test('is the kubectl plugin under that name', () => {
    const program = at('kubectl-slackwater')
    copyFileSync(executable, program)
    expect(run(['--help'], { program }).out).toMatch(/^Usage: kubectl slackwater /)
  })

  test('is not made from another Node.js than the one that is stated', () => {
    const args = ['scripts/executable/build.ts', '--node', process.execPath, at('other')]
    const ran = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(ran.stderr).toContain('scripts/executable/node-version has')
    expect(ran.status).not.toBe(0)
  })
})
