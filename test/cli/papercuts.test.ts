import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { folderOf, inProcess, type Ran, slackwater } from './run.ts'

/** What users of other tools of this kind have reported about their command lines, tried on this one. */

const COMMANDS = [
  'plan',
  'lint',
  'serve',
  'report',
  'audit',
  'explain',
  'handover',
  'remove',
  'completion',
  'version',
]

/** 150 workloads: more than a pipe holds (64 KiB), so that the program still writes when its reader has gone. */
const many = folderOf({
  'all.yaml': Array.from({ length: 150 }, (_, at) => shop().replaceAll('web', `web${at}`)).join('---\n'),
})

function shell(line: string): Ran {
  const program = `${process.execPath} ${path.resolve('dist/main.js')}`
  const options = { cwd: many, encoding: 'utf8', maxBuffer: 2 ** 28 } as const
  const ran = spawnSync(
    'bash',
    ['-c', `set -o pipefail; slackwater() { ${program} "$@"; }; ${line}`],
    options,
  )
  return { code: ran.status, out: ran.stdout, err: ran.stderr }
}

// An API server takes an empty selector as none: remove -l "$TEAM" would take all of the namespace.
describe('an empty text, as of a variable that is not set, selects nothing', () => {
  test.for([
    ['remove', '-n', 'shop', '-l', '', '--yes'],
    ['remove', '-n', '', '--yes'],
    ['handover', '-l', ' ', '-n', 'shop', '--yes'],
    ['handover', '--all', '-n', '', '--yes'],
    ['audit', '-n', ''],
    ['report', '-n', ''],
    ['explain', 'deployment/web', '-n', ''],
    ['lint', '-f', many, '-n', ''],
  ])('slackwater %j', async (words) => {
    const { code, out, err } = await inProcess(words)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^error: option '-[nl], --\w+ <\w+>' argument ' ?' is invalid\. It is empty\.\n/)
  })
})

// helm/helm#7671 and #8355: a command that does not exist ends with 0. helm/helm#864: an error is drowned in the usage.
describe('a mistake ends with 2, and with a few lines on standard error', () => {
  test.for<readonly [words: string, message: RegExp]>([
    ['plna', /^error: unknown command 'plna'\n\(Did you mean plan\?\)\n/],
    ['help plna', /^error: unknown command 'plna'\n\(Did you mean plan\?\)\n/],
    ['kubectl', /^error: unknown command 'kubectl'\n/],
    ['--verison', /^error: unknown option '--verison'\n\(Did you mean --version\?\)\n/],
    ['plan -f x --pathced', /^error: unknown option '--pathced'\n\(Did you mean --patched\?\)\n/],
    [
      'lint -f x -o jsn',
      /^error: option '-o, --output <format>' argument 'jsn' is invalid\. Allowed choices are text, json,/,
    ],
    ['plan deploy', /^error: too many arguments for 'plan'.*\n\(give files and folders with -f\)\n/],
    ['completion bsh', /Allowed choices are bash, zsh, fish\.\n/],
    ['explain prestop-mising', /^error: "prestop-mising" is not .*; did you mean prestop-missing\?\n/],
    [
      'explain deploymnet/web',
      /^error: "deploymnet" is not a kind of workload that Slackwater reads; it reads deployment, /,
    ],
  ])('slackwater %s', async ([words, message]) => {
    const { code, out, err } = await inProcess(words.split(' '))
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(err.split('\n').length).toBeLessThanOrEqual(4)
  })
})

// Help on standard error is nothing that a pager or grep could show.
describe('help that is asked for is a result: on standard output, with 0', () => {
  test.for([
    '',
    '-h',
    '--help',
    'help',
    'plan -h',
    'plan -f x --help',
    'help plan',
    'explain deployment/web -h',
  ])('slackwater %s', async (words) => {
    const { code, out, err } = await inProcess(words === '' ? [] : words.split(' '))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^Usage: slackwater /)
  })

  test.for(COMMANDS)('slackwater help %s is that of the command', async (command) => {
    const asked = await inProcess(['help', command])
    expect(asked).toEqual(await inProcess([command, '--help']))
    expect(asked.out).toMatch(new RegExp(`^Usage: slackwater ${command} `))
  })

  // Code points: each of ours takes one column. An example may not be broken: it has to be pasted.
  test.for(COMMANDS)('slackwater %s --help has 80 columns, without a terminal', async (command) => {
    const { out } = await inProcess([command, '--help'])
    expect(out.split('\n').filter((line) => [...line].length > 80)).toEqual([])
  })
})

// heroku/toolbelt#164, Backblaze/B2_Command_Line_Tool#1071: `| head` shows a stack trace, and fails the pipeline.
describe('a reader that has read enough', () => {
  test.for([
    'slackwater plan -f all.yaml --details | head -n 1',
    'slackwater lint -f all.yaml | head -n 1',
    'slackwater plan -f all.yaml -o json | head -c 10',
    'slackwater plan -f all.yaml --patched | true',
    'slackwater --help | head -n 1',
  ])('%s', (line) => {
    expect(shell(line)).toMatchObject({ code: 0, err: '' })
  })

  test('a closed standard output or standard error is no crash', () => {
    expect(shell('slackwater lint -f all.yaml >&-')).toMatchObject({ code: 0, err: '' })
    expect(shell('slackwater lint -f gone.yaml 2>&-')).toMatchObject({ code: 2, out: expect.any(String) })
  })

  test('a pipe that is read to its end gets everything', () => {
    const direct = slackwater(['plan', '-f', 'all.yaml', '-o', 'json'], { cwd: many }).out
    expect(direct.length).toBeGreaterThan(64 * 1024)
    expect(shell('slackwater plan -f all.yaml -o json | cat').out).toBe(direct)
  })
})

// kyverno/kyverno#14185: colors that are turned off come back in the diffs of the detailed output.
test('without colors, there are none in diffs either', () => {
  const { out } = shell('slackwater plan -f all.yaml --details')
  expect(out).toMatch(/^ *\+ +lifecycle/m)
  expect(out).not.toContain('\u001b')
})
