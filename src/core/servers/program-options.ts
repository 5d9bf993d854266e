import type { ContainerProcess } from '../model/container-process.ts'
import { inside, type WrittenValue } from './property-sources.ts'
import { SERVERS, type ServerSetting } from './servers.ts'
import { baseName, shellCommands } from './shell-words.ts'

/** A server that a command starts. */
export interface StartedProgram {
  readonly server: (typeof SERVERS)[number]
  /** The words after its name. */
  readonly words: readonly string[]
  /** Further ones, of the server's variable: those on the command line override them. */
  readonly further: readonly string[]
}

type Started = Pick<StartedProgram, 'server' | 'words'>

/** Servers that one container starts: more are not read. A choice: a container has one, and one more beside it at most. */
const MOST_PROGRAMS = 8

const SERVER_OF = new Map(SERVERS.flatMap((server) => server.programs.map((name) => [name, server] as const)))
/** These only show their words. */
const PRINTERS = ['echo', 'printf']

/** The servers that a container's commands start, or else the one that its arguments or variables can only be for. */
export function programsIn(
  process: ContainerProcess,
  commands: readonly (readonly string[])[],
): readonly StartedProgram[] {
  const named = commands.flatMap((command) => programIn(command) ?? []).slice(0, MOST_PROGRAMS)
  const started = named.length > 0 ? named : unnamedIn(process)
  return started.map(({ server, words }) => {
    const further = server.argumentsIn === undefined ? '' : (process.variables.get(server.argumentsIn) ?? '')
    return { server, words, further: shellCommands(further).flat() }
  })
}

/** A script or the image starts it: without a command of its own the image's gets the arguments. */
function unnamedIn({ hasCommand, words, variables }: ContainerProcess): readonly Started[] {
  const given = hasCommand ? [] : beforeEnd(words)
  const options = new Set(given.map((word) => word.split('=', 1)[0] ?? ''))
  const server = SERVERS.find(
    ({ argumentsIn, knownBy = [] }) =>
      (argumentsIn !== undefined && variables.has(argumentsIn)) ||
      knownBy.some((option) => options.has(option)),
  )
  return server === undefined ? [] : [{ server, words: given }]
}

/**
 * The server is wherever its name stands, since much may stand before it (`exec`, `tini --`, `poetry run`,
 * `python -m`). Nothing counts after its `--`.
 */
function programIn(words: readonly string[]): Started | undefined {
  if (PRINTERS.includes(baseName(words[0] ?? ''))) return undefined
  const place = words.findIndex((word) => SERVER_OF.has(baseName(word)))
  const server = SERVER_OF.get(baseName(words[place] ?? ''))
  return server === undefined ? undefined : { server, words: beforeEnd(words.slice(place + 1)) }
}

function beforeEnd(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  return end < 0 ? words : words.slice(0, end)
}

/** The value of an option: the last one counts. */
export function optionOf(
  { server, words, further }: StartedProgram,
  setting: Pick<ServerSetting, 'option' | 'letter'>,
): WrittenValue | undefined {
  const found = lastOption(words, setting)
  if (found !== undefined) return found
  const extra = lastOption(further, setting)
  return extra === undefined ? undefined : inside(extra, server.argumentsIn ?? '')
}

function lastOption(
  words: readonly string[],
  { option, letter }: Pick<ServerSetting, 'option' | 'letter'>,
): WrittenValue | undefined {
  for (let index = words.length - 1; index >= 0; index--) {
    const word = words[index] ?? ''
    if (word === option || word === letter) {
      const text = words[index + 1] ?? ''
      return { text, line: `${word} ${text}` }
    }
    const attached = attachedValue(word, option, letter)
    if (attached !== undefined) return { text: attached, line: word }
  }
  return undefined
}

function attachedValue(word: string, option = '', letter = ''): string | undefined {
  if (option !== '' && word.startsWith(`${option}=`)) return word.slice(option.length + 1)
  const isShort = letter !== '' && word.startsWith(letter) && word.length > letter.length
  return isShort ? word.slice(letter.length) : undefined
}

/** A directive among the text after `-g` (nginx.org: Command-line parameters). */
export function directiveOf({ words }: StartedProgram, name: string): WrittenValue | undefined {
  const text = lastOption(words, { option: '-g' })?.text ?? ''
  const found = text
    .split(';')
    .map((part) => part.trim().split(/\s+/))
    .findLast(([first]) => first === name)
  return found === undefined ? undefined : { text: found[1] ?? '', line: `${name} ${found[1]}` }
}
