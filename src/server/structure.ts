/** The size of a JSON text, as far as it is counted. */
interface Structure {
  /** Upper limit on the values in lists and mappings: each follows a comma, a bracket or a brace. */
  readonly values: number
  /** The deepest nesting of lists and mappings. */
  readonly depth: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const LIST = 0x5b
const LIST_END = 0x5d
const MAPPING = 0x7b
const MAPPING_END = 0x7d

/**
 * Counts without parsing, because a value takes two bytes of text but fifty of memory. One pass over the bytes; the
 * content of strings is skipped. A text that is not JSON gives arbitrary numbers; the parser rejects it.
 * @param most stops counting after this many values.
 */
export function structureOf(text: Uint8Array, most: number): Structure {
  let values = 1
  let open = 0
  let depth = 0
  for (let at = 0; at < text.length && values <= most; at++) {
    const byte = text[at]
    if (byte === QUOTE) at = endOfText(text, at)
    else if (byte === COMMA) values++
    else if (byte === LIST || byte === MAPPING) {
      values++
      open++
      if (open > depth) depth = open
    } else if (byte === LIST_END || byte === MAPPING_END) open--
  }
  return { values, depth }
}

/** @returns the position of the closing quote; the end if there is none. */
function endOfText(text: Uint8Array, quote: number): number {
  let at = quote + 1
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1
  return at
}
