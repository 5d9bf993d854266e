import { type Seconds, seconds } from '../model/seconds.ts'
import { serverEnd } from './server-end.ts'
import { type Command, commandsOf } from './shell-script.ts'

/** What can be told of a hook's command from its text. */
interface CommandReading {
  /** How long it surely holds SIGTERM back, with the server running; absent: unknown. */
  readonly length?: Seconds
  /** The program with which it ends the server before any sleep. */
  readonly endsBy?: string
}

const UNKNOWN: CommandReading = {}

/** Seconds in each unit that coreutils' `sleep` accepts as a suffix. */
const UNIT: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }
const DURATION = /^(\d+(?:\.\d+)?)([smhd]?)$/
const PROGRAM = /^(?:\/(?:usr\/)?bin\/)?([a-z]+)$/

/** The name of a program that stands where a base image has it, or is looked for there. */
const nameOf = (word = ''): string => PROGRAM.exec(word)?.[1] ?? ''

/** Programs that only start the one which is named behind them, where no option comes between. */
const STARTERS: readonly string[] = ['env', 'busybox']
const SHELLS: readonly string[] = ['sh', 'bash', 'ash', 'dash']

/** What an exec hook's command does, as far as that is certain. */
export function readCommand(command: readonly string[]): CommandReading {
  const words = started(command)
  const slept = sleepOf(words)
  if (slept !== undefined) return { ...wholeSeconds(slept) }
  const shell = nameOf(words[0])
  if (SHELLS.includes(shell)) return readShell(words, shell)
  return endedBy(serverEnd(words))
}

const endedBy = (program: string | undefined): CommandReading =>
  program === undefined ? UNKNOWN : { endsBy: program }

/** Whole seconds, rounded down. Beyond whole numbers it would make a grace period that the API server cannot decode. */
function wholeSeconds(time: number): Pick<CommandReading, 'length'> {
  const length = Math.floor(time)
  return Number.isSafeInteger(length) ? { length: seconds(length) } : {}
}

function started(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !STARTERS.includes(nameOf(word)))
  return at <= 0 ? words : words.slice(at)
}

/**
 * The seconds of a `sleep`, which may have a fraction. Of one operand only: POSIX knows no second, coreutils adds them
 * up, busybox does so only if built with FEATURE_FANCY_SLEEP, and toybox looks at the first.
 */
function sleepOf([program, time = '', ...others]: readonly string[]): number | undefined {
  const [, count, unit = ''] = DURATION.exec(time) ?? []
  if (nameOf(program) !== 'sleep' || others.length > 0 || count === undefined) return undefined
  return Number(count) * (UNIT[unit] ?? 1)
}

/** Options of a shell, and of `set`, that change nothing about which commands run, but for `e`. Not `n`: it runs none. */
const OPTIONS = /^[-+][euxvfC]+$/
const OPTIONS_WITH_NAME = /^[-+][euxvfC]*o$/
const OPTION_NAMES: readonly string[] = ['errexit', 'nounset', 'xtrace', 'verbose', 'noglob']
/** A shell that does not know the name ends there: dash does at `pipefail`. */
const BASH_NAMES: readonly string[] = [...OPTION_NAMES, 'pipefail']
const SHELL_OPTIONS = /^-[euxvfCl]+$/
const BASH_OPTIONS: readonly string[] = ['--login', '--norc', '--noprofile', '--posix']
const WITH_SCRIPT = /^-[euxvfCl]*c[euxvfCl]*$/

/** How the shell that runs a script is set. */
interface Shell {
  readonly name: string
  /** `set -e`: it ends at the first command that fails. */
  readonly errexit: boolean
  /** `set -u`: it ends at the first variable that is not set. */
  readonly nounset: boolean
}

/** A `&` that may send something to the background: of `&&`, `>&` and `<&` none does. */
const BACKGROUND = /(?<![&<>])&(?!&)/
/** After one of these escaped, an `&` is another than it looks. */
const ESCAPED = /\\[&<>]/

/** As a command of its own, not in a loop that waits for the end of the server. */
const SLEEPS = /(?:^|[;&\n])[ \t]*sleep[ \t]/
const SIGNALING: readonly string[] = ['kill', 'pkill', 'killall']

/** `sh -c SCRIPT`, with options. A script in a file is not known, nor what comes from standard input. */
function readShell(words: readonly string[], name: string): CommandReading {
  const at = words.findIndex((word) => WITH_SCRIPT.test(word))
  const script = words[at + 1]
  if (at < 0 || script === undefined) return UNKNOWN
  const options = words.slice(1, at + 1).filter((word) => name !== 'bash' || !BASH_OPTIONS.includes(word))
  const shell = withOptions({ name, errexit: false, nounset: false }, options, [SHELL_OPTIONS, WITH_SCRIPT])
  const commands = commandsOf(script)
  if (shell === undefined || commands === undefined || !isBalanced(script)) return UNKNOWN
  const reading = readScript(commands, shell, BACKGROUND.test(script) || ESCAPED.test(script))
  return reading.endsBy !== undefined && mayDrain(script, reading.endsBy) ? UNKNOWN : reading
}

/**
 * `kill -TERM 1; sleep 60` may be a drain by the application's own handler, and `sleep 60 & nginx -s quit` was meant to
 * wait: their authors have thought of a time, and what happens in it is not known.
 */
function mayDrain(script: string, program: string): boolean {
  const slept = script.search(SLEEPS)
  return slept >= 0 && (SIGNALING.includes(program) || slept < script.indexOf(program))
}

/** A shell that finds a parenthesis without its other one refuses the line before it runs any of it. */
function isBalanced(script: string): boolean {
  let open = 0
  for (const char of script) {
    if (char === '(') open += 1
    if (char === ')') open -= 1
    if (open < 0) return false
  }
  return open === 0
}

/** The shell after these options; undefined where one is not known. What is switched off again counts as on. */
function withOptions(
  shell: Shell,
  words: readonly string[],
  known: readonly RegExp[] = [OPTIONS],
): Shell | undefined {
  const names = shell.name === 'bash' ? BASH_NAMES : OPTION_NAMES
  let { errexit, nounset } = shell
  let isName = false
  for (const word of words) {
    const hasName: boolean = !isName && OPTIONS_WITH_NAME.test(word)
    const isKnown = isName ? names.includes(word) : hasName || known.some((pattern) => pattern.test(word))
    if (!isKnown) return undefined
    errexit ||= isName ? word === 'errexit' : word.includes('e')
    nounset ||= isName ? word === 'nounset' : word.includes('u')
    isName = hasName
  }
  return isName ? undefined : { ...shell, errexit, nounset }
}

/** A script while it is read, command by command. */
interface Progress {
  readonly shell: Shell
  /** There is a `&` somewhere: what it sends to the background may be the list that is being read. */
  readonly backgrounds: boolean
  /** Seconds that it has surely slept; absent before the first sleep. */
  readonly slept?: number
  /** The same within the list that is being read: a `&` at its end sends all of it to the background. */
  readonly listed?: number
  /** What comes next surely runs. Where not, only what ends the server is still looked for. */
  readonly certain: boolean
  /** The status of the list so far is surely 0. */
  readonly succeeds: boolean
  /** What stands between it and the next command. */
  readonly follow: Command['follow']
}

/** Reading ends: with what is known so far, or with the program that ends the server. */
interface Stop {
  readonly stop: CommandReading
}

/**
 * Sleeps are added up for as long as nothing but sleeps and harmless commands has come before: what anything else does to
 * the server, and how long it takes, is not known.
 */
function readScript(commands: readonly Command[], shell: Shell, backgrounds: boolean): CommandReading {
  let progress: Progress = { shell, backgrounds, certain: true, succeeds: true, follow: '\n' }
  for (const command of commands) {
    const next = step(progress, command)
    if ('stop' in next) return next.stop
    progress = next
  }
  return knownSoFar(progress)
}

/** Of a list whose end was not reached only where nothing at all goes to the background. */
function knownSoFar({ slept, listed, backgrounds }: Progress): CommandReading {
  const times = [slept, backgrounds ? undefined : listed].filter((time) => time !== undefined)
  return times.length === 0 ? UNKNOWN : wholeSeconds(times.reduce((sum, time) => sum + time))
}

function step(progress: Progress, command: Command): Progress | Stop {
  const { words, follow } = command
  if (words.length === 0 && follow !== 'cut') return emptyLine(progress, follow)
  const execs = words[0] === 'exec'
  const program = started(execs ? words.slice(1) : words)
  const time = follow === 'cut' ? undefined : sleepOf(program)
  if (time !== undefined) return sleeping(progress, command, { time, execs })
  const endsBy = progress.follow === '||' ? undefined : serverEnd(program, follow === 'cut')
  if (endsBy !== undefined) {
    const isFirst = progress.slept === undefined && progress.listed === undefined
    return { stop: isFirst ? endedBy(endsBy) : knownSoFar(progress) }
  }
  const harmless = execs ? undefined : harmlessIn(progress.shell, command, program)
  return harmless === undefined ? { stop: knownSoFar(progress) } : after(progress, command, harmless)
}

/** Empty are lines, also after `&&`, and the end. */
function emptyLine(progress: Progress, follow: Command['follow']): Progress | Stop {
  if (follow === 'end') return { stop: knownSoFar(progress) }
  const joins = progress.follow === '&&' || progress.follow === '||'
  return joins ? progress : { ...progress, follow }
}

function sleeping(
  progress: Progress,
  command: Command,
  { time, execs }: { readonly time: number; readonly execs: boolean },
): Progress | Stop {
  const { follow, opens } = command
  const harmless = { shell: progress.shell, succeeds: true }
  // In the background it holds nothing back; what comes next runs at once.
  if (follow === '&') return after(progress, command, harmless)
  if (!runsSurely(progress) || opens || follow === '|') return { stop: knownSoFar(progress) }
  const slept = { ...progress, listed: (progress.listed ?? 0) + time }
  const next = after(slept, command, harmless)
  // After `exec` there is no shell that would go on.
  return execs ? { stop: knownSoFar(next) } : next
}

const runsSurely = ({ certain, succeeds, follow }: Progress): boolean =>
  certain && follow !== '||' && (follow !== '&&' || succeeds)

interface Harmless {
  readonly shell: Shell
  /** It surely succeeds. */
  readonly succeeds: boolean
}

/** POSIX Shell Command Language, 2.9.3: lists from left to right; with `set -e` a list that fails may be the last. */
function after(progress: Progress, { follow }: Command, { shell, succeeds }: Harmless): Progress {
  const all =
    progress.follow === '||'
      ? progress.succeeds || succeeds
      : succeeds && (progress.follow !== '&&' || progress.succeeds)
  if (follow === '&&' || follow === '||') return { ...progress, shell, succeeds: all, follow }
  const { listed, slept, ...rest } = progress
  const times = [slept, follow === '&' ? undefined : listed].filter((time) => time !== undefined)
  return {
    ...rest,
    ...(times.length === 0 ? {} : { slept: times.reduce((sum, time) => sum + time) }),
    shell,
    certain: progress.certain && follow !== '&' && (all || !shell.errexit),
    succeeds: all,
    follow,
  }
}

/**
 * Commands that keep the server as it is and take no time. The builtins among them surely succeed; `touch` may have no
 * right to write.
 */
const HARMLESS: ReadonlyMap<string, 'succeeds' | 'may-fail'> = new Map([
  ['echo', 'succeeds'],
  ['true', 'succeeds'],
  [':', 'succeeds'],
  ['printf', 'may-fail'],
  ['touch', 'may-fail'],
  ['date', 'may-fail'],
])

/** What a harmless command leaves behind; undefined for any other, which may end the server or the script. */
function harmlessIn(
  shell: Shell,
  { words, follow, reads, opens }: Command,
  program: readonly string[],
): Harmless | undefined {
  const [first = ''] = program
  const isStarted = program.length < words.length
  if (follow === 'cut' || follow === '|' || (reads && shell.nounset)) return undefined
  // POSIX Shell Command Language, 2.8.1: where the redirect of a special builtin fails, the shell ends.
  if ((first === ':' || first === 'set') && (opens || isStarted)) return undefined
  if (first === 'set') {
    const changed = withOptions(shell, program.slice(1))
    return changed === undefined ? undefined : { shell: changed, succeeds: true }
  }
  const outcome = HARMLESS.get(first === ':' ? first : nameOf(first))
  if (outcome === undefined) return undefined
  const isBuiltin = !isStarted && !first.startsWith('/')
  return { shell, succeeds: outcome === 'succeeds' && isBuiltin && !opens }
}
