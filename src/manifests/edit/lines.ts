/** Offset of the first character of the line that contains `offset`. */
export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1

/** Offset after the last character of the line that contains `offset`, before its line ending. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  if (newline === -1) return text.length
  return newline > offset && text[newline - 1] === '\r' ? newline - 1 : newline
}

/** Offset of the next line's first character, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

/** The line ending that the text uses first. */
export function lineEnding(text: string): '\n' | '\r\n' {
  const newline = text.indexOf('\n')
  return newline > 0 && text[newline - 1] === '\r' ? '\r\n' : '\n'
}

/** Characters before `offset` in its line. */
export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

/** The spaces and tabs at the beginning of the line that contains `offset`. */
export const indentationAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ''

/** Whether only white space precedes `offset` in its line. */
export const isFirstInLine = (text: string, offset: number): boolean =>
  indentationAt(text, offset).length === columnOf(text, offset)

/** Whether only white space and a comment follow `offset` in its line. */
export const isLastInLine = (text: string, offset: number): boolean =>
  /^[\s\S]?[ \t]*(?:(?<=[ \t])#.*)?$/.test(text.slice(Math.max(offset - 1, 0), lineEnd(text, offset)))
