interface Hanging {
  readonly width: number
  /** Text before the first line. */
  readonly lead: string
  /** Indentation of the other lines in columns; by default the length of the lead. */
  readonly hang?: number
}

/** Breaks a sentence at spaces; a word longer than the line gets a line of its own. */
export function wrap(text: string, { width, lead, hang = lead.length }: Hanging): readonly string[] {
  const lines: string[] = []
  let line = lead
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(hang)
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
