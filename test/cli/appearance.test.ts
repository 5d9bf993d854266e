import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { canReplaceLines, wantsColor } from '../../src/cli/appearance.ts'
import { shop } from './manifests.ts'
import { folderOf, slackwater } from './run.ts'

/** As no-color.org, force-color.org, bixense.com/clicolors and terminfo's `dumb` have it. */
describe('colors', () => {
  test.for<[Readonly<Record<string, string>>, terminal: boolean, pipe: boolean]>([
    [{}, true, false],
    [{ TERM: 'xterm-256color' }, true, false],
    [{ TERM: 'dumb' }, false, false],
    [{ NO_COLOR: '1' }, false, false],
    [{ NO_COLOR: '0' }, false, false],
    [{ NO_COLOR: '' }, true, false],
    [{ FORCE_COLOR: '1' }, true, true],
    [{ FORCE_COLOR: '0' }, false, false],
    [{ FORCE_COLOR: 'false' }, false, false],
    [{ FORCE_COLOR: '' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
    [{ CLICOLOR: '0' }, false, false],
    [{ CLICOLOR: '1' }, true, false],
    [{ CLICOLOR_FORCE: '1' }, true, true],
    [{ CLICOLOR_FORCE: '0' }, true, false],
    [{ NO_COLOR: '1', CLICOLOR_FORCE: '1' }, false, false],
    [{ TERM: 'dumb', FORCE_COLOR: '3' }, true, true],
  ])('%j: on a terminal %s, in a pipe %s', ([env, terminal, pipe]) => {
    expect([wantsColor(env, true), wantsColor(env, false)]).toEqual([terminal, pipe])
  })
})

test('lines are replaced on a terminal only, and on none that is dumb', () => {
  expect(canReplaceLines({}, true)).toBe(true)
  expect(canReplaceLines({}, false)).toBe(false)
  expect(canReplaceLines({ TERM: 'dumb' }, true)).toBe(false)
})

const folder = folderOf({ 'web.yaml': shop() })
const ESCAPE = '\u001b'

// Of a pipe Node.js has no isTTY; handed on, the library for colors would decide, and takes CI for a terminal.
test('a stream that is no terminal: false, not undefined', () => {
  expect(wantsColor({ CI: 'true' }, undefined)).toBe(false)
})

describe('the built program', () => {
  const plan = (env: Readonly<Record<string, string>>) =>
    slackwater(['plan', '-f', 'web.yaml', '--details'], { cwd: folder, env }).out

  test('in a pipe there are no escape sequences, unless they are forced', () => {
    expect(plan({})).not.toContain(ESCAPE)
    expect(plan({ FORCE_COLOR: '1' })).toContain(`${ESCAPE}[`)
    expect(plan({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(ESCAPE)
  })

  // util-linux has script(1) with -c; macOS has another one.
  test.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/script'))('on a terminal', () => {
    const onTerminal = (env: Readonly<Record<string, string>>): string => {
      const command = `${process.execPath} ${process.cwd()}/dist/main.js plan -f web.yaml`
      const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env
      const options = { cwd: folder, env: { ...rest, ...env }, encoding: 'utf8' } as const
      return spawnSync('script', ['-qec', command, '/dev/null'], options).stdout
    }
    expect(onTerminal({ TERM: 'xterm' })).toContain(`${ESCAPE}[`)
    const dumb = onTerminal({ TERM: 'dumb' })
    expect(dumb).toContain('Deployment shop/web')
    expect(dumb).not.toContain(ESCAPE)
  })
})
