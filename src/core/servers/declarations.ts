import type { ContainerProcess } from '../model/container-process.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import { timeIn } from './durations.ts'
import { directiveOf, optionOf, programsIn, type StartedProgram } from './program-options.ts'
import { canonicalKey, propertiesOf, type WrittenValue } from './property-sources.ts'
import { type Role, SERVERS, type ServerSetting } from './servers.ts'
import { commandsOf } from './shell-words.ts'

/** What a container's arguments or environment show of how its server behaves. */
export interface Declaration {
  readonly container: string
  /** It is the only one of the pod that a load balancer can mean. */
  readonly isFront: boolean
  readonly role: Role
  readonly value: Seconds
  /** The line that says so, to be found in the object: `--keep-alive 2`. */
  readonly line: string
  /** A preStop hook that spends this time before SIGTERM. */
  readonly spentBy?: string
}

/**
 * What the arguments and the environment of a pod's containers declare. Silent on what is unknown: a reference, another
 * place, no such time.
 */
export function declarationsOf(processes: readonly ContainerProcess[]): readonly Declaration[] {
  const front = frontOf(processes)
  return processes
    .filter(({ isSidecar }) => !isSidecar)
    .flatMap((process) => ofContainer(process).map((found) => ({ ...found, isFront: process === front })))
}

/** Where several declare ports, or none of several does, which of them a target group means is not known here. */
function frontOf(processes: readonly ContainerProcess[]): ContainerProcess | undefined {
  const open = processes.filter(({ hasPorts }) => hasPorts)
  const possible = open.length > 0 ? open : processes.filter(({ isSidecar }) => !isSidecar)
  return possible.length === 1 ? possible[0] : undefined
}

type Found = Omit<Declaration, 'isFront'>

function ofContainer(process: ContainerProcess): readonly Found[] {
  const commands = commandsOf(process.words)
  const programs = programsIn(process, commands)
  const properties = propertiesOf(process, commands)
  return SERVERS.flatMap((server) => {
    const started = programs.filter((program) => program.server === server)
    return server.settings.flatMap((setting) => {
      const shown = started.flatMap((program) => shownBy(program, setting))
      const around = () => variableOf(process, setting) ?? propertyOf(setting, properties)
      return (shown.length > 0 ? shown : [around()]).flatMap((value) => declared(process, setting, value))
    })
  })
}

/** None: the command line shows nothing of it. Undefined in it: what it shows does not count. */
function shownBy(program: StartedProgram, setting: ServerSetting): readonly (WrittenValue | undefined)[] {
  const { directive, workers } = setting
  const value = directive === undefined ? optionOf(program, setting) : directiveOf(program, directive)
  if (value === undefined) return []
  return [workers?.(isSync(program)) === false ? undefined : value]
}

/** With more than one thread, gunicorn's sync worker is its gthread worker (its settings: threads). */
function isSync(program: StartedProgram): boolean | undefined {
  const kind = optionOf(program, { option: '--worker-class', letter: '-k' })?.text
  const threads = Number(optionOf(program, { option: '--threads' })?.text ?? 1)
  if (threads > 1) return false
  return kind === undefined || kind === null ? undefined : kind === 'sync'
}

function variableOf({ variables }: ContainerProcess, { variables: names = [] }: ServerSetting) {
  const name = names.find((one) => variables.has(one))
  if (name === undefined) return undefined
  const text = variables.get(name) ?? null
  return { text, line: `${name}=${text}` }
}

const propertyOf = ({ property }: ServerSetting, properties: ReadonlyMap<string, WrittenValue>) =>
  property === undefined ? undefined : properties.get(canonicalKey(property))

function declared(
  process: ContainerProcess,
  { role, format, above = seconds(0), spentBy }: ServerSetting,
  written: WrittenValue | undefined,
): readonly Found[] {
  const text = resolved(written?.text ?? '', process)
  const value = timeIn(text, format)
  if (written === undefined || value === undefined || value <= above) return []
  const { container } = process
  return [{ container, role, value, line: written.line, ...(spentBy === undefined ? {} : { spentBy }) }]
}

/** `$(NAME)` (Kubernetes: Container.args), and in a script `$NAME`, `${NAME}`. */
const REFERENCE = /^\$(?:\(([\w.-]+)\)|\{(\w+)\}|(\w+))$/

/** A value that is one of the container's own variables and nothing else. */
function resolved(text: string, { variables }: ContainerProcess): string {
  const [, ofKubernetes, braced, plain] =
    (text.length > LONGEST_REFERENCE ? null : REFERENCE.exec(text)) ?? []
  const name = ofKubernetes ?? braced ?? plain
  return name === undefined ? text : (variables.get(name) ?? '')
}

/** A choice: no variable that is met has a longer name. */
const LONGEST_REFERENCE = 100
