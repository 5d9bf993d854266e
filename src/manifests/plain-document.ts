import { plainScalar } from './yaml.ts'

/** A document that was read without a parser of the whole of YAML. */
export interface PlainDocument {
  /** As plain data, the same as `documentData` gives. */
  readonly value: unknown
  /** Offset of the root node. */
  readonly offset: number
  /** For each list in it, the offsets of its items. */
  readonly items: ReadonlyMap<unknown, readonly number[]>
}

/**
 * Reads the part of YAML that almost all manifests are written in: block mappings and lists, braces and brackets, scalars
 * on one line, literal text after `|`, comments; JSON is in it. Whatever is not certain to be in this part, errors
 * included, is left to the parser of `yaml`. That one makes lexemes, a syntax tree and nodes first: for 5,000 documents
 * of 1.8 MB it takes 20 times the CPU time. Tests compare the two, value and offsets.
 * @returns undefined if the document must be parsed.
 */
export function readPlainDocument(text: string): PlainDocument | undefined {
  if (text.length > LONGEST || UNUSUAL.test(text)) return undefined
  try {
    return new PlainReader(text).document()
  } catch (error) {
    if (error === NOT_PLAIN) return undefined
    throw error
  }
}

/** Characters; what does not fit into memory is found out while it is parsed (choice: a large `kubectl get -o yaml`). */
const LONGEST = 2 ** 20

/** Tabs, carriage returns and other characters that YAML treats in ways of their own. */
const UNUSUAL = /[^\n -~\u00a1-\u2027\u202a-\ufefe\uff00-\uffff]/

/** Thrown where the document leaves the part that is read here. One for all: a stack trace would cost more than a parse. */
const NOT_PLAIN = new Error('not plain')

/** Levels; deeper ones are parsed (choice: Kubernetes' deepest schemas stay below 50). */
const MOST_LEVELS = 100

/** A key must end within 1,024 characters (YAML 1.2, 7.4); longer ones are parsed. */
const LONGEST_KEY = 1_000

/** A key in block style with its colon: without quotes, or in quotes without escapes. */
const BLOCK_KEY = /(?:\w[\w./-]*|"[^"\\\n]*"|'[^'\n]*'):(?=[ \n]|$)/y
/** The same in braces, where no space is needed after quotes. */
const FLOW_KEY = /(?:\w[\w./-]*:(?=[ \n])|"[^"\\\n]*":|'[^'\n]*':)/y
const BLANK_LINE = / *(?:#[^\n]*)?\n/y
/** The end of a line in which nothing follows, but perhaps a comment. */
const LINE_END = /(?: +#[^\n]*| *)(?:\n|$)/y
/** What a scalar without quotes may not begin with in block style. `-` is one of these before a space only. */
const INDICATOR = /[?:,[\]{}#&*!|>'"%@`]|-(?:[ \n]|$)/y
/** Scalars without quotes in braces and brackets: by far not all that may stand there. */
const FLOW_SCALAR = /(?:[\w./]|-(?=\w))(?:[\w./@+=%()~-]|:(?=[\w/])| (?=[\w./(]))*/y
const SINGLE_QUOTED = /'[^'\n]*(?:''[^'\n]*)*'/y
const DOUBLE_QUOTED = /"[^"\\\n]*(?:\\["\\/bfnrtu][^"\\\n]*)*"/y
const LITERAL = /\|-? *\n/y

/** Stands between two nodes: before the next one, wherever that is. */
class PlainReader {
  readonly #text: string
  readonly #items = new Map<unknown, readonly number[]>()
  /** Offset of the next node. */
  #at = 0
  /** Column of the next node if it begins a line; -1 after the last one. */
  #column = 0
  #level = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): PlainDocument {
    if (this.#text.startsWith('---')) {
      this.#at = 3
      this.#endLine()
    } else this.#nextLine()
    const offset = this.#at
    const value = this.#column < 0 ? null : this.#root()
    if (this.#column >= 0) throw NOT_PLAIN
    return { value, offset, items: this.#items }
  }

  #root(): unknown {
    const first = this.#text[this.#at]
    return first === '{' || first === '[' ? this.#inLine(-1) : this.#block()
  }

  /** Goes to the next line that holds more than a comment. */
  #nextLine(): void {
    while (this.#skip(BLANK_LINE));
    const start = this.#at
    this.#skipSpaces()
    const isLast = this.#at === this.#text.length || this.#text[this.#at] === '#'
    this.#column = isLast ? -1 : this.#at - start
  }

  #endLine(): void {
    if (!this.#skip(LINE_END)) throw NOT_PLAIN
    this.#nextLine()
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const isThere = pattern.test(this.#text)
    if (isThere) this.#at = pattern.lastIndex
    return isThere
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1
  }

  #take(pattern: RegExp): string {
    const start = this.#at
    if (!this.#skip(pattern)) throw NOT_PLAIN
    return this.#text.slice(start, this.#at)
  }

  #isAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }

  #isDash(): boolean {
    if (this.#text[this.#at] !== '-') return false
    const next = this.#text[this.#at + 1]
    return next === ' ' || next === '\n' || next === undefined
  }

  /** A mapping or a list that begins at this column, in a line of its own or after a dash. */
  #block(): unknown {
    this.#level += 1
    if (this.#level > MOST_LEVELS) throw NOT_PLAIN
    const value = this.#isDash() ? this.#list(this.#column) : this.#mapping(this.#column)
    this.#level -= 1
    return value
  }

  #mapping(column: number): unknown {
    const record: Record<string, unknown> = {}
    do {
      const key = this.#key(BLOCK_KEY)
      if (key === '__proto__' || Object.hasOwn(record, key)) throw NOT_PLAIN
      record[key] = this.#valueAfterColon(column)
      // A scalar on several lines, or an error.
      if (this.#column > column) throw NOT_PLAIN
    } while (this.#column === column)
    return record
  }

  #key(pattern: RegExp): string {
    const isQuoted = this.#text[this.#at] === '"' || this.#text[this.#at] === "'"
    const key = this.#take(pattern)
    if (key.length > LONGEST_KEY) throw NOT_PLAIN
    return isQuoted ? key.slice(1, -2) : String(plainScalar(key.slice(0, -1)))
  }

  #valueAfterColon(column: number): unknown {
    if (!this.#skip(LINE_END)) {
      this.#skipSpaces()
      return this.#inLine(column)
    }
    this.#nextLine()
    if (this.#column > column || (this.#column === column && this.#isDash())) return this.#block()
    return null
  }

  #list(column: number): unknown {
    const list: unknown[] = []
    const offsets: number[] = []
    do {
      this.#at += 1
      list.push(this.#item(column, offsets))
      if (this.#column > column) throw NOT_PLAIN
    } while (this.#column === column && this.#isDash())
    this.#items.set(list, offsets)
    return list
  }

  /** What follows a dash at this column. */
  #item(column: number, offsets: number[]): unknown {
    const dash = this.#at - 1
    if (this.#skip(LINE_END)) {
      this.#nextLine()
      if (this.#column <= column) throw NOT_PLAIN
      offsets.push(this.#at)
      return this.#block()
    }
    this.#skipSpaces()
    offsets.push(this.#at)
    if (!this.#isDash() && !this.#isAt(BLOCK_KEY)) return this.#inLine(column)
    this.#column = column + this.#at - dash
    return this.#block()
  }

  /** A value in the line of its key or its dash. @param column of the collection that it is in. */
  #inLine(column: number): unknown {
    const first = this.#text[this.#at]
    if (first === '|') return this.#literal(column)
    if (first === '{' || first === '[' || first === '"' || first === "'") {
      const value = this.#flow(column)
      this.#endLine()
      return value
    }
    if (this.#isAt(INDICATOR)) throw NOT_PLAIN
    return this.#untilLineEnd()
  }

  /** A scalar without quotes. */
  #untilLineEnd(): unknown {
    const text = this.#text
    const found = text.indexOf('\n', this.#at)
    const lineEnd = found < 0 ? text.length : found
    const line = text.slice(this.#at, lineEnd)
    const comment = line.indexOf(' #')
    let end = comment < 0 ? line.length : comment
    while (line[end - 1] === ' ') end -= 1
    const scalar = line.slice(0, end)
    if (scalar.endsWith(':') || scalar.includes(': ')) throw NOT_PLAIN
    this.#at = Math.min(lineEnd + 1, text.length)
    this.#nextLine()
    return plainScalar(scalar)
  }

  /** Text after `|` or `|-`, whose lines are indented as the first one is. */
  #literal(column: number): string {
    const isStripped = this.#take(LITERAL)[1] === '-'
    const start = this.#at
    this.#skipSpaces()
    const indent = this.#at - start
    if (indent <= column || indent === 0 || this.#isLineBreak()) throw NOT_PLAIN
    const lines: string[] = []
    this.#at = start
    for (
      let end = this.#literalLine(indent, column);
      end !== undefined;
      end = this.#literalLine(indent, column)
    ) {
      lines.push(this.#text.slice(Math.min(this.#at + indent, end), end))
      this.#at = Math.min(end + 1, this.#text.length)
    }
    while (lines.at(-1) === '') lines.pop()
    this.#nextLine()
    return isStripped ? lines.join('\n') : `${lines.join('\n')}\n`
  }

  /** The end of the line, if it belongs to a literal text. */
  #literalLine(indent: number, column: number): number | undefined {
    const start = this.#at
    if (start === this.#text.length) return undefined
    let first = start
    while (this.#text[first] === ' ') first += 1
    const end = this.#text.indexOf('\n', first)
    const isBlank = end === first || first === this.#text.length
    // Whether spaces alone are a part of the text depends on what follows.
    if (isBlank && first - start > indent) throw NOT_PLAIN
    if (!isBlank && first - start < indent) {
      if (first - start > column) throw NOT_PLAIN
      return undefined
    }
    return end < 0 ? this.#text.length : end
  }

  #isLineBreak(): boolean {
    return this.#at === this.#text.length || this.#text[this.#at] === '\n'
  }

  /** In braces, brackets or quotes; inside of these a scalar without. @param column of the block around it. */
  #flow(column: number): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#braces(column)
      case '[':
        return this.#brackets(column)
      case '"':
        return this.#doubleQuoted()
      case "'":
        return this.#take(SINGLE_QUOTED).slice(1, -1).replaceAll("''", "'")
      default:
        return plainScalar(this.#take(FLOW_SCALAR))
    }
  }

  #doubleQuoted(): string {
    const quoted = this.#take(DOUBLE_QUOTED)
    if (!quoted.includes('\\')) return quoted.slice(1, -1)
    try {
      return JSON.parse(quoted)
    } catch {
      throw NOT_PLAIN
    }
  }

  #braces(column: number): unknown {
    const record: Record<string, unknown> = {}
    this.#open(column)
    if (this.#text[this.#at] !== '}') {
      do {
        const key = this.#key(FLOW_KEY)
        if (key === '__proto__' || Object.hasOwn(record, key)) throw NOT_PLAIN
        this.#flowSpaces(column)
        record[key] = this.#flow(column)
      } while (this.#goesOn(column))
    }
    this.#close('}')
    return record
  }

  #brackets(column: number): unknown {
    const list: unknown[] = []
    const offsets: number[] = []
    this.#open(column)
    if (this.#text[this.#at] !== ']') {
      do {
        offsets.push(this.#at)
        list.push(this.#flow(column))
      } while (this.#goesOn(column))
    }
    this.#close(']')
    this.#items.set(list, offsets)
    return list
  }

  #open(column: number): void {
    this.#level += 1
    if (this.#level > MOST_LEVELS) throw NOT_PLAIN
    this.#at += 1
    this.#flowSpaces(column)
  }

  #close(bracket: string): void {
    if (this.#text[this.#at] !== bracket) throw NOT_PLAIN
    this.#level -= 1
    this.#at += 1
  }

  /** Whether a comma follows. */
  #goesOn(column: number): boolean {
    this.#flowSpaces(column)
    if (this.#text[this.#at] !== ',') return false
    this.#at += 1
    this.#flowSpaces(column)
    return true
  }

  /** Goes to what follows in braces or brackets. A further line must be indented more than the block around them. */
  #flowSpaces(column: number): void {
    this.#skipSpaces()
    while (this.#text[this.#at] === '\n') {
      const start = ++this.#at
      this.#skipSpaces()
      if (this.#at - start <= column && this.#text[this.#at] !== '\n') throw NOT_PLAIN
    }
  }
}
