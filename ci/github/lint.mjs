// What action.yml runs. Every input is a variable of the environment, and becomes one argument of a program that is
// started without a shell.
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { errorCommand, summaryOf } from './summary.mjs'

const { name, version, homepage } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

const input = (key) => (process.env[`SLACKWATER_${key}`] ?? '').trim()
const lines = (key) =>
  input(key)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Ends with 2, as Slackwater does on a wrong option. */
function refuse(sentence) {
  process.stdout.write(errorCommand(sentence))
  process.exit(2)
}

function oneOf(key, words) {
  const word = input(key)
  if (!words.includes(word)) refuse(`${key.toLowerCase().replaceAll('_', '-')}: expected ${words.join(', ')}`)
  return word
}

const isOn = (key) => oneOf(key, ['true', 'false']) === 'true'

const format = oneOf('FORMAT', ['github', 'sarif', 'text'])
const failOn = oneOf('FAIL_ON', ['error', 'warning', 'none'])
const wanted = input('VERSION') || version
if (!/^[\w.+-]+$/.test(wanted)) refuse('version: expected a version such as 1.2.3')
const sarifFile = input('SARIF_FILE')
if (sarifFile.includes('\n')) refuse('sarif-file: expected one line')

const given = [
  ...lines('PATH').flatMap((path) => ['-f', path]),
  ...lines('KUSTOMIZE').flatMap((folder) => ['-k', folder]),
  ...(isOn('RENDER') ? ['--render'] : []),
  ...lines('HELM_VALUES').flatMap((file) => ['--helm-values', file]),
  ...(input('NAMESPACE') === '' ? [] : ['-n', input('NAMESPACE')]),
  ...(input('SETTINGS') === '' ? [] : ['--settings', input('SETTINGS')]),
  ...(isOn('WITHOUT') ? ['--without-slackwater'] : []),
  '--fail-on',
  failOn,
]

/** More than any result (code scanning takes 5,000 findings of a run). */
const LARGEST_OUTPUT = 2 ** 28

/**
 * Empty. npx takes a package from the node_modules of its folder rather than from the registry, and the registry from an
 * .npmrc there: in the repository that is checked out, both would be whatever the author of a pull request put there.
 */
const nowhere = mkdtempSync(path.join(process.env.RUNNER_TEMP || tmpdir(), 'slackwater-'))

/** Standard error goes to the log, and to nothing else: it must not get into a file that a program reads. */
function lint(output, stderr) {
  const npx = ['--yes', '--prefix', nowhere, '--package', `${name}@${wanted}`]
  const words = [...npx, '--', name, 'lint', ...given, '-o', output]
  const { status, stdout, error } = spawnSync('npx', words, {
    stdio: ['ignore', 'pipe', stderr],
    encoding: 'utf8',
    maxBuffer: LARGEST_OUTPUT,
  })
  if (error !== undefined) refuse(`npx could not be started: ${error.message}`)
  return { status: status ?? 2, text: stdout }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const result = lint('json', 'inherit')
const found = parsed(result.text)
// Without a document it could not start: standard error has the reason.
if (found === undefined) {
  appendFileSync(process.env.GITHUB_OUTPUT, `exit-code=${result.status || 2}\n`)
  process.exit(result.status || 2)
}
const shown = lint(format === 'sarif' ? 'text' : format, 'ignore')
process.stdout.write(shown.text)
const outputs = [
  `exit-code=${result.status}`,
  `errors=${found.summary.errors}`,
  `warnings=${found.summary.warnings}`,
]
if (format === 'sarif') {
  writeFileSync(sarifFile, lint('sarif', 'ignore').text)
  outputs.push(`sarif-file=${sarifFile}`)
}
appendFileSync(process.env.GITHUB_OUTPUT, `${outputs.join('\n')}\n`)
if (process.env.GITHUB_STEP_SUMMARY)
  appendFileSync(process.env.GITHUB_STEP_SUMMARY, summaryOf(found, homepage))
process.exit(result.status)
