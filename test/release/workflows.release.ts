import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actionlint } from '../e2e/cluster/tools.ts'

/** What linters find in the workflows: nothing. */

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
