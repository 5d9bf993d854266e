/**
 * Splits a line of an access log into its fields: separated by single spaces, some between double quotes. Application Load
 * Balancers write a quote within a field as `\x22`; `\"`, as Classic Load Balancers write it, is read as well.
 */

const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** More are counted, not kept: AWS adds fields at the end, and says to ignore those that are not known. */
const MOST = 40

/** The last field has no closing quote. */
export const UNCLOSED = -1

/** The fields of one line; used again for the next. */
export class Fields {
  readonly #spans = new Int32Array(MOST * 2)

  /** Of the field's content, without quotes. */
  start(field: number): number {
    return this.#spans[field * 2] ?? 0
  }

  end(field: number): number {
    return this.#spans[field * 2 + 1] ?? 0
  }

  /**
   * @param hasEscapes whether a backslash takes the next byte along.
   * @returns how many fields there are, or UNCLOSED.
   */
  split(bytes: Uint8Array, from: number, to: number, hasEscapes: boolean): number {
    const spans = this.#spans
    let count = 0
    let at = from
    while (at < to) {
      const isQuoted = bytes[at] === QUOTE
      const start = isQuoted ? at + 1 : at
      const end = isQuoted ? closing(bytes, start, to, hasEscapes) : spaceOrEnd(bytes, at, to)
      if (end === UNCLOSED) return UNCLOSED
      if (count < MOST) {
        spans[count * 2] = start
        spans[count * 2 + 1] = end
      }
      count += 1
      at = end + (isQuoted ? 2 : 1)
    }
    return count
  }
}

function spaceOrEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] !== SPACE) at += 1
  return at
}

/** Where the quote is that ends the field: a space or nothing comes after it. */
function closing(bytes: Uint8Array, from: number, to: number, hasEscapes: boolean): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      if (at + 1 === to || bytes[at + 1] === SPACE) return at
    } else if (byte === BACKSLASH && hasEscapes) at += 1
  }
  return UNCLOSED
}
