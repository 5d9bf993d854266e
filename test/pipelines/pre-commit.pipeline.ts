import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BIN } from '../e2e/cluster/parts.ts'
import { STAYS, treeOf, WARNED } from './odd-names.ts'
import { pathWith } from './tools.ts'

/** The hooks, as people use them: the real pre-commit installs them from a git repository, and runs them on a commit. */

const PRE_COMMIT = '4.7.0'
const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-pre-commit-'))
const hooks = path.join(folder, 'hooks')
const program = path.join(BIN, `pre-commit-${PRE_COMMIT}`, 'bin', 'pre-commit')

interface Ended {
  readonly code: number | null
  readonly out: string
}

let PATH = ''

function run(cwd: string, name: string, args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(name, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH, PRE_COMMIT_HOME: path.join(folder, 'home'), NO_COLOR: '1' },
  })
  return { code: status, out: `${stdout}${stderr}` }
}

function must(cwd: string, name: string, args: readonly string[]): string {
  const { code, out } = run(cwd, name, args)
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: ${out}`)
  return out
}

const commit = (cwd: string): void => {
  must(cwd, 'git', ['add', '-A'])
  must(cwd, 'git', [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    'commit',
    '-qm',
    'all',
    '--no-verify',
  ])
}

const isMissing = spawnSync('python3', ['-m', 'venv', '--help']).status !== 0
const isRequired = process.env['SLACKWATER_E2E_REQUIRE_ALL'] === '1'

/** This repository as it is now, whether committed or not. */
function repositoryOfHooks(): void {
  const listed = spawnSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    encoding: 'utf8',
  }).stdout
  for (const name of listed.split('\0').filter((one) => one !== '' && existsSync(one))) {
    mkdirSync(path.dirname(path.join(hooks, name)), { recursive: true })
    cpSync(name, path.join(hooks, name))
  }
  must(hooks, 'git', ['init', '-q'])
  commit(hooks)
  must(hooks, 'git', ['tag', 'v0.0.0'])
}

const CONFIGURATION = `repos:
  - repo: ${hooks}
    rev: v0.0.0
    hooks:
      - id: slackwater
        files: ^deploy/
      - id: slackwater-render
        files: ^charts/
`

describe.skipIf(isMissing && !isRequired)('pre-commit', () => {
  beforeAll(() => {
    PATH = [pathWith(['helm'], []), process.env['PATH']].join(path.delimiter)
    if (!existsSync(program)) {
      const venv = path.dirname(path.dirname(program))
      must('.', 'python3', ['-m', 'venv', venv])
      must('.', path.join(venv, 'bin', 'pip'), ['--quiet', 'install', `pre-commit==${PRE_COMMIT}`])
    }
    repositoryOfHooks()
    // Builds the program in the repository of the hooks, from the packages of the lockfile.
    const cwd = treeOf({ '.pre-commit-config.yaml': CONFIGURATION })
    must(cwd, 'git', ['init', '-q'])
    must(cwd, program, ['install', '--install-hooks'])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A repository in which everything is committed, and then these files change. */
  function committing(files: Readonly<Record<string, string>>, changed: readonly string[]): Ended {
    const cwd = treeOf({ ...files, '.pre-commit-config.yaml': CONFIGURATION })
    must(cwd, 'git', ['init', '-q'])
    commit(cwd)
    for (const name of changed) writeFileSync(path.join(cwd, name), `${files[name] ?? ''}# changed\n`)
    must(cwd, 'git', ['add', '-A'])
    return run(cwd, program, ['run'])
  }

  const [namespace = '', deployment = '', ...others] = WARNED.split('---\n')
  const APART = {
    'deploy/namespaces.yaml': namespace,
    'deploy/shop/it is.yaml': deployment,
    'deploy/ingress/shop.yaml': others.join('---\n'),
  }

  test('a Deployment alone is changed, and judged behind the Ingress of another folder', () => {
    const { code, out } = committing(APART, ['deploy/shop/it is.yaml'])
    expect(out).toContain(`deploy/shop/it is.yaml:1: warning: `)
    expect(out).toContain(`[${STAYS}]`)
    expect(code).toBe(1)
  })

  test('so it is if only the Ingress is changed', () => {
    expect(committing(APART, ['deploy/ingress/shop.yaml']).out).toContain(`[${STAYS}]`)
  })

  test('a commit that changes nothing below these folders asks nobody', () => {
    const { code, out } = committing({ ...APART, 'readme.yaml': 'a: b\n' }, ['readme.yaml'])
    expect(code).toBe(0)
    expect(out).toContain('no files to check')
  })

  test('a template of a chart is rendered', () => {
    const files = {
      'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'charts/web/values.yaml': 'name: web\n',
      'charts/web/templates/shop.yaml': WARNED.replaceAll('name: web', 'name: {{ .Values.name }}'),
    }
    const { code, out } = committing(files, ['charts/web/values.yaml'])
    expect(out).toContain('charts/web (helm template):')
    expect(out).toContain('from charts/web/templates/shop.yaml')
    expect(code).toBe(1)
  })
})
