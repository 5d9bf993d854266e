import { printable } from '../core/model/printable.ts'
import { columnsOf, piecesOf } from './columns.ts'

interface Hanging {
  readonly width: number
  /** Text before the first line. */
  readonly lead: string
  /** Indentation of the other lines in columns; by default the length of the lead. */
  readonly hang?: number
}

/** A path of a file, with its line: it stays whole, so that editors and terminals can open it. */
const PATH = /\.(?:ya?ml|json)\b/i

/** Where a line may end: not between a number and its unit, nor in `n = 412`. */
const GAP = / (?!s\b)(?<!\bn (?== \d)|\bn = (?=\d))/

/** The least that is kept of a line, if the indentation leaves less. Columns. */
const NARROWEST = 10

/** Breaks a sentence at spaces, and within a word only if that is longer than a line; a path is never broken. */
export function wrap(text: string, { width, lead, hang = columnsOf(lead) }: Hanging): readonly string[] {
  const lines: string[] = []
  const room = Math.max(NARROWEST, width - hang)
  let line = lead
  let taken = columnsOf(lead)
  let isEmpty = true
  for (const word of text.split(GAP).flatMap((one) => unbroken(one, room))) {
    const more = columnsOf(word)
    const fits = taken + (isEmpty ? 0 : 1) + more <= width
    if (!fits && !(isEmpty && taken <= hang)) {
      lines.push(line.trimEnd())
      line = ' '.repeat(hang)
      taken = hang
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    taken += (isEmpty ? 0 : 1) + more
    isEmpty = false
  }
  return [...lines, line]
}

/** A piece may begin with what a CI runner obeys at the beginning of a line: `::error::`. Its escape takes three more. */
const ESCAPE = '\\x3a'.length - 1

const unbroken = (word: string, room: number): readonly string[] =>
  columnsOf(word) <= room || PATH.test(word) ? [word] : piecesOf(word, room - ESCAPE).map(printable)
