import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { fakeNpx, OFFLINE, REAL_NPX } from './fake-npx.ts'
import { folderOfOddNames, folderWithOurName, ODD_NAMES, STAYS, treeOf, WARNED } from './odd-names.ts'

/** The steps of action.yml, run as the runner of GitHub Actions runs those of a composite action. */

interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly Step[] }
}

const action: Action = parse(readFileSync('action.yml', 'utf8'))
const step = (id: string): Step => {
  const found = action.runs.steps.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no step ${id}`)
  return found
}

interface StepRan {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly calls: readonly (readonly string[])[]
}

/** The command line that docs.github.com gives for `shell: bash`. */
const BASH = ['--noprofile', '--norc', '-eo', 'pipefail']

function runStep(
  id: string,
  inputs: Readonly<Record<string, string>>,
  cwd: string,
  npx = fakeNpx(),
): StepRan {
  const { run = '', env = {} } = step(id)
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-runner-'))
  const [script, output, summary] = ['script.sh', 'output', 'summary'].map((name) => path.join(folder, name))
  for (const [file, text] of [
    [script, run],
    [output, ''],
    [summary, ''],
  ] as const)
    writeFileSync(file ?? '', text)
  const given = Object.entries(env).map(([key, value]) => [key, inputIn(value, inputs)])
  const { status, stdout, stderr } = spawnSync('bash', [...BASH, script ?? ''], {
    cwd,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(given),
      ...OFFLINE,
      PATH: npx.path,
      GITHUB_ACTION_PATH: path.resolve('.'),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    },
  })
  const pairs = readFileSync(output ?? '', 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
  return {
    ...{ code: status, out: stdout, err: stderr, outputs: Object.fromEntries(pairs) },
    summary: readFileSync(summary ?? '', 'utf8'),
    calls: npx.calls(),
  }
}

/** `${{ inputs.path }}`, and nothing else. */
function inputIn(expression: string, inputs: Readonly<Record<string, string>>): string {
  const [, name = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression) ?? []
  const input = action.inputs[name]
  if (input === undefined) throw new Error(`no input in ${expression}`)
  return inputs[name] ?? input.default ?? ''
}

const lint = (inputs: Readonly<Record<string, string>>, cwd: string): StepRan => runStep('lint', inputs, cwd)

const inFolder = (manifest = WARNED): string => treeOf({ 'deploy/shop.yaml': manifest })

describe('what is written in action.yml', () => {
  test('no script has an expression in it, which would be run as a part of it', () => {
    const scripts = action.runs.steps.flatMap(({ run }) => (run === undefined ? [] : [run]))
    expect(scripts.length).toBe(2)
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })

  test('every action that it uses is pinned by its digest', () => {
    const used = action.runs.steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]))
    expect(used.length).toBe(1)
    expect(used.filter((one) => !/@[0-9a-f]{40}$/.test(one))).toEqual([])
  })

  test('every input reaches the script, and every output is written by it', () => {
    const reaching = Object.values(step('lint').env ?? {}).map((value) => /inputs\.([\w-]+)/.exec(value)?.[1])
    expect(reaching.sort()).toEqual(Object.keys(action.inputs).sort())
    const { outputs } = lint({ path: 'deploy', format: 'sarif' }, inFolder())
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort())
  })

  test('the Node.js of this test needs no other one', () => {
    expect(runStep('node', {}, '.').outputs).toEqual({ suitable: 'true' })
  })
})

describe('the step', () => {
  test('annotates, sums up, and ends as lint does', () => {
    const { code, out, outputs, summary, calls } = lint({ path: 'deploy' }, inFolder())
    expect(code).toBe(1)
    expect(out).toMatch(
      /^::warning file=deploy\/shop\.yaml,line=8,title=Slackwater readiness-probe-missing::/m,
    )
    expect(outputs).toEqual({ 'exit-code': '1', errors: '0', warnings: '1' })
    expect(summary).toContain('<p>1 workload: 0 errors, 1 warning; not counted: 1 fixed by Slackwater')
    expect(summary).toContain(
      `docs/findings/${STAYS}.md">${STAYS}</a></td><td><code>deploy/shop.yaml:8</code>`,
    )
    expect(calls.map((words) => words.toSpliced(2, 1).slice(0, 5))).toEqual(
      calls.map(() => ['--yes', '--prefix', '--package', `slackwater@${packageJson.version}`, '--']),
    )
  })

  test('with --fail-on error it ends well, and says the same', () => {
    const { code, outputs } = lint({ path: 'deploy', 'fail-on': 'error' }, inFolder())
    expect([code, outputs['warnings']]).toEqual([0, '1'])
  })

  test('the file for code scanning is JSON and nothing else, although there are problems', () => {
    const folder = treeOf({ 'deploy/shop.yaml': WARNED, 'deploy/broken.yaml': 'a: [' })
    const { code, out, err, outputs } = lint(
      { path: 'deploy', format: 'sarif', 'sarif-file': 'a b.sarif' },
      folder,
    )
    expect(code).toBe(2)
    expect(err).toContain('error: deploy/broken.yaml:1')
    expect(out).toContain(`[${STAYS}]`)
    expect(outputs['sarif-file']).toBe('a b.sarif')
    const sarif = JSON.parse(readFileSync(path.join(folder, 'a b.sarif'), 'utf8'))
    expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain(STAYS)
  })

  test('names with spaces, quotes, semicolons, backticks and dashes are one argument each', () => {
    const folder = folderOfOddNames()
    const { code, out, outputs, calls } = lint(
      { path: `\n${ODD_NAMES.join('\n  ')}\n`, format: 'text' },
      folder,
    )
    expect(outputs['warnings']).toBe(String(ODD_NAMES.length))
    expect(code).toBe(1)
    for (const name of ODD_NAMES) expect(out).toContain(`${name}:8: warning:`)
    expect(calls[0]?.filter((word) => word === '-f').length).toBe(ODD_NAMES.length)
    expect(existsSync(path.join(folder, 'ran'))).toBe(false)
  })

  test('a program of our name that the repository brings is not run', () => {
    const folder = folderWithOurName(packageJson.version)
    const { code } = runStep('lint', { path: 'deploy' }, folder, REAL_NPX)
    expect(existsSync(path.join(folder, 'ran'))).toBe(false)
    // Offline there is no other.
    expect(code).toBe(1)
  })

  test.for([
    [{ namespace: '"; touch ran; "' }, '"; touch ran; "'],
    [{ settings: '$(touch ran)' }, '$(touch ran)'],
    [{ 'helm-values': 'a b.yaml\nc.yaml' }, 'a b.yaml'],
  ] as const)('%j is an argument', ([inputs, word]) => {
    const folder = inFolder()
    expect(lint({ path: 'deploy', ...inputs }, folder).calls[0]).toContain(word)
    expect(existsSync(path.join(folder, 'ran'))).toBe(false)
  })

  test.for([
    [{ version: '1.0.0 --registry=http://x' }, 'version'],
    [{ format: 'xml' }, 'format'],
    [{ 'fail-on': '' }, 'fail-on'],
    [{ render: 'yes' }, 'render'],
    [{ 'sarif-file': 'a\nerrors=0' }, 'sarif-file'],
  ] as const)('%j is refused before anything runs', ([inputs, named]) => {
    const { code, out, calls } = lint({ path: 'deploy', ...inputs }, inFolder())
    expect(code).toBe(2)
    expect(out).toMatch(new RegExp(`^::error title=Slackwater::${named}: expected `))
    expect(calls).toEqual([])
  })

  test('input that cannot be read ends with 2, and the summary says so', () => {
    const { code, summary, outputs } = lint({ path: 'nothing' }, inFolder())
    expect([code, outputs['exit-code']]).toEqual([2, '2'])
    expect(summary).toContain('<p>Not read: <code>nothing</code>: cannot be read: no such file or folder</p>')
  })

  test('what a manifest says is neither HTML nor Markdown in the summary', () => {
    const hostile = '"</td><img src=x>\\n\\n# [x](http://e)\\u202e"'
    const manifest = WARNED.replace('metadata:\n  name: web', `metadata:\n  name: ${hostile}`)
    const { summary } = lint({ path: 'deploy' }, inFolder(manifest))
    expect(summary).not.toMatch(/<img|\u202e|\n\n#/)
  })
})
