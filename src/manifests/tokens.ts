import { getHeapStatistics } from 'node:v8'
import { type CST, Lexer, Parser } from 'yaml'

/** Why a document is not read, with the offset of the position. */
export class DocumentError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'DocumentError'
    this.offset = offset
  }
}

/** Maximum nesting: Kubernetes' deepest schemas stay below 50, and recursion must not exhaust the stack (choice). */
export const DEPTH_LIMIT = 1_000

/**
 * Memory per lexeme while its document is read: up to 580 bytes were measured (Node.js 24, yaml 2.9: a million of
 * `a,`), with most texts 100 to 200.
 */
const BYTES_EACH = 640

/** How many lexemes of one document fit into Node.js's own memory limit: about 3 million for each 2 GB. */
const MOST_LEXEMES = Math.floor(getHeapStatistics().heap_size_limit / BYTES_EACH)

/**
 * The syntax tree of a document, from the parser of `yaml`. It limits the text, because the parser recurses for each
 * level and its memory grows with each lexeme.
 * @throws DocumentError at the first lexeme beyond a limit.
 */
export function* tokensOf(text: string, most = MOST_LEXEMES): Generator<CST.Token, void> {
  const parser = new Parser()
  const bearable = new Bearable(most)
  for (const lexeme of new Lexer().lex(text)) {
    bearable.take(lexeme, parser.offset)
    yield* parser.next(lexeme)
  }
  yield* parser.end()
}

/** Counts what the parser has to hold in memory. */
class Bearable {
  readonly #most: number
  #count = 0
  /** Open brackets and braces. */
  #open = 0
  /** Levels that one line of block style begins: `- - ? a:`. */
  #inLine = 0

  constructor(most: number) {
    this.#most = most
  }

  take(lexeme: string, offset: number): void {
    this.#count += 1
    if (this.#count > this.#most) {
      const memory = 'split it, or give Node.js more memory (NODE_OPTIONS=--max-old-space-size)'
      throw new DocumentError(`too large for one document: ${memory}`, offset)
    }
    this.#level(lexeme)
    if (this.#open + this.#inLine > DEPTH_LIMIT)
      throw new DocumentError(`nested deeper than ${DEPTH_LIMIT} levels`, offset)
  }

  /** The text of a scalar never equals one of these marks: it is quoted, includes its line end, or is longer. */
  #level(lexeme: string): void {
    if (lexeme === '[' || lexeme === '{') this.#open += 1
    else if (lexeme === ']' || lexeme === '}') this.#open = Math.max(0, this.#open - 1)
    else if (lexeme === '\n' || lexeme === '\r\n') this.#inLine = 0
    else if (this.#open === 0 && (lexeme === '-' || lexeme === '?' || lexeme === ':')) this.#inLine += 1
  }
}
