/**
 * Makes text from other sources safe to show. A name or an annotation may contain what a terminal, a pager, a review
 * page or a CI runner interprets instead of showing it: escape sequences (CVE-2021-25743), characters that reverse the
 * order of letters (CVE-2021-42574), line breaks, characters without a width, commands to the runner.
 */

/**
 * Characters that are not visible: everything but letters, marks, numbers, punctuation, symbols and the space, which is
 * the rule behind Go's %q (strconv.IsPrint), and among these what Unicode defines as ignorable, such as variation
 * selectors. This includes a surrogate without its partner.
 */
const UNSEEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}/gu

/** The same, in a text that may have several lines. */
const UNSEEN_BUT_LINES = new RegExp(UNSEEN.source.replace(' ]', ' \\n]'), 'gu')

/** Most texts, and with the signs of this program's own: no search for characters that are not visible is needed. */
const PLAIN = /^[\x20-\x7e→…’]*$/
const PLAIN_LINES = /^[\x20-\x7e→…’\n]*$/

/** Every command has one of these. */
const mayCommand = (text: string): boolean => text.includes('::') || text.includes('##')

/**
 * What a CI runner treats as a command. GitHub: `::word` preceded only by white space, and `##[word]` anywhere in a
 * line (actions/runner, ActionCommand.cs: TryParseV2, TryParse). Azure Pipelines and TeamCity: `##vso[`, `##teamcity[`.
 * A colon counts at the beginning of each word, because lines are wrapped there.
 */
const COMMAND = /(?<!\S)::(?=\p{L})|##(?=\w*\[)/gu

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

const codeOf = (character: string): number => character.codePointAt(0) ?? 0

/** The characters for which Go's %q has a letter. */
const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

function visible(character: string): string {
  const code = codeOf(character)
  if (code < 0x20 || code === 0x7f) return LETTERS[character] ?? `\\x${hex(code, 2)}`
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}

/** `\x3a:` and `\x23#`: escaping the first character is enough. */
const visibleCommand = (command: string): string => `\\x${hex(codeOf(command), 2)}${command.slice(1)}`

/** One line of text. Invisible characters are shown as Go's %q and kubectl show them, such as `\x1b`, `\n`, `\u202e`. */
export function printable(text: string): string {
  const seen = PLAIN.test(text) ? text : text.replace(UNSEEN, visible)
  return mayCommand(seen) ? seen.replace(COMMAND, visibleCommand) : seen
}

/** The same for a text with several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

const jsonEscape = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join('')

/** JSON with the same data, with such characters written as escapes. */
export function printableJson(json: string): string {
  const seen = PLAIN_LINES.test(json) ? json : json.replace(UNSEEN_BUT_LINES, jsonEscape)
  return mayCommand(seen)
    ? seen.replace(COMMAND, (command) => (command === '##' ? '\\u0023#' : command))
    : seen
}

const yamlEscape = (character: string): string => {
  const code = codeOf(character)
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}

/** Whether a text, apart from its line breaks, must not be written as it is. */
export const isHazardous = (text: string): boolean =>
  text.search(UNSEEN_BUT_LINES) !== -1 || text.search(COMMAND) !== -1

/** YAML with the same data. In the input, every hazardous text must be in double quotes, on one line. */
export const printableYaml = (yaml: string): string =>
  yaml
    .replace(UNSEEN_BUT_LINES, yamlEscape)
    .replace(COMMAND, (command) => (command === '##' ? '\\x23#' : command))

/** The member whose text has lines that stay lines: what a finding gives to paste. */
const PASTE = 'paste'

/** A value with every text in it made printable, including keys. A value that needs no change is returned itself. */
export const printableIn = <T>(value: T): T => changed(value, new Map()) as T

/** @param known an object that occurs twice is looked through once, and stays one object. */
function changed(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value === 'string') return printable(value)
  if (typeof value !== 'object' || value === null) return value
  const before = known.get(value)
  if (before !== undefined) return before
  const after = changedParts(value, known)
  known.set(value, after)
  return after
}

/** Nothing is copied where nothing changes: plans of thousands of workloads hardly ever need a change. */
function changedParts(value: object, known: Map<object, unknown>): object {
  if (Array.isArray(value)) {
    const isSame = value.every((item: unknown) => changed(item, known) === item)
    return isSame ? value : value.map((item: unknown) => changed(item, known))
  }
  if (value instanceof Map)
    return new Map([...value].map(([key, part]) => [printable(key), changedPart(key, part, known)]))
  const own = value as Readonly<Record<string, unknown>>
  for (const key in own) {
    if (printable(key) === key && changedPart(key, own[key], known) === own[key]) continue
    return Object.fromEntries(
      Object.entries(own).map(([name, part]) => [printable(name), changedPart(name, part, known)]),
    )
  }
  return value
}

function changedPart(key: string, part: unknown, known: Map<object, unknown>): unknown {
  const hasLines = key === PASTE && typeof part === 'string'
  return hasLines ? printableLines(part) : changed(part, known)
}
