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

/** Four bytes of which each is that one. */
const EACH = 0x01010101
const COMMAS = COMMA * EACH
/** `[` and `{` differ in this bit only. */
const CASE = 0x20 * EACH
const OPENINGS = MAPPING * EACH
const LOW = 0x7f * EACH
/** A lane of eight bits holds so many. */
const LANE = 255

/**
 * Upper limits of what `structureOf` counts, found faster: four bytes at once, and what is in strings counts as well. Most
 * bodies are within the limits all the same.
 */
export function atMostIn(text: Uint8Array): Structure {
  const start = Math.min(text.length, -text.byteOffset & 3)
  const count = (text.length - start) >> 2
  const words = new Int32Array(text.buffer, count === 0 ? 0 : text.byteOffset + start, count)
  const ends = signsIn(text, 0, start) + signsIn(text, start + count * 4, text.length)
  let values = 1 + ends
  let depth = ends
  for (let from = 0; from < count; from += LANE) {
    const to = Math.min(count, from + LANE)
    let signs = 0
    let openings = 0
    // `| 0` keeps both sums whole numbers of 32 bits: their lanes never overflow.
    for (let at = from; at < to; at++) {
      const word = words[at] ?? 0
      const open = zeroBytes((word | CASE) ^ OPENINGS)
      openings = (openings + open) | 0
      signs = (signs + (open | zeroBytes(word ^ COMMAS))) | 0
    }
    values += sumOfLanes(signs)
    depth += sumOfLanes(openings)
  }
  return { values, depth }
}

/** 1 in each byte that is zero, and 0 in the others. */
const zeroBytes = (word: number): number => (~(((word & LOW) + LOW) | word) >>> 7) & EACH

const sumOfLanes = (word: number): number =>
  (word & 0xff) + ((word >>> 8) & 0xff) + ((word >>> 16) & 0xff) + (word >>> 24)

function signsIn(text: Uint8Array, from: number, to: number): number {
  let signs = 0
  for (const byte of text.subarray(from, to)) if (byte === COMMA || (byte | 0x20) === MAPPING) signs++
  return signs
}
