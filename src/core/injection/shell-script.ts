/**
 * What follows a command. `cut`: something that is not read here (a subshell, a substitution, a redirect to a file), so
 * that nothing is known of the command, nor of what comes after it.
 */
type Follow = ';' | '\n' | '&&' | '||' | '&' | '|' | 'end' | 'cut'

/** A simple command of a shell script: its words without their quotes. */
export interface Command {
  readonly words: readonly string[]
  readonly follow: Follow
  /** It reads a variable: with `set -u` the shell ends there where nobody has set that. */
  readonly reads: boolean
  /** Its output goes where opening may fail: then the command is not run. */
  readonly opens: boolean
}

/**
 * The longest argument that Linux starts a program with, one byte of it the closing NUL (include/uapi/linux/binfmts.h,
 * MAX_ARG_STRLEN, 32 pages of 4 KiB). A longer script never runs.
 */
const LONGEST_SCRIPT = 131_071

/**
 * How many characters of a script are read; what follows is not known. A choice: many times what a hook's sleep is
 * preceded by in practice, and little enough that a Pod full of such scripts costs no more than its size.
 */
const READ = 4096

const BLANK = /[ \t]*(?:\\\n[ \t]*)*/y
const COMMENT = /#[^\n]*/y
const OPERATOR = /&&|\|\||[;&|\n]/y
/** Characters that stand for themselves. A carriage return is one: `sleep 15\r` fails. */
const PLAIN = /[^ \t\n'"\\$`;&|()<>]+/y
const SINGLE_QUOTED = /'([^']*)'/y
const VARIABLE = /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/y
const DOUBLE_PLAIN = /[^"\\$`]+/y
/** Before any other character a backslash in double quotes stands for itself. */
const ESCAPED = /["\\$`]/
const REDIRECT = /[<>]/
/** To where every process can write. `&>` is not among them: in dash it is a `&`, and the command runs in the background. */
const SURE_REDIRECT = /[12]?>(?:&[12]|>?[ \t]*\/dev\/null)(?=[ \t\n;&|]|$)/y
/**
 * To the container's log: a process of another user may not open it. No other file: a word in a pipe is an order to some
 * servers (`echo q > /run/app.fifo` stops uWSGI; its documentation, "The Master FIFO").
 */
const LOG_REDIRECT = /[12]?>>?[ \t]*(?:\/dev\/std(?:out|err)|\/proc\/(?:1|self)\/fd\/[12])(?=[ \t\n;&|]|$)/y

/**
 * The commands of a shell script, as far as it can be read without running it: POSIX Shell Command Language, 2.2 to 2.4
 * and 2.10, without expansions but for plain variables.
 * @returns undefined where no shell runs it: it is too long, or something in it that is read here is refused. A shell
 * refuses a line before it runs any of it.
 */
export function commandsOf(script: string): readonly Command[] | undefined {
  if (script.length > LONGEST_SCRIPT) return undefined
  const commands = script.length <= READ ? readAll(script) : readBeginning(script.slice(0, READ))
  return commands === undefined || isRefused(commands) ? undefined : commands
}

function readAll(script: string): readonly Command[] | undefined {
  const reader = new Reader(script)
  const commands: Command[] = []
  for (;;) {
    const command = reader.command()
    if (command === undefined) return undefined
    commands.push(command)
    if (isLast(command)) return commands
  }
}

/** What is read last may go on. */
function readBeginning(beginning: string): readonly Command[] {
  const reader = new Reader(beginning)
  const commands: Command[] = []
  for (;;) {
    const command = reader.command() ?? NOTHING
    if (isLast(command)) return [...commands, { ...command, follow: 'cut' }]
    commands.push(command)
  }
}

const isLast = ({ follow }: Command): boolean => follow === 'end' || follow === 'cut'

const NOTHING: Command = { words: [], follow: 'cut', reads: false, opens: false }

/** Reserved words that begin a compound command, or end one. Each that begins one is followed by a command. */
const BEGINS: readonly string[] = ['if', 'while', 'until', 'for', 'case', '{']
const ENDS: readonly string[] = ['fi', 'done', 'esac', '}']
const GOES_ON: readonly string[] = ['then', 'do', 'else', 'elif', '!']

/** An operator without a command before it, a list without its last one, a compound command without its other end. */
function isRefused(commands: readonly Command[]): boolean {
  let depth = 0
  let joins = false
  for (const { words, follow } of commands) {
    if (words.length === 0 && !mayBeEmpty(follow, joins)) return true
    const { by, goesOn } = depthOf(words)
    depth += by
    if (depth < 0 || (goesOn && depth === 0)) return true
    if (words.length > 0) joins = JOINS.includes(follow)
  }
  return depth !== 0 && commands.at(-1)?.follow !== 'cut'
}

const JOINS: readonly Follow[] = ['&&', '||', '|']

const mayBeEmpty = (follow: Follow, joins: boolean): boolean =>
  follow === '\n' || follow === 'cut' || (follow === 'end' && !joins)

/** How much deeper into compound commands the reserved words lead with which a command begins. */
function depthOf(words: readonly string[]): { readonly by: number; readonly goesOn: boolean } {
  let by = 0
  let goesOn = false
  for (const word of words) {
    if (BEGINS.includes(word)) by++
    else if (ENDS.includes(word)) by--
    else if (GOES_ON.includes(word)) goesOn ||= word !== '!'
    else break
    // What is named or given there is no command.
    if (word === 'for' || word === 'case') break
  }
  return { by, goesOn }
}

/** How a word ends: whole, at what is not read here, or never, since a quote is not closed. */
type WordEnd = 'whole' | 'cut' | 'open'

/** A part of a word; no text: the word has ended before it. */
interface Part {
  readonly text?: string
  readonly end: WordEnd
}

const CUT: Part = { end: 'cut' }
const OPEN: Part = { end: 'open' }

class Reader {
  readonly #script: string
  #at = 0
  #reads = false

  constructor(script: string) {
    this.#script = script
  }

  /** The next command; undefined where a quote is not closed. */
  command(): Command | undefined {
    const words: string[] = []
    let opens = false
    this.#reads = false
    for (;;) {
      this.#take(BLANK)
      this.#take(COMMENT)
      const follow = this.#follow()
      if (follow !== undefined) return { words, follow, reads: this.#reads, opens }
      if (this.#take(SURE_REDIRECT) !== undefined) continue
      if (this.#take(LOG_REDIRECT) !== undefined) {
        opens = true
        continue
      }
      const { text = '', end } = this.#word()
      if (end === 'open') return undefined
      if (end === 'cut') return { words, follow: 'cut', reads: this.#reads, opens }
      words.push(text)
    }
  }

  #follow(): Follow | undefined {
    if (this.#at === this.#script.length) return 'end'
    return this.#take(OPERATOR) as Follow | undefined
  }

  #word(): Part {
    let text = this.#take(PLAIN) ?? ''
    // Digits before a redirect are the number of a file, and no word; what begins with a redirect is none of those above.
    if (REDIRECT.test(this.#next()) && /^\d*$/.test(text)) return CUT
    for (;;) {
      const part = this.#part()
      if (part.end !== 'whole') return part
      if (part.text === undefined) return { text, end: 'whole' }
      text += part.text
    }
  }

  #part(): Part {
    switch (this.#next()) {
      case "'": {
        const quoted = this.#take(SINGLE_QUOTED)
        return quoted === undefined ? OPEN : { text: quoted.slice(1, -1), end: 'whole' }
      }
      case '"':
        return this.#doubleQuoted()
      case '\\':
        return { text: this.#escaped(() => true), end: 'whole' }
      case '$':
        return this.#variable()
      case '`':
      case '(':
      case ')':
        return CUT
      default:
        return { ...given(this.#take(PLAIN)), end: 'whole' }
    }
  }

  #doubleQuoted(): Part {
    this.#at++
    let text = ''
    for (;;) {
      text += this.#take(DOUBLE_PLAIN) ?? ''
      const next = this.#next()
      if (next === '') return OPEN
      if (next === '`') return CUT
      if (next === '"') {
        this.#at++
        return { text, end: 'whole' }
      }
      const part =
        next === '$' ? this.#variable() : { text: this.#escaped((one) => ESCAPED.test(one)), end: 'whole' }
      if (part.end !== 'whole') return CUT
      text += part.text ?? ''
    }
  }

  /** What a backslash stands before, and the backslash too where it means nothing; nothing for the end of a line. */
  #escaped(means: (next: string) => boolean): string {
    this.#at++
    const next = this.#next()
    this.#at += next.length
    if (next === '\n') return ''
    return next === '' || !means(next) ? `\\${next}` : next
  }

  /** The variable as it is written: what it will hold is not known. */
  #variable(): Part {
    const text = this.#take(VARIABLE)
    if (text === undefined) return CUT
    this.#reads = true
    return { text, end: 'whole' }
  }

  /** The next character; none at the end. */
  #next(): string {
    return this.#script[this.#at] ?? ''
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#script)?.[0]
    if (found === undefined || found === '') return undefined
    this.#at += found.length
    return found
  }
}

const given = (text: string | undefined): Pick<Part, 'text'> => (text === undefined ? {} : { text })
