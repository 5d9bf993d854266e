import type { ContainerProcess } from '../model/container-process.ts'
import { isRecord, type JsonRecord } from '../model/json-value.ts'
import { SERVERS } from './servers.ts'
import { baseName, LONGEST_SCRIPT, shellCommands } from './shell-words.ts'

/** A value as somebody wrote it; null: it cannot be told. */
export interface WrittenValue {
  readonly text: string | null
  /** What to look for in the object: `--keep-alive 2`, `PUMA_PERSISTENT_TIMEOUT=20`. */
  readonly line: string
}

/** No key that is known is longer, however it is spelled. A choice. */
const LONGEST_KEY = 100

/** Java's own variables for options of the virtual machine, and the two that images' scripts read. */
const JAVA_OPTIONS = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'JAVA_OPTS', 'CATALINA_OPTS']
const SPRING_JSON = 'SPRING_APPLICATION_JSON'

/** `spring.lifecycle.timeout-per-shutdown-phase`, `SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE`, … : one key. */
export const canonicalKey = (key: string): string => key.replace(/[^A-Za-z0-9]/g, '').toUpperCase()

const KNOWN_KEYS: ReadonlySet<string> = new Set(
  SERVERS.flatMap(({ settings }) => settings.flatMap(({ property }) => property ?? [])).map(canonicalKey),
)

/**
 * The keys of frameworks that a process is given, by their canonical spelling. Later sources override earlier ones, in
 * Spring Boot's order (Externalized Configuration): environment, system properties, SPRING_APPLICATION_JSON, arguments.
 */
export function propertiesOf(
  { variables }: ContainerProcess,
  commands: readonly (readonly string[])[],
): ReadonlyMap<string, WrittenValue> {
  const found = new Map<string, WrittenValue>()
  const keep = (key: string, value: WrittenValue): void => {
    const known = key.length > LONGEST_KEY ? '' : canonicalKey(key)
    if (KNOWN_KEYS.has(known)) found.set(known, value)
  }
  for (const [name, text] of variables) keep(name, { text, line: `${name}=${text}` })
  for (const name of JAVA_OPTIONS) {
    const words = shellCommands(variables.get(name) ?? '').flat()
    for (const word of words) keepAssignment(word, '-D', (key, value) => keep(key, inside(value, name)))
  }
  const given = commands.flatMap(beforeEnd)
  for (const word of given) keepAssignment(word, '-D', keep)
  for (const [key, text] of jsonProperties(variables.get(SPRING_JSON) ?? ''))
    keep(key, inside({ text, line: `${key}=${text}` }, SPRING_JSON))
  for (const word of given) keepAssignment(word, '--', keep)
  return found
}

export const inside = ({ text, line }: WrittenValue, name: string): WrittenValue => ({
  text,
  line: `${line} in ${name}`,
})

const RUNTIME = /^(?:java|dotnet)$/

/** Nothing counts after the runtime's `--`; one before it is of what starts it: `tini -- java …`. */
function beforeEnd(words: readonly string[]): readonly string[] {
  const runtime = words.findIndex((word) => RUNTIME.test(baseName(word)))
  const end = words.indexOf('--', Math.max(0, runtime))
  return end < 0 ? words : words.slice(0, end)
}

function keepAssignment(
  word: string,
  prefix: '-D' | '--',
  keep: (key: string, value: WrittenValue) => void,
): void {
  const equals = word.indexOf('=')
  if (!word.startsWith(prefix) || equals < 0) return
  keep(word.slice(prefix.length, equals), { text: word.slice(equals + 1), line: word })
}

/** `{"spring": {"lifecycle": {…}}}` as `spring.lifecycle.…`, whatever is text or a number. None where it is no JSON. */
function jsonProperties(text: string): readonly (readonly [key: string, value: string])[] {
  if (text === '' || text.length > LONGEST_SCRIPT) return []
  const found: [string, string][] = []
  const open: [string, unknown][] = [['', parsed(text)]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, value] = next
    if (isRecord(value)) open.push(...membersOf(key, value))
    else if (typeof value === 'string' || typeof value === 'number') found.push([key, String(value)])
  }
  return found
}

/** What is deeper than any key that is known is left out. */
const membersOf = (key: string, record: JsonRecord): [string, unknown][] =>
  key.length > LONGEST_KEY
    ? []
    : Object.entries(record).map(([name, member]) => [key === '' ? name : `${key}.${name}`, member])

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
