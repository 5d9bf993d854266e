import { describe, expect, test } from 'vitest'
import { commandsOf, LONGEST_SCRIPT, shellCommands } from '../../../src/core/servers/shell-words.ts'

describe('the commands of a script', () => {
  test.for<[string, readonly (readonly string[])[]]>([
    ['gunicorn --keep-alive 2 app', [['gunicorn', '--keep-alive', '2', 'app']]],
    ['  a   b\tc  ', [['a', 'b', 'c']]],
    ['a && b || c; d | e & f\ng', [['a'], ['b'], ['c'], ['d'], ['e'], ['f'], ['g']]],
    [
      '(cd /app; exec a)',
      [
        ['cd', '/app'],
        ['exec', 'a'],
      ],
    ],
    ['a \\\n  --b', [['a', '--b']]],
    [`a 'b; c' "d e" f"g"'h'`, [['a', 'b; c', 'd e', 'fgh']]],
    [`a "b \\"c\\" \\$d"`, [['a', 'b "c" $d']]],
    ['a\\ b', [['a b']]],
    ["# don't read this\na --b # nor this; x\nc", [['a', '--b'], ['c']]],
    ['a b#c', [['a', 'b#c']]],
    ["a 'never closed", [['a', "'never", 'closed']]],
    ['', []],
    [';;&&', []],
  ])('%j', ([script, commands]) => expect(shellCommands(script)).toEqual(commands))

  test('no longer one than a program can be started with', () => {
    expect(shellCommands('a'.repeat(LONGEST_SCRIPT))).toHaveLength(1)
    expect(shellCommands('a'.repeat(LONGEST_SCRIPT + 1))).toEqual([])
  })
})

describe('the commands that a container starts', () => {
  test.for<[readonly string[], readonly (readonly string[])[]]>([
    [['node', 'server.js'], [['node', 'server.js']]],
    [
      ['sh', '-c', 'a; b'],
      [['a'], ['b']],
    ],
    [['/bin/bash', '-ec', 'a'], [['a']]],
    [['bash', '-o', 'pipefail', '-c', 'a'], [['a']]],
    [['tini', '--', 'sh', '-lc', 'a'], [['a']]],
    [['sh', '/run.sh'], [['sh', '/run.sh']]],
    [['sh', '-c'], [['sh', '-c']]],
    [[], [[]]],
  ])('%j', ([words, commands]) => expect(commandsOf(words)).toEqual(commands))
})
