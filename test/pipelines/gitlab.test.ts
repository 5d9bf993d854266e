import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { fakeNpx, OFFLINE, REAL_NPX } from './fake-npx.ts'
import { folderOfOddNames, folderWithOurName, ODD_NAMES, treeOf, WARNED } from './odd-names.ts'

/** The job of the GitLab template, run as a runner runs it: its lines in a shell, its variables in the environment. */

interface Spec {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default: unknown }>> }
}

interface Template {
  readonly slackwater: {
    readonly script: readonly string[]
    readonly variables: Readonly<Record<string, { readonly value: string; readonly expand: boolean }>>
    readonly artifacts: { readonly when: string; readonly reports: { readonly junit: string } }
  }
}

const documents = parseAllDocuments(readFileSync('ci/gitlab/slackwater.gitlab-ci.yml', 'utf8')).map(
  (one): unknown => one.toJS(),
)
const { spec } = documents[0] as Spec
const { slackwater: job } = documents[1] as Template

interface JobRan {
  readonly code: number | null
  readonly out: string
  readonly report: string
  readonly calls: readonly (readonly string[])[]
}

/** @param shell the runner takes bash where the image has it, and sh elsewhere. */
function runJob(
  inputs: Readonly<Record<string, string>>,
  cwd: string,
  shell: string,
  npx = fakeNpx(),
): JobRan {
  const given = Object.entries(job.variables).map(([key, { value }]) => [
    key,
    value.replaceAll(
      /\$\[\[ inputs\.([\w-]+) \]\]/g,
      (_, name) => inputs[name] ?? String(spec.inputs[name]?.default),
    ),
  ])
  const { status, stdout } = spawnSync(shell, ['-e', '-c', job.script.join('\n')], {
    cwd,
    encoding: 'utf8',
    env: { ...Object.fromEntries(given), ...OFFLINE, PATH: npx.path },
  })
  const report = path.join(cwd, job.artifacts.reports.junit)
  return {
    ...{ code: status, out: stdout, calls: npx.calls() },
    report: existsSync(report) ? readFileSync(report, 'utf8') : '',
  }
}

test('the version is that of this repository', () => {
  expect(spec.inputs['version']?.default).toBe(packageJson.version)
})

test('no input stands in the script, and no variable is expanded', () => {
  expect(job.script.filter((line) => line.includes('$[['))).toEqual([])
  expect(Object.values(job.variables).filter(({ expand }) => expand !== false)).toEqual([])
})

test.for(['sh', 'bash'])('%s: the report is there although the job fails, and the log says why', (shell) => {
  const { code, out, report, calls } = runJob(
    { path: 'deploy' },
    treeOf({ 'deploy/shop.yaml': WARNED }),
    shell,
  )
  expect(code).toBe(1)
  expect(out).toContain('deploy/shop.yaml:8: warning: ')
  expect(report).toContain('<testcase classname="shop.Deployment/web" name="readiness-probe-missing')
  expect(calls[0]?.toSpliced(2, 1).slice(0, 5)).toEqual([
    ...['--yes', '--prefix', '--package', `slackwater@${packageJson.version}`, '--'],
  ])
  expect(job.artifacts.when).toBe('always')
})

test.for(['sh', 'bash'])('%s: odd names are one argument each, and nothing in them runs', (shell) => {
  const folder = folderOfOddNames()
  const { out, calls } = runJob({ path: ODD_NAMES.join('\n') }, folder, shell)
  for (const name of ODD_NAMES) expect(out).toContain(`${name}:8: warning:`)
  expect(calls[0]?.filter((word) => word === '-f').length).toBe(ODD_NAMES.length)
  expect(existsSync(path.join(folder, 'ran'))).toBe(false)
})

test('a program of our name that the repository brings is not run', () => {
  const folder = folderWithOurName(packageJson.version)
  const { code } = runJob({ path: 'deploy' }, folder, 'sh', REAL_NPX)
  expect(existsSync(path.join(folder, 'ran'))).toBe(false)
  // Offline there is no other.
  expect(code).toBe(1)
})

test('the other inputs arrive', () => {
  const folder = treeOf({ 'deploy/shop.yaml': WARNED })
  const inputs = { path: 'deploy', 'fail-on': 'error', render: 'true', namespace: '$(touch ran)' }
  const { code, calls } = runJob(inputs, folder, 'sh')
  expect(code).toBe(0)
  expect(calls[1]).toEqual(expect.arrayContaining(['-n', '$(touch ran)', '--render', '--fail-on', 'error']))
  expect(existsSync(path.join(folder, 'ran'))).toBe(false)
})
