import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { programFolder, withPrograms } from '../completion/program-folder.ts'
import { BIN, buildParts } from '../e2e/cluster/parts.ts'
import { krew, validateKrewManifest } from '../e2e/cluster/tools.ts'

/** The plugin by kubectl's own discovery, and as krew installs it. */

const say = (line: string): void => void process.stderr.write(`${line}\n`)
beforeAll(() => void buildParts(say))

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'slackwater-plugin-'))

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function kubectl(env: NodeJS.ProcessEnv, ...args: readonly string[]): Ran {
  // No cluster: nothing of this needs one.
  const settings = { KUBECONFIG: '/dev/null', HOME: folder() }
  const ran = spawnSync('kubectl', args, { env: { ...env, ...settings }, encoding: 'utf8' })
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

function itWorks(env: () => NodeJS.ProcessEnv): void {
  test('kubectl plugin list finds it, without a warning', () => {
    const { out, err } = kubectl(env(), 'plugin', 'list')
    expect(out).toContain('/kubectl-slackwater\n')
    expect(`${out}${err}`).not.toMatch(/warning: .*slackwater/)
  })

  test('kubectl slackwater --help speaks of itself as it is called', () => {
    const { code, out } = kubectl(env(), 'slackwater', '--help')
    expect(code).toBe(0)
    expect(out).toMatch(/^Usage: kubectl slackwater \[options\] \[command\]\n/)
    expect(kubectl(env(), 'slackwater', 'explain', '--help').out).toMatch(
      /^Usage: kubectl slackwater explain /,
    )
  })

  test('a page of a finding: the pages are where the program is', () => {
    const { code, out } = kubectl(env(), 'slackwater', 'explain', 'prestop-missing')
    expect(code).toBe(0)
    expect(out).toMatch(/^prestop-missing\n/)
  })

  test('a workload of a file, options after the name of the plugin', () => {
    const { out } = kubectl(
      env(),
      'slackwater',
      'explain',
      'deploy/storefront',
      '-f',
      'examples/1-bookshop.yaml',
    )
    expect(out).toMatch(/^Deployment bookshop\/storefront /)
  })

  test('exit codes pass through; options before the name of the plugin are refused by kubectl', () => {
    expect(kubectl(env(), 'slackwater', 'explain', 'deploy/none', '-f', 'examples').code).toBe(2)
    const { code, err } = kubectl(env(), '-n', 'shop', 'slackwater', 'explain', 'deploy/web')
    expect(code).toBe(1)
    expect(err).toContain('flags cannot be placed before plugin name: -n')
  })
}

describe('as npm links it', () => {
  const env = withPrograms(programFolder(), BIN)
  itWorks(() => env)

  test('kubectl completes its words', () => {
    const { out } = kubectl(env, '__complete', 'slackwater', 'explain', 'prestop-m')
    expect(out).toBe('prestop-missing\tA container stops while requests still arrive\n:4\n')
    expect(kubectl(env, '__complete', 'slackwater', 'plan', '--output=').out).toBe(
      'text\njson\nyaml\ngithub\nhtml\njunit\nsarif\n:4\n',
    )
  })
})

describe('as krew installs it', () => {
  const root = folder()
  const made = folder()
  const env = {
    ...withPrograms(path.join(root, 'bin'), path.dirname(process.execPath), BIN),
    KREW_ROOT: root,
    KREW_NO_UPGRADE_CHECK: '1',
  }
  const manifest = path.join(made, 'slackwater.yaml')

  beforeAll(() => {
    execFileSync('sh', ['plugin/archive.sh', made], { env: { ...process.env, SLACKWATER_BUILT: '1' } })
    const archive = path.join(made, 'kubectl-slackwater.tar.gz')
    // It runs nothing of the plugin; git is asked for its version only.
    execFileSync(krew(say), ['install', `--manifest=${manifest}`, `--archive=${archive}`], {
      env,
      stdio: 'pipe',
    })
  })

  test('the manifest obeys the rules of the index, and has the version of the program', () => {
    expect(readFileSync(manifest, 'utf8')).toMatch(/^ {6}sha256: [0-9a-f]{64}$/m)
    expect(readFileSync(manifest, 'utf8')).toContain(
      `version: v${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`,
    )
    expect(validateKrewManifest(say, manifest)).toBe('')
  })

  test('the same sources give the same archive', () => {
    const again = folder()
    execFileSync('sh', ['plugin/archive.sh', again], { env: { ...process.env, SLACKWATER_BUILT: '1' } })
    expect(readFileSync(path.join(again, 'slackwater.yaml'), 'utf8')).toBe(readFileSync(manifest, 'utf8'))
  })

  itWorks(() => env)
})
