import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { actionlint } from '../e2e/cluster/tools.ts'

/** What linters find in the workflows: nothing. And what must be set up before the first of them runs. */

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const FILES = globSync('.github/workflows/*.{yml,yaml}')

test('actionlint', { timeout: 600_000 }, () => {
  // Not with a shellcheck that happens to be installed: its findings would differ between machines.
  const { status, stdout } = spawnSync(actionlint(say), ['-no-color', '-shellcheck=', ...FILES], {
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

const ZIZMOR = process.env['ZIZMOR_BIN'] ?? 'zizmor'
const isInstalled = spawnSync(ZIZMOR, ['--version']).status === 0
const mustAll = process.env['SLACKWATER_E2E_REQUIRE_ALL'] === '1'

test.skipIf(!isInstalled && !mustAll)('zizmor, which knows how workflows are attacked', () => {
  const { status, stdout, stderr } = spawnSync(ZIZMOR, ['--offline', '--no-progress', '.github/workflows'], {
    encoding: 'utf8',
  })
  expect(stdout, stderr).toContain('No findings to report')
  expect(status).toBe(0)
})

const [major = 0, minor = 0] = spawnSync('npm', ['--version'], { encoding: 'utf8' })
  .stdout.split('.')
  .map(Number)

// It asks for a permission since then.
test.skipIf(major * 100 + minor < 1115)(
  'npm takes the command for trusted publishing in docs/releasing.md',
  () => {
    const page = readFileSync('docs/releasing.md', 'utf8')
    const [, command = ''] = /`npm (trust [^`]+)`/.exec(page) ?? []
    const { status, stdout, stderr } = spawnSync('npm', [...command.split(/\s+/), '--dry-run', '--yes'], {
      cwd: tmpdir(),
      encoding: 'utf8',
      // Nothing is sent: nobody listens there.
      env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9', npm_config_loglevel: 'notice' },
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toContain('environment: npm\npermissions: publish\n')
  },
)
