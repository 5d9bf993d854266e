import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { programFolder, withPrograms } from '../completion/program-folder.ts'
import { isInstalled } from '../e2e/cluster/parts.ts'
import { ZSH_DRIVER } from './zsh-driver.ts'

/** Completion in the real shells, in the folder docs/. Bash is in `npm test`. */

const env = withPrograms(programFolder())
const cwd = 'docs'

/** What is typed, and what stands there after one tab. */
const TYPED = [
  ['slackwater expl', 'slackwater explain '],
  ['slackwater plan --output=y', 'slackwater plan --output=yaml '],
  ['slackwater plan --output y', 'slackwater plan --output yaml '],
  ['slackwater plan --fail-on n', 'slackwater plan --fail-on none '],
  ['slackwater explain prestop-m', 'slackwater explain prestop-missing '],
  ['slackwater explain deploym', 'slackwater explain deployment/'],
  ['slackwater plan -f budg', 'slackwater plan -f budget.md '],
  ['slackwater plan --settings=budg', 'slackwater plan --settings=budget.md '],
  ['slackwater plan --write-to find', 'slackwater plan --write-to findings/'],
  ['slackwater completion z', 'slackwater completion zsh '],
] as const

/** On a machine without it; where nothing may be skipped, it fails instead. */
const lacks = (shell: string): boolean =>
  process.env['SLACKWATER_E2E_REQUIRE_ALL'] !== '1' && !isInstalled(shell)

test.skipIf(lacks('zsh'))('zsh', () => {
  const { stdout, stderr } = spawnSync(
    'zsh',
    ['-f', '-c', ZSH_DRIVER, 'zsh', ...TYPED.map(([line]) => line)],
    {
      env,
      cwd,
      encoding: 'utf8',
    },
  )
  expect(stderr).toBe('')
  expect(stdout.replace(/\n$/, '').split('\n')).toEqual(TYPED.map(([, line]) => line))
})

describe.skipIf(lacks('fish'))('fish', () => {
  const completed = (line: string): readonly string[] => {
    const script = `slackwater completion fish | source; complete -C ${JSON.stringify(line)}`
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      env,
      cwd,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    return stdout
      .trimEnd()
      .split('\n')
      .map((one) => one.split('\t')[0] ?? '')
  }

  // Fish answers with whole words, and adds the space itself.
  test.for(TYPED)('%s', ([line, after]) => {
    expect(completed(line)).toEqual([after.trimEnd().split(' ').at(-1)])
  })

  test('nothing where there is nothing', () =>
    expect(completed('slackwater explain single-replica ')).toEqual(['']))
})
