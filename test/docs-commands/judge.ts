import { existsSync, readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { programOf } from '../../src/cli/program.ts'
import type { Call } from './sandbox.ts'
import type { Mark } from './shown.ts'

/** What is wrong with a call of a program, as far as its arguments tell; and which calls a mark must account for. */

const SILENT = {
  out: () => undefined,
  err: () => undefined,
  readStdin: async () => '',
  width: 80,
  color: false,
  onSignal: () => undefined,
  exit: () => undefined as never,
}

/** A sentence names a command with the options that it speaks of, and not with all that it needs. */
const INCOMPLETE = ['commander.optionMissingArgument', 'commander.missingArgument', 'commander.help']

/** Our own arguments in a call, whichever program they are handed through; undefined: it is no call of ours. */
export function ownArguments({ program, args }: Call): readonly string[] | undefined {
  if (program === 'slackwater') return args
  if ((program === 'kubectl' || program === 'npx') && args[0] === 'slackwater') return args.slice(1)
  const script = args.indexOf('slackwater')
  const after = args.indexOf('--')
  if (program === 'npm' && args[0] === 'run' && script > 0) return after < 0 ? [] : args.slice(after + 1)
  if (program === 'kubectl' && args.includes('exec') && args[after + 1] === 'slackwater')
    return args.slice(after + 2)
  const image = args.findIndex((word) => /^IMAGE$|\bslackwater[:@]/.test(word))
  if (program === 'docker' && args[0] === 'run' && image > 0) return args.slice(image + 1)
  return undefined
}

/** What the shells ask, which is no command of the help. */
const isAsked = ([word]: readonly string[]): boolean => word === '__complete'

/** `npm run -s slackwater -- ARGS` */
const isPlace = ([word = '']: readonly string[]): boolean => /^[A-Z]+$/.test(word)

/** Parses as the program does, and calls nothing. @returns what is wrong with the arguments. */
async function complaintsAbout(args: readonly string[], isWhole: boolean): Promise<readonly string[]> {
  const program = programOf(SILENT, 'slackwater', () => undefined)
  for (const command of program.commands) {
    command.action(() => undefined)
    if (!isWhole) for (const option of command.options) option.makeOptionMandatory(false)
  }
  try {
    if (!isAsked(args) && !isPlace(args)) await program.parseAsync([...args], { from: 'user' })
    return []
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const isFine = error.exitCode === 0 || (!isWhole && INCOMPLETE.includes(error.code))
    return isFine ? [] : [error.message]
  }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | object
}

const VALUES: Schema = JSON.parse(readFileSync('charts/slackwater/values.schema.json', 'utf8'))

/** `image.repository`, `excludedNamespaces[0]`: whether the chart has such a value. */
function isValue(key: string): boolean {
  let schema: Schema | undefined = VALUES
  for (const part of key.split('.')) {
    if (schema?.properties === undefined) return schema?.additionalProperties !== false
    schema = schema.properties[part.replace(/\[\d+\]$/, '')]
    if (schema === undefined) return false
  }
  return true
}

function complaintsAboutHelm(args: readonly string[]): readonly string[] {
  if (!args.includes(OWN_CHART)) return []
  return args
    .flatMap((word, at) => (/^--set(-string|-json|-file)?$/.test(args[at - 1] ?? '') ? word.split(',') : []))
    .map((pair) => pair.split('=')[0] ?? '')
    .filter((key) => !isValue(key))
    .map((key) => `the chart has no value ${key}`)
}

function complaintsAboutNpm(args: readonly string[]): readonly string[] {
  const [word = '', script = ''] = args.filter((one) => !one.startsWith('-'))
  const missing = args.filter((one) => one.endsWith('.ts') && !existsSync(one))
  const isKnown = word !== 'run' || script in packageJson.scripts
  return [
    ...missing.map((file) => `${file} does not exist`),
    ...(isKnown ? [] : [`package.json has no script ${script}`]),
  ]
}

/** @param isWhole it can be copied; within a sentence, options that it needs may be missing. */
export async function complaintsOf(call: Call, isWhole: boolean): Promise<readonly string[]> {
  const own = ownArguments(call)
  if (own !== undefined) return await complaintsAbout(own, isWhole)
  if (call.program === 'helm') return complaintsAboutHelm(call.args)
  return call.program === 'npm' ? complaintsAboutNpm(call.args) : []
}

/** Where each command of ours is run to its end, beside `test/shells/docs-commands.shell.ts`, which runs them as shown. */
const OWN_RUN_BY: Readonly<Record<string, string>> = {
  audit: 'test/e2e/audit.e2e.ts',
  completion: 'test/completion/completion.test.ts',
  explain: 'test/cli/explain-cluster.test.ts',
  handover: 'test/e2e/handover.e2e.ts',
  lint: 'test/cli/lint.test.ts',
  measure: 'test/cli/measure.test.ts',
  plan: 'test/cli/plan.test.ts',
  remove: 'test/e2e/remove.e2e.ts',
  report: 'test/e2e/report.e2e.ts',
  serve: 'test/cli/serve.test.ts',
}

/** Programs that read what ours write, or what makes their input: the suite with the real programs runs them as shown. */
const READERS = ['jq', 'kustomize', 'sleep', 'curl', 'source']

const OWN_CHART = 'charts/slackwater'

/** Needs no mark: `.ci/run` has it, or the suite with the real programs runs it. */
function isRunAsShown({ program, args }: Call): boolean {
  const line = [program, ...args].join(' ')
  if (program === 'npm') return readFileSync('.ci/run', 'utf8').includes(line.replace(/ -- .*/, ''))
  if (program === 'helm') return args[0] === 'template' && !args.includes(OWN_CHART)
  return READERS.includes(program) || line.startsWith('kubectl config ')
}

/** `kubectl -n doors delete pod sleeper`: what is done, and to what kind of object. */
const VERBS: Readonly<Record<string, RegExp>> = {
  kubectl:
    /^(?:annotate|apply|create|delete|describe|diff|exec|get|krew|label|logs|patch|port-forward|rollout|wait)$/,
  helm: /^(?:install|upgrade|template|test|uninstall|rollback|package|push|pull)$/,
  npm: /^(?:ci|test|install|pack|publish)$/,
}

/** Words that a test has that runs the call: its verb and, of kubectl, the kind: `deployments,pods` or `deployment/web`. */
function wordsOf({ program, args }: Call): readonly (readonly string[])[] {
  const at = args.findIndex((word) => VERBS[program]?.test(word) === true)
  if (at < 0)
    return [args.find((word) => /^[a-z]/.test(word) && word !== 'run') ?? program].map((one) => [one])
  const kind = program === 'kubectl' ? (args[at + 1] ?? '') : ''
  const kinds =
    kind
      .split('/')[0]
      ?.split(',')
      .map((one) => one.replace(/\..*$/, '').replace(/s$/, '')) ?? []
  return /^[a-z]/.test(kind) ? [[args[at] ?? ''], kinds] : [[args[at] ?? '']]
}

const isIn = (text: string, word: string): boolean =>
  new RegExp(`(?<![\\w-])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text)

/** A file runs a call if it reads the page, and runs what stands there, or if it has the words of the call. */
const runs = (text: string, page: string, call: Call): boolean =>
  text.includes(`'${page}'`) ||
  wordsOf(call).every((some) => some.some((word) => isIn(text, word) || isIn(text, `${word}s`)))

/** @returns what nothing runs, and marks that are not needed or name what is not there. */
export function unaccounted(page: string, calls: readonly Call[], mark: Mark | undefined): readonly string[] {
  const own = calls.flatMap((call) => ownArguments(call)?.slice(0, 1) ?? [])
  const complaints = own
    .filter((word) => /^[a-z]/.test(word) && OWN_RUN_BY[word] === undefined)
    .map((word) => `test/docs-commands/judge.ts: no test runs slackwater ${word}`)
  const isOurs = (call: Call): boolean => call.program !== 'docker' && ownArguments(call) !== undefined
  const needing = calls.filter((call) => !isOurs(call) && !isRunAsShown(call))
  if (mark !== undefined && needing.length === 0)
    return [...complaints, 'needs no mark: its commands are run as they are shown']
  if (mark?.notRun !== undefined) return complaints
  const files = mark?.runBy ?? []
  const missing = files.filter((file) => !existsSync(file)).map((file) => `${file} does not exist`)
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'))
  const left = needing
    .filter((call) => !texts.some((text) => runs(text, page, call)))
    .map((call) => `nothing runs: ${[call.program, ...call.args].join(' ')}`)
  return [...complaints, ...missing, ...left]
}

/** @returns tests of our own commands that are not there, and commands that we do not have. */
export function staleRuns(): readonly string[] {
  const names = programOf(SILENT, 'slackwater', () => undefined).commands.map((command) => command.name())
  return Object.entries(OWN_RUN_BY)
    .filter(
      ([name, file]) => !names.includes(name) || !existsSync(file) || !isIn(readFileSync(file, 'utf8'), name),
    )
    .map(([name, file]) => `${file}: slackwater ${name}`)
}
