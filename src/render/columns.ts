/** Most texts: a column for each character. */
const NARROW = /^[\x20-\x7e]*$/

/** Two columns on a terminal: East Asian Wide and Fullwidth (Unicode UAX #11), and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

/** No column: marks that combine with the letter before them. */
const COMBINED = /\p{Mn}|\p{Me}/u

const columnsOfOne = (character: string): number =>
  COMBINED.test(character) ? 0 : WIDE.test(character) ? 2 : 1

/** How many columns a text takes on a terminal. It has no control characters. */
export const columnsOf = (text: string): number =>
  NARROW.test(text) ? text.length : [...text].reduce((sum, one) => sum + columnsOfOne(one), 0)

/** Filled up with spaces to so many columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)))

/** The same, with the spaces in front. */
export const padBefore = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - columnsOf(text))) + text

/** A text in pieces of at most so many columns. */
export function piecesOf(text: string, columns: number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  let taken = 0
  for (const character of text) {
    const more = columnsOfOne(character)
    if (taken + more > columns && piece !== '') {
      pieces.push(piece)
      piece = ''
      taken = 0
    }
    piece += character
    taken += more
  }
  return [...pieces, piece]
}
