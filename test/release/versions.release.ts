import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { sectionOf } from '../../scripts/release/changelog.ts'
import { chartVersions, filesIn, NOT_OURS, versionIn, withVersion } from '../../scripts/release/versions.ts'

/** The command that gives a version to everything, on all of the tree. */

const ROOT = path.resolve('.')
const read = (root: string, file: string): string => readFileSync(path.join(root, file), 'utf8')

describe('npm version on a copy of this tree', () => {
  const copy = mkdtempSync(path.join(tmpdir(), 'slackwater-version-'))
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: copy,
      encoding: 'utf8',
    })
  const from = versionIn(ROOT)
  const npmVersion = (to: string) =>
    spawnSync('npm', ['version', to], {
      cwd: copy,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 't',
        GIT_AUTHOR_EMAIL: 't@example.com',
        GIT_COMMITTER_NAME: 't',
        GIT_COMMITTER_EMAIL: 't@example.com',
      },
    })

  test('changes every mention, in one commit with a tag', () => {
    for (const file of [...filesIn(ROOT), ...Object.keys(NOT_OURS)]) {
      mkdirSync(path.dirname(path.join(copy, file)), { recursive: true })
      cpSync(path.join(ROOT, file), path.join(copy, file))
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
    git('init', '--quiet')
    writeFileSync(path.join(copy, '.git/info/exclude'), 'node_modules\n')
    writeFileSync(
      path.join(copy, 'CHANGELOG.md'),
      '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A release.\n',
    )
    git('add', '--all')
    git('commit', '--quiet', '--message', 'before')

    const { status, stderr } = npmVersion('99.2.0')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(versionIn(copy)).toBe('99.2.0')
    expect(chartVersions(copy)).toEqual({ version: '99.2.0', appVersion: '99.2.0' })
    expect(read(copy, 'deploy/base/slackwater.yaml')).not.toContain(from)
    expect(read(copy, 'README.md')).toContain('99.2.0')
    expect(sectionOf(read(copy, 'CHANGELOG.md'), '99.2.0')).toBe('### Added\n\n- A release.\n')
    // As often as before, and the old one nowhere.
    expect(
      filesIn(copy).filter((file) => withVersion(read(copy, file), from, '') !== read(copy, file)),
    ).toEqual([])
    expect(git('status', '--porcelain')).toBe('')
    expect(git('tag', '--points-at', 'HEAD').trim()).toBe('v99.2.0')
  })

  test('leaves nothing for npm run generate to change', () => {
    execFileSync('npm', ['run', '--silent', 'generate'], { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] })
    expect(git('status', '--porcelain')).toBe('')
  })

  const script = (name: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [path.join('scripts/release', name), ...args], {
      cwd: copy,
      encoding: 'utf8',
    })

  test('makes what can be released under its tag, and under no other', () => {
    expect(script('check-tag.ts', 'v99.2.0')).toMatchObject({
      status: 0,
      stdout: 'version=99.2.0\nprerelease=false\nnpm-tag=latest\n',
    })
    for (const tag of ['v99.2', '99.2.0', 'v99.2.0 ', 'v99.2.0-rc.1'])
      expect(script('check-tag.ts', tag)).toMatchObject({ status: 1, stdout: '' })
  })

  test('gives the release its text: the section, and what to pin', () => {
    const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
    const { stdout, status } = script(
      'notes.ts',
      ...[
        '--image',
        `ghcr.io/o/slackwater@${digest('a')}`,
        '--chart',
        `ghcr.io/o/charts/slackwater@${digest('b')}`,
      ],
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/^### Added\n\n- A release\.\n\n## Pin it\n/)
    expect(stdout).toContain(`oci://ghcr.io/o/charts/slackwater@${digest('b')} -n slackwater-system`)
    expect(stdout).toContain(`--set image.digest=${digest('a')}\n`)
    expect(stdout).toContain('/blob/v99.2.0/docs/releasing.md')
  })

  test('with nothing in the changelog changes nothing for good', () => {
    const { status, stderr } = npmVersion('99.3.0')
    expect(status).toBe(1)
    expect(stderr).toContain('CHANGELOG.md: no section for 99.3.0, and nothing below "## [Unreleased]"')
    expect(git('tag').trim()).toBe('v99.2.0')
  })

  test('of a prerelease is published under another name than the latest', () => {
    writeFileSync(path.join(copy, 'CHANGELOG.md'), '## [Unreleased]\n\n- A candidate.\n')
    git('commit', '--quiet', '--all', '--message', 'entry')
    expect(npmVersion('100.0.0-rc.1')).toMatchObject({ status: 0, stderr: '' })
    expect(script('check-tag.ts', 'v100.0.0-rc.1').stdout).toBe(
      'version=100.0.0-rc.1\nprerelease=true\nnpm-tag=next\n',
    )
  })
})
