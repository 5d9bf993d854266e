export interface Hanging {
  readonly width: number
  /** What stands before the first line; the others are indented by as much. */
  readonly lead: string
}

/** Breaks a sentence at spaces; a word longer than the line stands alone on a line of its own. */
export function wrap(text: string, { width, lead }: Hanging): readonly string[] {
  const room = Math.max(20, width - lead.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > room && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  lines.push(line)
  return lines.map((part, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + part)
}
