import type { Argument, Command, Option } from 'commander'

/** One word that the shell may insert. */
interface CompletionWord {
  readonly word: string
  readonly description: string
}

/** What may stand at the cursor. */
export interface Completion {
  readonly candidates: readonly CompletionWord[]
  /** What the shell itself completes where there is no candidate. */
  readonly otherwise: 'nothing' | 'files' | 'folders'
}

/** Words for the arguments of a command that commander has no choices for. */
type ArgumentWords = Readonly<Record<string, () => readonly CompletionWord[]>>

/** What the words before the cursor mean. */
interface Line {
  readonly command: Command
  /** The option that takes the next word; a variadic one goes on taking words. */
  readonly open: Option | undefined
  /** How many values the open option has. */
  readonly taken: number
  /** Arguments so far. */
  readonly positionals: number
  readonly used: readonly Option[]
  /** After `--` there are only arguments. */
  readonly ended: boolean
}

/**
 * What may stand at the cursor, from the commands and options of the program itself.
 * @param words those after the program's name; the last one is the word at the cursor, perhaps empty.
 */
export function completionsFor(program: Command, words: readonly string[], more: ArgumentWords): Completion {
  const current = words.at(-1) ?? ''
  const begun: Line = {
    command: program,
    open: undefined,
    taken: 0,
    positionals: 0,
    used: [],
    ended: false,
  }
  const line = words.slice(0, -1).reduce(read, begun)
  if (line.open !== undefined && (line.taken === 0 || !isFlag(current)))
    return beginningWith(current, valuesOf(line.open))
  if (line.ended || !isFlag(current)) return beginningWith(current, argumentsOf(line, more))
  const [flag = '', ...value] = current.split('=')
  if (value.length === 0) return beginningWith(current, flagsOf(line))
  const option = optionOf(line.command, flag)
  return beginningWith(value.join('='), option === undefined ? NOTHING : valuesOf(option))
}

const NOTHING: Completion = { candidates: [], otherwise: 'nothing' }

/** `-` alone is standard input, but at the cursor it begins an option. */
const isFlag = (word: string): boolean => word.startsWith('-')

function read(line: Line, word: string): Line {
  if (line.open !== undefined && line.taken === 0) return { ...line, ...next(line.open, 1) }
  if (!line.ended && word === '--') return { ...line, open: undefined, ended: true }
  if (!line.ended && isFlag(word) && word !== '-') return readFlag(line, word)
  if (line.open !== undefined) return { ...line, ...next(line.open, line.taken + 1) }
  const command = line.positionals === 0 ? subcommandOf(line.command, word) : undefined
  return command === undefined ? { ...line, positionals: line.positionals + 1 } : { ...line, command }
}

const next = (option: Option, taken: number): Pick<Line, 'open' | 'taken'> =>
  option.variadic || taken === 0 ? { open: option, taken } : { open: undefined, taken: 0 }

function readFlag(line: Line, word: string): Line {
  const [flag = '', ...value] = word.split('=')
  const option = optionOf(line.command, flag)
  if (option === undefined) return { ...line, open: undefined }
  const used = [...line.used, option]
  const isWaiting = takesValue(option) && value.length === 0
  return { ...line, used, ...(isWaiting ? next(option, 0) : { open: undefined, taken: 0 }) }
}

const takesValue = ({ required, optional }: Option): boolean => required || optional

const optionOf = ({ options }: Command, flag: string): Option | undefined =>
  options.find(({ short, long }) => flag === short || flag === long)

const subcommandOf = ({ commands }: Command, name: string): Command | undefined =>
  commands.find((command) => command.name() === name || command.aliases().includes(name))

/** What an option takes: its choices, or files or folders, where its placeholder says so. */
function valuesOf({ argChoices, flags }: Option): Completion {
  if (argChoices !== undefined)
    return { candidates: argChoices.map((word) => ({ word, description: '' })), otherwise: 'nothing' }
  if (/<(?:path|file)\b/.test(flags)) return { candidates: [], otherwise: 'files' }
  return /<folder\b/.test(flags) ? { candidates: [], otherwise: 'folders' } : NOTHING
}

/** The long flags that are still missing; `--help` is commander's own, and in no list. */
function flagsOf({ command, used }: Line): Completion {
  const flags = command.options
    .filter((option) => !option.hidden && (option.variadic || !used.includes(option)))
    .map(({ long, short, description }) => ({ word: long ?? short ?? '', description }))
  const help = { word: '--help', description: 'display help for command' }
  return { candidates: [...flags, help], otherwise: 'nothing' }
}

/** The commands, or what the next argument of the command may be. */
function argumentsOf({ command, positionals, ended }: Line, more: ArgumentWords): Completion {
  if (command.commands.length > 0 && !ended && positionals === 0) {
    const { commands } = command
    const candidates = commands.map((one) => ({ word: one.name(), description: one.summary() }))
    return { candidates, otherwise: 'nothing' }
  }
  const argument: Argument | undefined = command.registeredArguments[positionals]
  if (argument?.argChoices !== undefined)
    return {
      candidates: argument.argChoices.map((word) => ({ word, description: '' })),
      otherwise: 'nothing',
    }
  const words =
    positionals === 0 && Object.hasOwn(more, command.name()) ? more[command.name()]?.() : undefined
  return { candidates: words ?? [], otherwise: 'nothing' }
}

const beginningWith = (start: string, { candidates, otherwise }: Completion): Completion => ({
  candidates: candidates.filter(({ word }) => word.startsWith(start)),
  otherwise,
})
